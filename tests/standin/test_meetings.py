"""The index and the calls for meetings, over real HTTP."""

import hashlib
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
import requests
from lxml import etree
from standin.calling import FORM, NOW, RECORD, TurnedClock, a_recording, ask, ask_unsigned

from bbbkeep.standin.server import LocalServer

NOW_MS = int(NOW.timestamp() * 1000)
ROOM = "name=Algebra&meetingID=room+7&record=true&attendeePW=ap&moderatorPW=mp&meta_Course=A1"
INTERNAL = f"779e03c9e66e9f3765981fb53a29c041148eb2d2-{NOW_MS}"  # begins with the SHA-1 of "room 7"
WITH_MEETINGS = ["bbb22", "bbb26", "bbb30", "scalelite", "bbblb"]
DOCUMENTS = (
    '<modules><module name="presentation"><document url="https://x.example/1.pdf" filename="one.pdf"/>'
    '<document name="two.pdf">JVBERi0xLjQK</document></module></modules>'
)


@pytest.fixture(params=WITH_MEETINGS)
def each(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    """A server of each kind that has meetings."""
    with LocalServer(profile=request.param, clock=TurnedClock()) as running:
        yield running


def document(answer: requests.Response) -> etree._Element:
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.content)


def said(answer: requests.Response) -> tuple[str | None, str | None]:
    root = document(answer)
    return root.findtext("returncode"), root.findtext("messageKey")


def signed_form(server: LocalServer, call: str, fields: dict[str, str]) -> dict[str, str]:
    """Sign a form as its receiver will: fields sorted, encoded as Java does."""
    text = "&".join(
        f"{name}={quote_plus(fields[name], safe='*').replace('~', '%7E')}" for name in sorted(fields)
    )
    digest = hashlib.sha256(f"{call}{text}{server.secret}".encode()).hexdigest()
    return {**fields, "checksum": digest}


def test_a_meeting_has_the_id_of_its_recording_from_the_beginning(each: LocalServer) -> None:
    root = document(ask(each, "create", ROOM))

    assert root.findtext("internalMeetingID") == INTERNAL
    assert root.findtext("createTime") == str(NOW_MS)
    assert root.findtext("createDate") == "Wed Mar 04 12:00:00 UTC 2026"
    assert [child.tag for child in root][:4] == [
        "returncode",
        "meetingID",
        "internalMeetingID",
        "parentMeetingID",
    ]


def test_a_recorded_meeting_leaves_its_recording_a_while_after_its_end(each: LocalServer) -> None:
    ask(each, "create", ROOM)
    each.clock.sleep(600)
    ask(each, "end", "meetingID=room+7&password=mp")

    assert each.state.record_ids() == []
    each.clock.sleep(6)
    recording = each.state.recording(INTERNAL)
    assert (recording.meeting_id, recording.state, recording.metadata["course"]) == (
        "room 7",
        "published",
        "A1",
    )
    assert recording.end_ms - recording.start_ms == 600_000
    assert INTERNAL in ask(each, "getRecordings").text


def test_a_meeting_that_is_not_recorded_leaves_nothing(server: LocalServer) -> None:
    before = server.state.record_ids()
    ask(server, "create", "name=Algebra&meetingID=room")
    ask(server, "end", "meetingID=room")
    server.clock.sleep(600)

    assert server.state.record_ids() == before


def test_creating_again_is_a_warning_and_with_other_passwords_an_error(each: LocalServer) -> None:
    first = document(ask(each, "create", ROOM))
    each.clock.sleep(5)

    assert said(ask(each, "create", ROOM)) == ("SUCCESS", "duplicateWarning")
    assert document(ask(each, "create", ROOM)).findtext("createTime") == first.findtext("createTime")
    assert said(ask(each, "create", ROOM.replace("=mp", "=other"))) == ("FAILED", "idNotUnique")


@pytest.mark.parametrize(
    ("query", "key"),
    [
        pytest.param("name=x", "missingParamMeetingID", id="no ID"),
        pytest.param("name=x&meetingID=x", "sizeError", id="too short"),
        pytest.param("name=x&meetingID=" + "x" * 257, "sizeError", id="too long"),
        pytest.param("name=x&meetingID=a,b", "validationError", id="a comma"),
        pytest.param("meetingID=abc", "validationError", id="no name"),
    ],
)
def test_a_meeting_that_can_not_be_is_refused(server: LocalServer, query: str, key: str) -> None:
    assert said(ask(server, "create", query)) == ("FAILED", key)
    assert server.meetings == {}


