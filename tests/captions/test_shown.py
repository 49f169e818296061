"""What authors wrote is what viewers get: measured with the server's ffmpeg and with a browser, not with models of them."""

import shutil

import pytest
from captions.authoring import FILES, as_ass, as_srt, look, seen
from captions.showing import shown
from hypothesis import HealthCheck, Phase, given, settings
from playing import CHROMIUM

from bbbkeep.captions.compare import cues_of
from bbbkeep.captions.convert import convert
from bbbkeep.standin import ffmpeg

BY_FORMAT = [
    pytest.param(as_srt, "a.srt", id="SubRip"),
    pytest.param(as_ass, "a.ass", id="SubStation"),
]
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hold(found, meant):
    """Compare one by one: the difference of two long lists takes pytest minutes to explain."""
    for one, other in zip(found, meant, strict=False):
        assert one == other
    assert len(found) == len(meant)


def zone_of(cue):
    """Return the place on a number pad: WebVTT's default is below in the middle."""
    row = 0 if cue["line"] == "auto" else 2 if cue["line"] == 0 else 1
    return 3 * row + {"left": 1, "center": 2, "right": 3}[cue["align"]]


@pytest.mark.parametrize(("write", "name"), BY_FORMAT)
@pytest.mark.services
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg on this machine")
@given(FILES)
@settings(SLOW, max_examples=25, phases=[Phase.explicit, Phase.generate])
def test_every_cue_comes_through_the_servers_ffmpeg(write, name, files):
    cues = [placed for file in files for placed in file]

    left = ffmpeg.convert(convert(write(cues), name).webvtt.encode())

    assert left is not None
    found = [(cue.start_ms, cue.end_ms, [(run.text, run.marks) for run in cue.runs]) for cue in cues_of(left)]
    hold([(start, end, *look(runs), 2) for start, end, runs in found], seen((cue, 2) for cue, _ in cues))


@pytest.mark.parametrize(("write", "name"), BY_FORMAT)
@pytest.mark.services
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
@given(FILES)
@settings(SLOW, max_examples=3, phases=[Phase.explicit, Phase.generate])
def test_a_browser_shows_every_cue_at_its_time_and_place(write, name, files):
    tracks = shown([convert(write(cues), name, target="player").webvtt for cues in files])

    for cues, track in zip(files, tracks, strict=True):
        assert track is not None
        found = [(one["start_ms"], one["end_ms"], *look(one["runs"]), zone_of(one)) for one in track]
        hold(sorted(found, key=lambda one: one[:2]), seen(cues))  # browsers put the longer one first
