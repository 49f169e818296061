"""What the calls for meetings promise: signed as documented, sent once, and read with suspicion."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from api.scripted import SECRET, JumpingClock, Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, NOT_FOUND_PAGE, failed, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.checksum import checksum, encode_form
from bbbkeep.api.meetings import Meetings
from bbbkeep.api.reading import Reader
from bbbkeep.api.slides import Slides
from bbbkeep.errors import (
    BbbAuthError,
    BbbRejectedError,
    BbbUnavailableError,
    BbbUnsupportedError,
    UsageError,
)

INTERNAL = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189"
DEMO = f"""
<meetingName>Demo &amp; more</meetingName><meetingID>demo</meetingID><internalMeetingID>{INTERNAL}</internalMeetingID>
<createTime>1531240585189</createTime><attendeePW>sentinel-ap</attendeePW><moderatorPW>sentinel-mp</moderatorPW>
<running>true</running><duration>0</duration><recording>false</recording><startTime>1531240585239</startTime>
<endTime>0</endTime><participantCount>2</participantCount><moderatorCount>1</moderatorCount><maxUsers>0</maxUsers>
<attendees><attendee><userID>w_2</userID><fullName>Ada</fullName><role>MODERATOR</role></attendee></attendees>
<metadata><bbb-recording-ready-url>https://lms.example.org/cb?t=1</bbb-recording-ready-url><course>7</course></metadata>
<isBreakout>false</isBreakout><breakoutRooms><breakout>b1</breakout></breakoutRooms>"""


@pytest.fixture
def meetings(address: ServerAddress, clock: JumpingClock) -> Iterator[Meetings]:
    with Meetings(address, clock=clock, random=lambda: 0.5) as made:
        yield made


@pytest.fixture
def one(server: ScriptedServer, meetings: Meetings):
    server.says(ok(DEMO))
    found = meetings.meeting("demo")
    assert found is not None
    return found


# --- what is read


def test_a_meeting_is_read_field_by_field(one):
    assert (one.name, one.internal_meeting_id, one.running, one.recording) == (
        "Demo & more",
        INTERNAL,
        True,
        False,
    )
    assert one.created == datetime(2018, 7, 10, 16, 36, 25, 189000, UTC)
    assert (one.participants, one.moderators, one.breakouts) == (2, 1, ("b1",))
    assert [(who.user_id, who.name, who.role) for who in one.attendees] == [("w_2", "Ada", "MODERATOR")]


def test_zero_means_unknown_for_times_and_limits(one):
    assert (one.ended, one.most_users, one.duration_minutes) == (None, None, None)


def test_passwords_and_callbacks_of_a_meeting_are_not_kept(one):
    assert "sentinel-" not in repr(one)
    assert one.metadata["course"] == "7"
    assert one.metadata["bbb-recording-ready-url"].startswith("masked:")


def test_a_meeting_that_the_server_does_not_have_is_none(server, meetings):
    server.says(failed("notFound", "We could not find a meeting with that meeting ID"))

    assert meetings.meeting("demo") is None


def test_another_meeting_than_was_asked_for_is_no_answer(server, meetings):
    server.says(ok(DEMO))

    with pytest.raises(BbbUnavailableError, match="another meeting"):
        meetings.meeting("algebra")


def test_an_empty_list_of_meetings_is_a_fact(server, meetings):
    server.says(ok("<meetings/><messageKey>noMeetings</messageKey>"))

    assert meetings.meetings() == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(ok(), id="no list"),
        pytest.param(
            ok("<meetings><meeting><running>true</running></meeting></meetings>"), id="without an ID"
        ),
        pytest.param(ok(f"<meetings><meeting>{DEMO}</meeting>"), id="cut off"),
        pytest.param(NOT_FOUND_PAGE, id="a page"),
        pytest.param(
            b'<!DOCTYPE response [<!ENTITY x "y">]>' + ok("<meetings/>").encode(), id="a document type"
        ),
    ],
)
def test_what_proves_nothing_about_running_meetings_is_no_answer(server, meetings, answer):
    server.says(answer)

    with pytest.raises(BbbUnavailableError):
        meetings.meetings()


def test_a_control_character_in_a_name_does_not_hide_the_meetings(server, meetings):
    broken = DEMO.replace("Demo", "De\x0bmo")
    server.says(ok(f"<meetings><meeting>{broken}</meeting></meetings>"))

    assert [one.name for one in meetings.meetings()] == ["Demo & more"]


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False)])
def test_running_is_true_or_false(server, meetings, text, expected):
    server.says(ok(f"<running>{text}</running>"))

    assert meetings.is_running("demo") is expected


def test_neither_true_nor_false_is_no_answer(server, meetings):
    server.says(ok("<running>maybe</running>"))

    with pytest.raises(BbbUnavailableError, match="neither true nor false"):
        meetings.is_running("demo")


def test_a_reader_knows_the_recordings_that_running_meetings_will_have(server, reader: Reader):
    server.says(ok(f"<meetings><meeting>{DEMO}</meeting></meetings>"))

    assert reader.running_meetings() == {INTERNAL}


def test_a_reader_does_not_guess_what_runs_from_a_meeting_without_internal_id(server, reader: Reader):
    server.says(ok("<meetings><meeting><meetingID>x</meetingID></meeting></meetings>"))

    with pytest.raises(BbbUnavailableError, match="no internal ID"):
        reader.running_meetings()


@pytest.mark.parametrize("profile", ["recapi", "bbblb"])
def test_a_server_that_can_not_tell_what_runs_is_not_asked(server, address, clock, profile):
    with Reader(replace(address, profile=profile), clock=clock) as one:
        assert one.running_meetings() is None
    assert server.requests == []


# --- what is sent


def test_create_is_one_signed_get(server, meetings):
    server.says(
        ok(
            "<meetingID>m 1</meetingID><internalMeetingID>i-1</internalMeetingID><parentMeetingID>bbb-none</parentMeetingID>"
        )
    )
    made = meetings.create([("name", "Lecture 1"), ("meetingID", "m 1")])

    [asked] = server.requests
    query = "name=Lecture%201&meetingID=m%201"
    assert (asked.method, asked.query) == (
        "GET",
        f"{query}&checksum={checksum('create', query, SECRET, 'sha256')}",
    )
    assert (made.meeting_id, made.internal_meeting_id, made.parent, made.existed) == (
        "m 1",
        "i-1",
        None,
        False,
    )


def test_create_says_that_the_meeting_existed(server, meetings):
    server.says(
        ok("<meetingID>m</meetingID><messageKey>duplicateWarning</messageKey><message>was there</message>")
    )

    assert meetings.create([("name", "L"), ("meetingID", "m")]).existed


def test_a_long_create_is_a_form_whose_sorted_body_is_signed(server, meetings):
    server.says(ok("<meetingID>m</meetingID>"))
    parameters = [("welcome", "é ~*" + "x" * 5000), ("name", "L"), ("meetingID", "m")]
    meetings.create(parameters)

    [asked] = server.requests
    body, _, signature = asked.body.decode().rpartition("&checksum=")
    assert (asked.method, asked.query) == ("POST", "")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body == encode_form(parameters)
    assert signature == checksum("create", body, SECRET, "sha256")
    assert parse_qsl(body) == sorted(parameters)


def test_documents_go_as_xml_and_only_the_url_is_signed(server, meetings):
    server.says(ok())
    meetings.insert_documents(
        "m",
        [
            Slides("a <b>.pdf", url="https://files.example.org/a?x=1&y=2", current=True),
            Slides("b.pdf", content=b"%PDF", removable=False),
        ],
    )

    [asked] = server.requests
    assert (asked.method, asked.call, asked.headers["Content-Type"]) == (
        "POST",
        "insertDocument",
        "application/xml",
    )
    assert (
        asked.query == f"meetingID=m&checksum={checksum('insertDocument', 'meetingID=m', SECRET, 'sha256')}"
    )
    assert asked.body.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<modules><module name="presentation">'
        '<document current="true" url="https://files.example.org/a?x=1&amp;y=2" filename="a &lt;b&gt;.pdf"/>'
        f'<document removable="false" name="b.pdf">{b64encode(b"%PDF").decode()}</document>'
        "</module></modules>"
    )


@pytest.mark.parametrize(
    ("slides", "problem"),
    [
        pytest.param([], "no document", id="none"),
        pytest.param([Slides("a.pdf")], "needs a URL or content", id="neither URL nor content"),
        pytest.param([Slides("a.pdf", url="https://x.example.org", content=b"x")], "not both", id="both"),
        pytest.param([Slides(" ", content=b"x")], "printable name", id="no name"),
        pytest.param([Slides("a.pdf", url="file:///etc/passwd")], "http", id="a file of the server"),
    ],
)
def test_documents_that_no_server_could_take_are_refused_before_a_request(server, meetings, slides, problem):
    from bbbkeep.api.slides import slides_body

    with pytest.raises(UsageError, match=problem):
        slides_body(slides)


def test_join_never_asks_for_a_redirect_and_hides_the_url(server, meetings):
    server.says(
        ok(
            "<user_id>w_1</user_id><auth_token>a</auth_token><url>https://x.example.org/?sessionToken=sentinel</url>"
        )
    )
    joined = meetings.join(
        [("meetingID", "m"), ("fullName", "Ada"), ("role", "VIEWER"), ("redirect", "true")]
    )

    assert server.requests[0].parameters["redirect"] == "false"
    assert joined.url.endswith("sentinel")
    assert "sentinel" not in repr(joined)


def test_a_join_url_is_signed_without_a_request(server, meetings, address):
    query = "meetingID=m&fullName=Ada%20L&role=VIEWER"
    signature = checksum("join", query, SECRET, "sha256")

    assert meetings.join_url([("meetingID", "m"), ("fullName", "Ada L"), ("role", "VIEWER")]) == (
        f"{address.url}/join?{query}&checksum={signature}"
    )
    assert server.requests == []


def test_end_is_only_a_request_to_end(server, meetings):
    server.says(ok("<messageKey>sentEndMeetingRequest</messageKey><message>Wait.</message>"))

    assert meetings.end("m").message_key == "sentEndMeetingRequest"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(failed("idNotUnique"), BbbRejectedError, id="refused"),
        pytest.param(CHECKSUM_ERROR, BbbAuthError, id="the wrong secret"),
        pytest.param(failed("unsupportedRequest"), BbbUnsupportedError, id="no such call"),
        pytest.param(Reply(hang_up=True), BbbUnavailableError, id="no answer"),
        pytest.param(Reply(b"<html>", status=502), BbbUnavailableError, id="a page"),
    ],
)
def test_a_change_is_sent_once_whatever_comes_back(server, meetings, clock, answer, error):
    server.says(answer)

    with pytest.raises(error):
        meetings.create([("name", "L"), ("meetingID", "m")])
    assert len(server.requests) == 1
    assert clock.sleeps == []


def test_an_unknown_algorithm_is_settled_by_a_read_before_the_change(server, address, clock):
    def route(request):
        short = len(request.parameters.get("checksum", "")) == 40
        return Reply((ok("<running>false</running>") if short else CHECKSUM_ERROR).encode())

    server.route = route
    undecided = ServerAddress("here", address.url, SECRET)
    with Meetings(undecided, clock=clock) as meetings:
        meetings.end("m")

    assert [one.call for one in server.requests] == ["isMeetingRunning", "isMeetingRunning", "end"]


def test_recordings_are_out_of_reach(server, meetings):
    with pytest.raises(UsageError, match="not a call for this"):
        meetings.change("deleteRecordings", [("recordID", INTERNAL)])
    assert server.requests == []
