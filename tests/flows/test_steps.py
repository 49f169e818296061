"""A night says once that a server has no text tracks, and goes on."""

from bbbkeep.errors import BbbUnsupportedError
from bbbkeep.operations.summary import Problem, Summary
from flows.steps import _without_text_tracks

NONE = BbbUnsupportedError("getRecordingTextTracks", "campus takes no text tracks")


def test_where_nobody_asked_for_captions_it_is_no_failure():
    summary = Summary("campus")

    with _without_text_tracks(summary):
        raise NONE

    assert summary.problems == [Problem("text tracks", str(NONE), 0)]


def test_where_files_wait_it_was_said_already():
    said = Problem("captions", str(NONE), 3)
    summary = Summary("campus", problems=[said])

    with _without_text_tracks(summary):
        raise NONE

    assert summary.problems == [said]
