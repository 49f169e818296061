"""The local server that most of these specs talk to over HTTP."""

from collections.abc import Iterator

import pytest
from standin.calling import OTHER, SISTER, TurnedClock, a_recording

from bbbkeep.standin.server import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Three recordings: two of one meeting, and an unpublished one of another."""
    with LocalServer(clock=TurnedClock()) as running:
        running.state.add(
            a_recording(),
            a_recording(SISTER, metadata={"category": "seminar", "meetingName": "Algebra"}),
            a_recording(OTHER, state="unpublished", metadata={}),
        )
        yield running
