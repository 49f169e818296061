"""What the calls for meetings answer, typed.

Passwords of meetings are never parsed; what lets somebody in stays out of
repr.  What is absent, zero or impossible is None, which means unknown.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from bbbkeep.api.transport import Body, unavailable
from bbbkeep.api.trees import successful_tree, texts_of
from bbbkeep.api.values import masked

_MOST_DIGITS = 15
_YEAR_2007_MS = 1_167_609_600_000
_YEAR_2200_MS = 7_258_118_400_000
_MOST_ATTENDEES = 10_000
_NO_PARENT = "bbb-none"
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody in a meeting; `role` is MODERATOR or VIEWER."""

    user_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that a server has right now; `internal_meeting_id` is the record_id of its recording to come."""

    meeting_id: str
    internal_meeting_id: str | None
    name: str | None
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    running: bool | None
    recording: bool | None
    is_breakout: bool | None
    forcibly_ended: bool | None
    participants: int | None
    moderators: int | None
    most_users: int | None
    duration_minutes: int | None
    attendees: tuple[Attendee, ...] = ()
    breakouts: tuple[str, ...] = ()
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a server said to a call that it accepted."""

    message_key: str
    message: str


@dataclass(frozen=True, slots=True)
class Created:
    """A meeting that exists now; `existed`: it did before, and nothing was changed."""

    meeting_id: str
    internal_meeting_id: str | None
    parent: str | None
    created: datetime | None
    existed: bool
    said: Said


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has a place in a meeting; `url` lets whoever has it in."""

    user_id: str | None
    guest_status: str | None
    url: str = field(repr=False)
    said: Said


def said(fields: Mapping[str, str]) -> Said:
    return Said(fields.get("messageKey", "").strip(), fields.get("message", "").strip())


def created(fields: Mapping[str, str]) -> Created:
    """Return what create answered; both keys are often empty."""
    parent = fields.get("parentMeetingID", "").strip()
    answer = said(fields)
    return Created(
        meeting_id=fields.get("meetingID", ""),
        internal_meeting_id=_text(fields.get("internalMeetingID")),
        parent=None if parent in ("", _NO_PARENT) else parent,
        created=_moment(fields.get("createTime")),
        existed=answer.message_key == "duplicateWarning",
        said=answer,
    )


def joined(fields: Mapping[str, str]) -> Joined:
    return Joined(
        user_id=_text(fields.get("user_id")),
        guest_status=_text(fields.get("guestStatus")),
        url=fields.get("url", "").strip(),
        said=said(fields),
    )


def truth(text: str | None) -> bool | None:
    """Return true or false as the API writes them; None: neither."""
    return _WORDS.get((text or "").strip().lower())


def meeting(element: etree._Element) -> Meeting | None:
    """Return the meeting that *element* describes; None if it does not say which."""
    texts = texts_of(element)
    meeting_id = texts.get("meetingID", "").strip()
    if not meeting_id:
        return None
    return Meeting(
        meeting_id=meeting_id,
        internal_meeting_id=_text(texts.get("internalMeetingID")),
        name=texts.get("meetingName"),
        created=_moment(texts.get("createTime")),
        started=_moment(texts.get("startTime")),
        ended=_moment(texts.get("endTime")),
        running=truth(texts.get("running")),
        recording=truth(texts.get("recording")),
        is_breakout=truth(texts.get("isBreakout")),
        forcibly_ended=truth(texts.get("hasBeenForciblyEnded")),
        participants=_number(texts.get("participantCount")),
        moderators=_number(texts.get("moderatorCount")),
        most_users=_number(texts.get("maxUsers")) or None,
        duration_minutes=_number(texts.get("duration")) or None,
        attendees=_attendees(element),
        breakouts=_breakouts(element),
        metadata=_metadata(element),
    )


def listed_meetings(body: Body) -> tuple[Meeting, ...]:
    """Return the meetings that an answer to getMeetings lists; closes it.

    Raises:
        BbbUnavailableError: it has no list, or lists one without its ID: it does not prove what runs.
    """
    with closing(body):
        found = successful_tree(body).find("meetings")
        if found is None:
            raise unavailable(body.call, "answered without a list of meetings")
        listed = [meeting(one) for one in found.iterchildren("meeting")]
    known = tuple(one for one in listed if one is not None)
    if len(known) < len(listed):
        raise unavailable(body.call, "answered with a meeting that has no ID")
    return known


def running(body: Body) -> frozenset[str]:
    """Return the internal IDs of the meetings that an answer to getMeetings lists: IDs of recordings to come.

    Raises:
        BbbUnavailableError: see `listed_meetings`; also where one has no internal ID.
    """
    meetings = listed_meetings(body)
    known = frozenset(one.internal_meeting_id for one in meetings if one.internal_meeting_id)
    if any(one.internal_meeting_id is None for one in meetings):
        raise unavailable(body.call, "answered with a meeting that has no internal ID")
    return known


def _attendees(element: etree._Element) -> tuple[Attendee, ...]:
    found = (texts_of(one) for one in element.iterfind("attendees/attendee"))
    people = [Attendee(one.get("userID", ""), one.get("fullName", ""), one.get("role", "")) for one in found]
    return tuple(people[:_MOST_ATTENDEES])


def _breakouts(element: etree._Element) -> tuple[str, ...]:
    return tuple(one.text.strip() for one in element.iterfind("breakoutRooms/breakout") if one.text)


def _metadata(element: etree._Element) -> Mapping[str, str] | None:
    found = element.find("metadata")
    if found is None:
        return None
    return {key: masked(key, value) for key, value in texts_of(found).items()}


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None


def _moment(text: str | None) -> datetime | None:
    """Return a time in milliseconds as a date; 0 and what no meeting can have are unknown."""
    moment = _number(text) or 0
    return datetime.fromtimestamp(moment / 1000, UTC) if _YEAR_2007_MS <= moment <= _YEAR_2200_MS else None
