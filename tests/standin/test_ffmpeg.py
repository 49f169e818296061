"""`--ffmpeg`: the real converter, with BigBlueButton's own command."""

import shutil
from pathlib import Path

import pytest

from bbbkeep.errors import UsageError
from bbbkeep.standin import conversion, ffmpeg
from bbbkeep.standin.server import LocalServer

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello <i>you</i>\n"
VTT = b"WEBVTT - title\n\nNOTE hi\n\nid\n00:01.000 --> 00:02.000 align:start\nHello <i>you</i>\n"
ANSWER = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello <i>you</i>\n"
ECHO = '#!/bin/sh\nfor last; do :; done\n/bin/echo "$@" > "$last"\nexit {code}\n'


@pytest.fixture
def ffmpeg_that_exits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Put a program of that name on the path, which writes its own arguments."""

    def install(code: int) -> None:
        program = tmp_path / "ffmpeg"
        program.write_text(ECHO.format(code=code))
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


def test_it_is_run_as_the_caption_inbox_runs_it(ffmpeg_that_exits) -> None:  # a function of a fixture
    ffmpeg_that_exits(0)
    words = str(ffmpeg.convert(SRT)).split()

    assert words[:6] == ["-y", "-v", "warning", "-nostats", "-nostdin", "-i"]
    assert words[6].endswith("-track.txt")
    assert words[7:11] == ["-map", "0:s", "-f", "webvtt"]


def test_what_it_refuses_is_no_track(ffmpeg_that_exits) -> None:  # same
    ffmpeg_that_exits(1)

    assert ffmpeg.convert(SRT) is None


def test_without_it_the_option_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match="there is no ffmpeg on this machine"):
        LocalServer(ffmpeg=True)


@pytest.mark.parametrize("content", [SRT, VTT], ids=["srt", "vtt"])
@pytest.mark.parametrize(
    "converter",
    [
        pytest.param(conversion, id="rules"),
        pytest.param(
            ffmpeg,
            id="ffmpeg",
            marks=[
                pytest.mark.services,
                pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg"),
            ],
        ),
    ],
)
def test_the_rules_and_the_real_one_agree(converter, content: bytes) -> None:  # one of two modules
    assert converter.convert(content).rstrip("\n") == ANSWER.rstrip("\n")
