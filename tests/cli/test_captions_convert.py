"""`bbbkeep captions convert`: its lines, its JSON document and its exit codes."""

import json

import pytest

from bbbkeep.cli.app import run

SRT = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}one\n\n2\n00:00:03,000 --> 00:00:03,000\ntwo\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.srt").write_text(SRT)
    return tmp_path / "in"


def exit_of(*arguments: str) -> int:
    try:
        run(["captions", "convert", *arguments])
    except SystemExit as leave:
        return int(leave.code or 0)
    return 0


def test_a_good_file_is_told_in_one_line(files, capsys):
    assert exit_of("in", "--out", "out") == 0
    assert capsys.readouterr().out == (
        "in/good.srt -> out/good.vtt: 1 cues, 1 dropped (zero length), 1 with positions lost\n1 converted, 0 failed\n"
    )


def test_the_json_document_is_complete_and_the_exit_tells_of_failures(files, capsys):
    (files / "bad.vtt").write_text("WEBVTT\n")

    assert exit_of("in", "--out", "out", "--json") == 3
    assert json.loads(capsys.readouterr().out) == {
        "files": [
            {
                "file": "in/bad.vtt",
                "out": None,
                "encoding": None,
                "events": 0,
                "cues": 0,
                "drops": {},
                "lost_at_server": {},
                "error": "no cues; nothing to upload",
            },
            {
                "file": "in/good.srt",
                "out": "out/good.vtt",
                "encoding": "utf-8",
                "events": 2,
                "cues": 1,
                "drops": {"zero_length": 1},
                "lost_at_server": {"positions": 1},
                "error": None,
            },
        ]
    }


def test_a_player_keeps_positions(files, tmp_path):
    assert exit_of("in/good.srt", "--out", "out", "--target", "player") == 0
    assert " line:0\none\n" in (tmp_path / "out" / "good.vtt").read_text()


def test_an_empty_folder_is_nothing_to_do(files, capsys):
    (files / "good.srt").unlink()

    assert exit_of("in", "--out", "out", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"files": []}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["nope", "--out", "out"], id="no such path"),
        pytest.param(["in"], id="no --out"),
        pytest.param(["--out", "out"], id="no path"),
        pytest.param(["in", "--out", "in/good.srt"], id="--out is a file"),
        pytest.param(["in", "--out", "out", "--target", "tv"], id="no such target"),
    ],
)
def test_wrong_usage_is_exit_2(files, arguments):
    assert exit_of(*arguments) == 2


def test_a_file_name_can_not_write_to_the_terminal(files, capsys):
    (files / "a\x1b[31m.srt").write_text(SRT)

    exit_of("in", "--out", "out")

    assert "\x1b" not in capsys.readouterr().out
