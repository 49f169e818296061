"""A meeting as long as it lasts, and the recording that comes of it."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bbbkeep.standin.recording import SeedFormat, SeedRecording
from bbbkeep.standin.style import Element

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who joined."""

    user_id: str
    name: str
    role: str


@dataclass(slots=True)
class Meeting:
    """One meeting; `given` are the passwords as the caller of create spelled them, maybe not at all."""

    meeting_id: str
    internal_id: str
    name: str
    created_ms: int
    attendee_password: str
    moderator_password: str
    given: tuple[str, str] = ("", "")
    voice_bridge: str = "71296"
    dial_number: str = "613-555-1234"
    minutes: str = "0"
    recorded: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    attendees: list[Attendee] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def created(self) -> tuple[Element, ...]:
        """Tell what create answers."""
        return (
            Element("meetingID", self.meeting_id),
            Element("internalMeetingID", self.internal_id),
            Element("parentMeetingID", "bbb-none"),
            Element("attendeePW", self.attendee_password),
            Element("moderatorPW", self.moderator_password),
            Element("createTime", str(self.created_ms)),
            Element("voiceBridge", self.voice_bridge),
            Element("dialNumber", self.dial_number),
            Element("createDate", self._created_at()),
            Element("hasUserJoined", _word(self.attendees)),
            Element("duration", self.minutes),
            Element("hasBeenForciblyEnded", "false"),
        )

    def facts(self) -> tuple[Element, ...]:
        """Tell what getMeetingInfo, and getMeetings for each meeting, answer."""
        return (
            *self._identity(),
            *self._times(),
            *self._counts(),
            *self._people(),
            Element("isBreakout", "false"),
        )

    def _identity(self) -> tuple[Element, ...]:
        return (
            Element("meetingName", self.name),
            Element("meetingID", self.meeting_id),
            Element("internalMeetingID", self.internal_id),
            Element("createTime", str(self.created_ms)),
            Element("createDate", self._created_at()),
            Element("voiceBridge", self.voice_bridge),
            Element("dialNumber", self.dial_number),
            Element("attendeePW", self.attendee_password),
            Element("moderatorPW", self.moderator_password),
        )

    def _times(self) -> tuple[Element, ...]:
        return (
            Element("running", _word(self.attendees)),
            Element("duration", self.minutes),
            Element("hasUserJoined", _word(self.attendees)),
            Element("recording", _word(self.recorded)),
            Element("hasBeenForciblyEnded", "false"),
            Element("startTime", str(self.created_ms)),
            Element("endTime", "0"),
        )

    def _counts(self) -> tuple[Element, ...]:
        moderators = sum(1 for one in self.attendees if one.role == "MODERATOR")
        return (
            Element("participantCount", str(len(self.attendees))),
            Element("listenerCount", "0"),
            Element("voiceParticipantCount", "0"),
            Element("videoCount", "0"),
            Element("maxUsers", "0"),
            Element("moderatorCount", str(moderators)),
        )

    def _people(self) -> tuple[Element, ...]:
        return (
            Element("attendees", tuple(Element("attendee", _attendee(one)) for one in self.attendees)),
            Element("metadata", tuple(Element(key, value) for key, value in self.metadata.items())),
        )

    def _created_at(self) -> str:
        return datetime.fromtimestamp(self.created_ms / 1000, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")

    def recording(self, ended_ms: int) -> SeedRecording:
        """Return the recording that is published some time after the end; its ID was known all along."""
        by_scripts = {"meetingId": self.meeting_id, "meetingName": self.name, "isBreakout": "false"}
        length_ms = max(ended_ms - self.created_ms, 0)
        return SeedRecording(
            record_id=self.internal_id,
            meeting_id=self.meeting_id,
            name=self.name,
            start_ms=self.created_ms,
            end_ms=ended_ms,
            participants=len(self.attendees),
            metadata={**self.metadata, **by_scripts},
            formats=(SeedFormat(length_ms=length_ms, size=20_000 + length_ms // _MINUTE_MS * 1_900_000),),
            raw_size=length_ms // _MINUTE_MS * 11_000_000,
        )


def internal_id(meeting_id: str, created_ms: int) -> str:
    """Return the internal meeting ID, which is the record ID to come."""
    return f"{hashlib.sha1(meeting_id.encode(), usedforsecurity=False).hexdigest()}-{created_ms}"


def _attendee(one: Attendee) -> tuple[Element, ...]:
    return (
        Element("userID", one.user_id),
        Element("fullName", one.name),
        Element("role", one.role),
        Element("isPresenter", _word(one.role == "MODERATOR")),
        Element("isListeningOnly", "false"),
        Element("hasJoinedVoice", "false"),
        Element("hasVideo", "false"),
        Element("clientType", "HTML5"),
    )


def _word(claim: object) -> str:
    return "true" if claim else "false"
