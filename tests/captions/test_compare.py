"""The server's track is the same if a viewer reads the same, and the first difference is named."""

import pytest

from bbbkeep.captions.compare import cues_of, same_cues

SENT = (
    "WEBVTT\n"
    "\n00:00:01.000 --> 00:00:02.000\nAT&#38;T &#60;x&#62; <b>bold</b>\nsecond\n"
    "\n01:00:00.000 --> 01:00:01.000\nlast\n"
)


def found(
    first: str = "AT&#38;T &#60;x&#62; <b>bold</b>\nsecond",
    rest: str = "01:00:00.000 --> 01:00:01.000\nlast\n",
) -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n{first}\n\n{rest}"


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param(SENT, id="the very bytes"),
        pytest.param(found(), id="hours left out"),
        pytest.param(
            found("AT&T <x> <b>bold</b>\nsecond").replace("<x>", "&lt;x&gt;"), id="references decoded"
        ),
        pytest.param(found("AT&amp;T &lt;x&gt; <b>bold</b> \nsecond"), id="references renamed"),
        pytest.param("\ufeff" + found().replace("\n", "\r\n"), id="mark and line ends"),
    ],
)
def test_what_reads_the_same_is_the_same(theirs):
    assert same_cues(SENT, theirs) is None


@pytest.mark.parametrize(
    ("theirs", "difference"),
    [
        pytest.param(
            found(rest="00:00.000 --> 00:01.000\nlast\n"),
            "cue 2 at 01:00:00.000: the server has it from 00:00:00.000 to 00:00:01.000",
            id="an hour off",
        ),
        pytest.param("", "the server's track is not WebVTT", id="nothing"),
        pytest.param("<html>", "the server's track is not WebVTT", id="a page"),
        pytest.param("WEBVTT\n", "2 cues were sent, the server's track has 0", id="emptied"),
        pytest.param(found(rest=""), "2 cues were sent, the server's track has 1", id="cut off"),
        pytest.param(
            found("AT&#38;T &#60;x&#62; bold\nsecond"),
            "cue 1 at 00:00:01.000: bold, italic or underline differs",
            id="bold lost",
        ),
        pytest.param(
            found("other"), "sent 'AT&T <x> bold\\nsecond', the server has 'other'", id="another text"
        ),
        pytest.param(
            found(rest="01:00:00.000 --> 01:00:09.000\nlast\n"), "to 01:00:09.000", id="another time"
        ),
    ],
)
def test_a_difference_is_named(theirs, difference):
    told = same_cues(SENT, theirs)

    assert told is not None
    assert difference in told


def test_cues_have_times_and_plain_text():
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues_of(SENT)] == [
        (1000, 2000, "AT&T <x> bold\nsecond"),
        (3_600_000, 3_601_000, "last"),
    ]