def test_early_meetings_need_no_name() -> None:
    with LocalServer(profile="bbb22") as server:
        assert said(ask(server, "create", "meetingID=abc"))[0] == "SUCCESS"


FIELDS = {"name": "a b~*", "meetingID": "room-7", "welcome": "Grüße, & <b>"}


def test_a_form_is_signed_by_its_sorted_fields(server: LocalServer) -> None:
    fields = signed_form(server, "create", FIELDS)
    answer = requests.post(f"{server.url}/create", data=fields, timeout=10)

    assert said(answer)[0] == "SUCCESS"
    assert server.meetings["room-7"].name == "a b~*"
    ending = requests.post(
        f"{server.url}/end", data=signed_form(server, "end", {"meetingID": "room-7"}), timeout=10
    )
    assert said(ending) == ("SUCCESS", "sentEndMeetingRequest")


@pytest.mark.parametrize("profile", ["bbb22", "scalelite"])
def test_elsewhere_a_form_is_not_covered_by_the_checksum(profile: str) -> None:
    with LocalServer(profile=profile) as server:
        answer = requests.post(f"{server.url}/create", data=signed_form(server, "create", FIELDS), timeout=10)

    assert said(answer) == ("FAILED", "checksumError")


def test_bbblb_takes_a_form_for_the_query_in_its_own_order() -> None:
    query = "name=b&meetingID=room-7"
    with LocalServer(profile="bbblb") as server:
        digest = hashlib.sha256(f"create{query}{server.secret}".encode()).hexdigest()
        body, headers = f"{query}&checksum={digest}", {"Content-Type": FORM}
        answer = requests.post(f"{server.url}/create", data=body, headers=headers, timeout=10)

    assert said(answer)[0] == "SUCCESS"


def test_parameters_in_both_places_do_not_match(server: LocalServer) -> None:
    answer = ask(server, "create", "name=x", "POST", data={"meetingID": "room-7"})

    assert said(answer) == ("FAILED", "checksumError")
    assert document(answer).findtext("message") == "Checksums do not match"


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "application/xml; charset=utf-8"])
def test_documents_come_as_xml(server: LocalServer, kind: str) -> None:
    headers = {"Content-Type": kind}
    ask(server, "create", ROOM, "POST", data=DOCUMENTS, headers=headers)
    ask(server, "insertDocument", "meetingID=room+7", "POST", data=DOCUMENTS, headers=headers)

    assert server.meetings["room 7"].documents == ["one.pdf", "two.pdf"] * 2


@pytest.mark.parametrize(
    ("call", "kind"),
    [("create", "application/json"), ("create", None), ("insertDocument", FORM), ("end", "text/xml")],
)
def test_a_body_of_another_type_is_refused(server: LocalServer, call: str, kind: str | None) -> None:
    body = DOCUMENTS.encode()
    query = "name=x&meetingID=room+7" if kind != FORM else ""
    if kind == FORM:
        fields = signed_form(server, call, {"meetingID": "room 7"})
        answer = requests.post(f"{server.url}/{call}", data=fields, timeout=10)
    else:
        answer = ask(server, call, query, "POST", data=body, headers={"Content-Type": kind} if kind else {})

    assert said(answer) == ("FAILED", "unsupportedContentType")


def test_a_post_without_a_body_needs_no_type(server: LocalServer) -> None:
    assert said(ask(server, "create", ROOM, "POST"))[0] == "SUCCESS"


def test_joining_redirects_to_the_client_or_says_where_it_is(each: LocalServer) -> None:
    ask(each, "create", ROOM)
    query = "meetingID=room+7&fullName=Ada&password=mp"
    redirect = ask(each, "join", query, allow_redirects=False)
    root = document(ask(each, "join", f"{query}&redirect=false"))

    assert redirect.status_code == 302
    assert "sessionToken=" in redirect.headers["Location"]
    assert root.findtext("messageKey") == "successfullyJoined"
    assert root.findtext("meeting_id") == INTERNAL
    assert root.findtext("url").endswith(root.findtext("session_token"))


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("meetingID=room+7&fullName=Ada&password=wrong", "invalidPassword"),
        ("meetingID=nowhere&fullName=Ada&password=mp", "invalidMeetingIdentifier"),
        ("meetingID=room+7&password=mp", "missingParamFullName"),
        ("meetingID=room+7&fullName=Ada&password=mp&createTime=273648", "mismatchCreateTimeParam"),
    ],
)
def test_who_can_not_join_is_told_in_an_address_or_in_xml(server: LocalServer, query: str, key: str) -> None:
    ask(server, "create", ROOM)
    redirect = ask(server, "join", query, allow_redirects=False)
    [errors] = parse_qs(urlsplit(redirect.headers["Location"]).query)["errors"]

    assert [error["key"] for error in json.loads(errors)] == [key]
    assert said(ask(server, "join", f"{query}&redirect=false")) == ("FAILED", key)
    assert server.meetings["room 7"].attendees == []


