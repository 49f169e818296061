"""Moving cues in time loses none without counting it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.captions.compare import cues_of
from bbbkeep.captions.shift import shifted
from bbbkeep.captions.write import Block, document
from bbbkeep.errors import CaptionError

WEBVTT = document([Block(1000, 2000, "", "one\n00:00 --&#62; here"), Block(3000, 4500, "line:0", "two")])


def test_all_cues_move_and_keep_their_text_and_settings():
    text, dropped = shifted(WEBVTT, 2500, "a.srt")

    assert dropped == 0
    assert text == document(
        [Block(3500, 4500, "", "one\n00:00 --&#62; here"), Block(5500, 7000, "line:0", "two")]
    )


def test_what_falls_before_the_beginning_is_cut_or_dropped_and_counted():
    assert shifted(WEBVTT, -1500, "a.srt") == (
        document([Block(0, 500, "", "one\n00:00 --&#62; here"), Block(1500, 3000, "line:0", "two")]),
        0,
    )
    assert shifted(WEBVTT, -2000, "a.srt") == (document([Block(1000, 2500, "line:0", "two")]), 1)


def test_cues_that_become_the_same_are_one():
    text = document([Block(0, 2000, "", "one"), Block(500, 2000, "", "one")])

    assert shifted(text, -1000, "a.srt") == (document([Block(0, 1000, "", "one")]), 1)


def test_a_file_that_has_no_cue_left_is_refused():
    with pytest.raises(CaptionError, match="no cue is left"):
        shifted(WEBVTT, -4500, "a.srt")


@given(st.sets(st.integers(0, 10**7), min_size=1), st.integers(0, 10**6))
def test_there_and_back_is_where_it_was(starts, offset):
    text = document(Block(start, start + 1000, "", f"cue {start}") for start in sorted(starts))

    assert shifted(shifted(text, offset, "a")[0], -offset, "a") == (text, 0)
    assert len(cues_of(text)) == len(starts)
