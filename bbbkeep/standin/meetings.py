"""The index, and the calls for meetings: create, join, end, insertDocument, and those that look."""

import json
import re
import secrets
from urllib.parse import quote

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.meeting import Attendee, Meeting, internal_id
from bbbkeep.standin.meeting_checks import found, named, refusal
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.style import Element

_KEY = re.compile(r"meta_[a-zA-Z][a-zA-Z0-9-]*")
_DOCUMENT = re.compile(r"<document\b([^>]*)>")
_ATTRIBUTE = re.compile(r"\b(filename|name|url)\s*=\s*[\"']([^\"']*)")
_ENDING = (
    "A request to end the meeting was sent.  Please wait a few seconds, and then use the getMeetingInfo or "
    "isMeetingRunning API calls to verify that it was ended."
)
_NEITHER_ROLE = (
    "You either did not supply a password or the password supplied is neither the attendee or moderator "
    "password for this conference."
)


def bbb_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # the shape of an operation
    """Tell the versions, to anybody."""
    return site.dialect.style.success(
        Element("version", "2.0"), Element("apiVersion", "2.0"), Element("bbbVersion", site.dialect.version)
    )


def short_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Tell the version of the API only, as an early BigBlueButton and Scalelite."""
    return site.dialect.style.success(Element("version", "2.0"), declared=True)


def bbblb_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Tell who it is, as BBBLB."""
    info = "Served by BBBLB (AGPL-3, https://github.com/defnull/bbblb)"
    return site.dialect.style.success(Element("version", "2.0"), Element("info", info))


def create(site: Site, call: Call) -> Answer:
    """Create a meeting; to create it again with the same passwords changes nothing."""
    style = site.dialect.style
    refused = refusal(site, call) or named(site, call)
    if refused is not None:
        return refused
    if site.dialect.meetings.name_needed and not call.get("name"):
        return style.failed("validationError", "You must provide a meeting name")
    given = (call.get("attendeePW"), call.get("moderatorPW"))
    meeting = site.meetings.get(call.get("meetingID"))
    if meeting is None:
        return _created(site, _new(site, call, given), "", "")
    if meeting.given != given:
        message = "A meeting already exists with that meeting ID.  Please use a different meeting ID."
        return style.failed("idNotUnique", message)
    message = "This conference was already in existence and may currently be in progress."
    return _created(site, meeting, "duplicateWarning", message)


def _created(site: Site, meeting: Meeting, key: str, message: str) -> Answer:
    told = (Element("messageKey", key), Element("message", message))
    return site.dialect.style.success(*meeting.created(), *told)


def _new(site: Site, call: Call, given: tuple[str, str]) -> Meeting:
    meeting_id, now = call.get("meetingID"), site.now_ms()
    meeting = Meeting(
        meeting_id=meeting_id,
        internal_id=internal_id(meeting_id, now),
        name=call.get("name"),
        created_ms=now,
        attendee_password=given[0] or secrets.token_hex(4),
        moderator_password=given[1] or secrets.token_hex(4),
        given=given,
        voice_bridge=call.get("voiceBridge") or f"{10_000 + secrets.randbelow(90_000)}",
        dial_number=call.get("dialNumber") or "613-555-1234",
        minutes=call.get("duration") or "0",
        recorded=call.get("record").lower() == "true",
        metadata={name[5:].lower(): value for name, value in call.parameters.items() if _KEY.fullmatch(name)},
        documents=_documents(call),
    )
    site.meetings[meeting_id] = meeting
    return meeting


def _documents(call: Call) -> list[str]:
    """Name the documents that came as XML."""
    text = call.body.decode(errors="replace") if "xml" in call.media_type else ""
    found = [dict(_ATTRIBUTE.findall(attributes)) for attributes in _DOCUMENT.findall(text)]
    return [one.get("filename") or one.get("name") or one.get("url", "") for one in found]


def join(site: Site, call: Call) -> Answer:
    """Let somebody in: a redirect to the client, or with redirect=false what it would need."""
    refused = refusal(site, call)
    if refused is not None:
        return refused
    meeting = site.meetings.get(call.get("meetingID"))
    if not call.get("fullName"):
        return _not_joined(site, call, "missingParamFullName", "You must specify a name for the attendee.")
    if meeting is None:
        message = "The meeting ID that you supplied did not match any existing meetings"
        return _not_joined(site, call, "invalidMeetingIdentifier", message)
    if call.get("createTime") not in ("", str(meeting.created_ms)):
        message = "The createTime parameter submitted mismatches with the current meeting."
        return _not_joined(site, call, "mismatchCreateTimeParam", message)
    role = _role(call, meeting)
    if not role:
        return _not_joined(site, call, "invalidPassword", _NEITHER_ROLE)
    return _joined(site, call, meeting, role)