def test_a_role_overrides_a_password(server: LocalServer) -> None:
    ask(server, "create", ROOM)
    ask(server, "join", "meetingID=room+7&fullName=Ada&role=moderator&redirect=false")
    ask(server, "join", "meetingID=room+7&fullName=Bob&password=ap&redirect=false")
    root = document(ask(server, "getMeetingInfo", "meetingID=room+7"))

    assert [one.text for one in root.iterfind("attendees/attendee/role")] == ["MODERATOR", "VIEWER"]
    assert root.findtext("participantCount") == "2"
    assert root.findtext("moderatorCount") == "1"


def test_a_meeting_runs_while_somebody_is_in_it(each: LocalServer) -> None:
    def running() -> str | None:
        return document(ask(each, "isMeetingRunning", "meetingID=room+7")).findtext("running")

    states = [running()]
    ask(each, "create", ROOM)
    states.append(running())
    ask(each, "join", "meetingID=room+7&fullName=Ada&password=ap&redirect=false")
    states.append(running())
    ask(each, "end", "meetingID=room+7&password=mp")
    assert [*states, running()] == ["false", "false", "true", "false"]


@pytest.mark.parametrize("call", ["end", "getMeetingInfo"])
def test_an_unknown_meeting_is_not_found(each: LocalServer, call: str) -> None:
    assert said(ask(each, call, "meetingID=nowhere")) == ("FAILED", "notFound")


def test_the_wrong_password_ends_nothing(each: LocalServer) -> None:
    ask(each, "create", ROOM)

    assert said(ask(each, "end", "meetingID=room+7&password=ap")) == ("FAILED", "invalidPassword")
    assert "room 7" in each.meetings


def test_only_an_early_server_wants_a_password_to_end() -> None:
    with LocalServer(profile="bbb22") as server:
        ask(server, "create", ROOM)
        assert said(ask(server, "end", "meetingID=room+7")) == ("FAILED", "invalidPassword")


@pytest.mark.parametrize("profile", ["bbb22", "bbb26", "bbb30", "scalelite"])
def test_a_running_meeting_may_be_that_of_a_listed_recording(profile: str) -> None:
    with LocalServer(profile=profile) as server:
        server.state.add(a_recording())
        server.run_meeting("course-1", RECORD)
        [meeting] = document(ask(server, "getMeetings")).iterfind("meetings/meeting")

        assert meeting.findtext("internalMeetingID") == RECORD
        assert meeting.findtext("running") == "true"
        server.end_meeting("course-1")
        assert said(ask(server, "getMeetings")) == ("SUCCESS", "noMeetings")


def test_bbblb_can_not_list_meetings() -> None:
    with LocalServer(profile="bbblb") as server:
        answer = ask(server, "getMeetings")

    assert answer.status_code == 500
    assert "<messageKey>internalError" in answer.text


def test_the_elements_of_a_meeting_come_in_the_documented_order(server: LocalServer) -> None:
    server.run_meeting("course-1")
    root = document(ask(server, "getMeetingInfo", "meetingID=course-1"))

    assert " ".join(child.tag for child in root) == (
        "returncode meetingName meetingID internalMeetingID createTime createDate voiceBridge dialNumber attendeePW "
        "moderatorPW running duration hasUserJoined recording hasBeenForciblyEnded startTime endTime participantCount "
        "listenerCount voiceParticipantCount videoCount maxUsers moderatorCount attendees metadata isBreakout"
    )


@pytest.mark.parametrize(
    "call", ["create", "join", "end", "isMeetingRunning", "getMeetingInfo", "getMeetings"]
)
def test_a_wrong_checksum_is_refused_first(each: LocalServer, call: str) -> None:
    assert "<messageKey>checksumError" in ask_unsigned(each, call, "checksum=" + "0" * 40)[1]


@pytest.mark.parametrize("call", ["create", "getMeetings"])
def test_the_recording_api_has_no_meetings(call: str) -> None:
    with LocalServer(profile="recapi") as server:
        assert ask(server, call, ROOM).status_code == 404
