"""Advice names what accessibility guides would change; errors are only what stops a conversion."""

import json

import pytest
from click.testing import CliRunner

from bbbkeep.captions.check import Limits, check
from bbbkeep.cli.captions import command


def advice(*cues: str, duration_ms: int | None = None) -> dict[str, int]:
    data = "WEBVTT\n\n" + "\n\n".join(cues) + "\n"
    found = check(data.encode(), "a.vtt", Limits(), duration_ms=duration_ms)
    assert found.error is None
    return {one.what: one.count for one in found.advice}


def a_cue(text: str = "words", start: str = "00:01.000", end: str = "00:03.000") -> str:
    return f"{start} --> {end}\n{text}"


@pytest.mark.parametrize(
    ("cue", "what"),
    [
        pytest.param(a_cue("a\nb\nc"), "too_many_lines", id="three lines"),
        pytest.param(a_cue("x" * 43, end="00:05.000"), "long_line", id="43 characters"),
        pytest.param(a_cue("x" * 41), "fast_reading", id="41 characters in two seconds"),
        pytest.param(a_cue(end="00:01.832"), "short_duration", id="832 ms"),
        pytest.param(a_cue(end="00:08.001"), "long_duration", id="7.001 s"),
        pytest.param(a_cue("GrÃ¼Ã\u009fe"), "suspected_mojibake", id="UTF-8 read as Latin"),
        pytest.param(
            a_cue("\u00e5\u00a4\u00a7\u00e5\u00ae\u00b6"), "suspected_mojibake", id="Chinese read as Latin"
        ),
        pytest.param(
            a_cue("\u00cf\u00f0\u00e8\u00e2\u00e5\u00f2"), "suspected_mojibake", id="Cyrillic read as Latin"
        ),
        pytest.param(
            a_cue("\u0414\u0430".encode().decode("cp1251") + "\u041f\u0440\u0438".encode().decode("cp1251")),
            "suspected_mojibake",
            id="UTF-8 read as Cyrillic",
        ),
    ],
)
def test_each_limit_is_advised_once_it_is_passed(cue, what):
    assert advice(cue) == {what: 1}


@pytest.mark.parametrize(
    "cue",
    [
        pytest.param(a_cue("a\nb"), id="two lines"),
        pytest.param(a_cue("x" * 40), id="just readable"),
        pytest.param(a_cue(end="00:08.000"), id="seven seconds"),
        pytest.param(a_cue("Grüße, Ñandú, 50 £"), id="letters that are meant"),
        pytest.param(a_cue("«\u00a0l\u2019été\u00a0», où ça\u00a0?"), id="French with its spaces"),
        pytest.param(
            a_cue("\u0421\u0421\u0421\u0420 \u0438 \u0420\u0421\u0424\u0421\u0420"), id="Russian in capitals"
        ),
    ],
)
def test_what_just_keeps_to_the_limits_is_left_alone(cue):
    assert advice(cue) == {}


def test_gaps_and_overlaps_are_told_apart_and_touching_cues_are_fine():
    cues = [a_cue(), a_cue(start="00:03.000", end="00:05.000"), a_cue(start="00:04.000", end="00:06.000")]

    assert advice(*cues, a_cue(start="00:06.050", end="00:08.000")) == {"overlap": 1, "short_gap": 1}


def test_a_cue_that_lasts_overlaps_all_that_begin_under_it():
    cues = [a_cue(end="00:07.900"), a_cue(start="00:02.000"), a_cue(start="00:05.000", end="00:07.000")]

    assert advice(*cues) == {"overlap": 2}


def test_a_recordings_length_shows_what_is_beyond_it_and_how_much_is_covered():
    assert advice(a_cue(), duration_ms=2_500) == {"beyond_the_end": 1}
    assert advice(a_cue(), duration_ms=100_000) == {"low_coverage": 1}


def test_a_file_that_can_not_be_converted_is_an_error_and_stops_no_other(tmp_path):
    (tmp_path / "bad.srt").write_text("nothing")
    (tmp_path / "good.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nwords\n")

    run = CliRunner().invoke(command, ["check", str(tmp_path), "--json"], standalone_mode=False)

    told = json.loads(run.output)
    assert run.return_value == 3
    assert told["thresholds"]["max_lines"] == 2
    assert {one["file"].rpartition("/")[2]: bool(one["error"]) for one in told["files"]} == {
        "bad.srt": True,
        "good.srt": False,
    }
