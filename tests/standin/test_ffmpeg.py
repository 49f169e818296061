"""`--ffmpeg`: the real converter, with BigBlueButton's own command."""

import shutil
import subprocess
from pathlib import Path

import pytest
from standin.caption_inputs import INPUTS

from bbbkeep.errors import UsageError
from bbbkeep.standin import conversion, ffmpeg
from bbbkeep.standin.server import LocalServer

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello <i>you</i>\n"
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


REAL = shutil.which("ffmpeg")
WITH_REAL = [
    pytest.mark.services,
    pytest.mark.skipif(REAL is None, reason="there is no ffmpeg on this machine"),
]
MEASURED = "5.1"


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize(
    "converter", [pytest.param(conversion, id="rules"), pytest.param(ffmpeg, id="ffmpeg", marks=WITH_REAL)]
)
def test_as_many_cues_are_left_as_were_measured(converter, name: str) -> None:  # one of two modules
    content, cues = INPUTS[name]
    written = converter.convert(content)

    assert (None if written is None else written.count(" --> ")) == cues


@pytest.mark.services
@pytest.mark.skipif(REAL is None, reason="there is no ffmpeg on this machine")
@pytest.mark.parametrize("name", INPUTS)
def test_the_rules_write_what_ffmpeg_writes(name: str) -> None:
    require_measured_version()
    content, _ = INPUTS[name]

    assert conversion.convert(content) == ffmpeg.convert(content)


def require_measured_version() -> None:
    words = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split()  # noqa: S607  # found above
    if not words[2].startswith(MEASURED):
        pytest.skip(f"the rules were measured on ffmpeg {MEASURED}, and this is {words[2]}")