def _role(call: Call, meeting: Meeting) -> str:
    """Take the role that is asked for, or the one that the password stands for."""
    if call.get("role").upper() in ("MODERATOR", "VIEWER"):
        return call.get("role").upper()
    by_password = {meeting.attendee_password: "VIEWER", meeting.moderator_password: "MODERATOR"}
    return by_password.get(call.get("password"), "")


def _joined(site: Site, call: Call, meeting: Meeting, role: str) -> Answer:
    user_id = call.get("userID") or f"w_{secrets.token_hex(6)}"
    session = secrets.token_urlsafe(12)
    address = f"{site.address}/html5client/join?sessionToken={session}"
    meeting.attendees.append(Attendee(user_id, call.get("fullName"), role))
    if call.get("redirect").lower() != "false":
        return Answer(b"", "", 302, {"Location": address})
    return site.dialect.style.success(
        Element("messageKey", "successfullyJoined"),
        Element("message", "You have joined successfully."),
        Element("meeting_id", meeting.internal_id),
        Element("user_id", user_id),
        Element("auth_token", secrets.token_urlsafe(9)),
        Element("session_token", session),
        Element("guestStatus", "ALLOW"),
        Element("url", address),
    )


def _not_joined(site: Site, call: Call, key: str, message: str) -> Answer:
    """Say why not, in XML or to the browser in the address of the page that one logs out to."""
    if call.get("redirect").lower() == "false":
        return site.dialect.style.failed(key, message)
    errors = quote(json.dumps([{"key": key, "message": message}]))
    return Answer(b"", "", 302, {"Location": f"{site.address}/?errors={errors}"})


def end(site: Site, call: Call) -> Answer:
    """End a meeting; if it was recorded, its recording is published after a while."""
    meeting = found(site, call)
    if isinstance(meeting, Answer):
        return meeting
    password = call.get("password")
    if password != meeting.moderator_password and (password or site.dialect.meetings.password_needed):
        message = "You must supply the moderator password for this call."
        return site.dialect.style.failed("invalidPassword", message)
    site.end_meeting(meeting)
    return site.dialect.style.success(
        Element("messageKey", "sentEndMeetingRequest"), Element("message", _ENDING)
    )


def is_meeting_running(site: Site, call: Call) -> Answer:
    """Tell whether anybody is in a meeting; one that is unknown does not run."""
    refused = refusal(site, call) or named(site, call)
    if refused is not None:
        return refused
    meeting = site.meetings.get(call.get("meetingID"))
    running = meeting is not None and bool(meeting.attendees)
    return site.dialect.style.success(Element("running", "true" if running else "false"))


def get_meeting_info(site: Site, call: Call) -> Answer:
    """Tell all about a meeting."""
    meeting = found(site, call)
    return meeting if isinstance(meeting, Answer) else site.dialect.style.success(*meeting.facts())


def get_meetings(site: Site, call: Call) -> Answer:
    """List meetings."""
    refused = refusal(site, call)
    if refused is not None:
        return refused
    meetings = tuple(Element("meeting", meeting.facts()) for meeting in list(site.meetings.values()))
    nothing = (
        Element("messageKey", "noMeetings"),
        Element("message", "no meetings were found on this server"),
    )
    return site.dialect.style.success(Element("meetings", meetings), *(() if meetings else nothing))


def fail_to_list(site: Site, call: Call) -> Answer:
    """Fail as BBBLB 0.0.18 does, always: it asks its database for one column by a query of eight."""
    message = "OperationalError('(sqlite3.OperationalError) sub-select returns 8 columns - expected 1')"
    return refusal(site, call) or site.dialect.style.failed("internalError", message, 500)


def insert_document(site: Site, call: Call) -> Answer:
    """Put documents into a meeting."""
    meeting = found(site, call)
    if isinstance(meeting, Answer):
        return meeting
    meeting.documents += _documents(call)
    return site.dialect.style.success(
        Element("messageKey", "documentInserted"), Element("message", "Presentation is being uploaded")
    )
