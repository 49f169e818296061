"""A meeting's whole life against the local server, which checks every signature as the real ones do."""

from collections.abc import Iterator

import pytest

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.meetings import Meetings
from bbbkeep.api.reading import Reader
from bbbkeep.api.slides import Slides
from bbbkeep.clock import SystemClock
from bbbkeep.errors import BbbAuthError
from bbbkeep.standin.server import LocalServer

PROFILES = ["bbb26", "bbb30", "scalelite"]  # BBBLB fails to list meetings
NAMED = [("name", "Lecture * ~ é"), ("meetingID", "lecture-1"), ("moderatorPW", "mp"), ("attendeePW", "ap")]


@pytest.fixture(params=PROFILES)
def server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    with LocalServer(profile=request.param) as local:
        yield local


@pytest.fixture
def meetings(server: LocalServer) -> Iterator[Meetings]:
    with Meetings(ServerAddress("here", server.url, server.secret), clock=SystemClock()) as made:
        yield made


def test_a_meeting_is_created_joined_seen_and_ended(meetings: Meetings) -> None:
    made = meetings.create(NAMED)
    again = meetings.create(NAMED)
    joined = meetings.join([("meetingID", "lecture-1"), ("fullName", "Ada"), ("password", "mp")])
    seen = meetings.meeting("lecture-1")

    assert (made.existed, again.existed, made.internal_meeting_id) == (False, True, again.internal_meeting_id)
    assert joined.url.startswith("http")
    assert seen is not None
    assert (seen.name, seen.running, [one.name for one in seen.attendees]) == ("Lecture * ~ é", True, ["Ada"])
    assert [one.meeting_id for one in meetings.meetings()] == ["lecture-1"]

    meetings.change("end", [("meetingID", "lecture-1"), ("password", "mp")])

    assert not meetings.is_running("lecture-1")
    assert meetings.meetings() == ()


def test_documents_are_taken_with_the_meeting_and_later(meetings: Meetings) -> None:
    slides = [Slides("a.pdf", content=b"%PDF-1.4")]

    assert meetings.create(NAMED, slides).meeting_id == "lecture-1"


def test_what_runs_is_known_by_the_id_of_its_recording(server: LocalServer, meetings: Meetings) -> None:
    made = meetings.create(NAMED)
    address = ServerAddress("here", server.url, server.secret)

    with Reader(address, clock=SystemClock()) as reader:
        assert reader.running_meetings() == {made.internal_meeting_id}


def test_a_wrong_secret_is_told_apart(server: LocalServer) -> None:
    with (
        Meetings(ServerAddress("here", server.url, "wrong"), clock=SystemClock()) as meetings,
        pytest.raises(BbbAuthError),
    ):
        meetings.create(NAMED)


@pytest.mark.parametrize("server", ["bbb26", "bbb30"], indirect=True)
def test_a_form_too_long_for_a_url_is_signed_as_bigbluebutton_does(meetings: Meetings) -> None:
    made = meetings.create([*NAMED, ("welcome", "Grüße *~ &" * 800)])

    assert made.meeting_id == "lecture-1"


@pytest.mark.parametrize("server", ["recapi"], indirect=True)
def test_a_server_that_only_serves_recordings_does_not_tell_what_runs(server: LocalServer) -> None:
    address = ServerAddress("here", server.url, server.secret, checksum="sha1", profile="recapi")

    with Reader(address, clock=SystemClock(), tries=1) as reader:
        assert reader.running_meetings() is None
