"""What every call is handed: the truth, the secret, the clock, the dialect and the faults."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bbbkeep.clock import Clock
from bbbkeep.standin.answers import Answer
from bbbkeep.standin.checksum import Flaw
from bbbkeep.standin.dialect import Dialect
from bbbkeep.standin.meeting import Meeting
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.state import State

BASE_PATH = "/bigbluebutton"
_NO_FETCH_ALL = frozenset({"no-recordings", "no-fetch-all"})
WRITES = frozenset({"publishRecordings", "deleteRecordings", "updateRecordings", "putRecordingTextTrack"})

Request = tuple[str, str, dict[str, str]]
"""Method, call, and its parameters without the checksum."""


@dataclass(slots=True)
class Site:
    """One local server's inside; `address` is scheme, host and port."""

    state: State
    secret: str
    clock: Clock
    dialect: Dialect
    faults: frozenset[str] = frozenset()
    latency_ms: int = 0
    caption_delay: float = 2.0
    real_ffmpeg: bool = False
    fetch_all: bool = True
    address: str = ""
    requests: list[Request] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    postponed: list[tuple[int, Callable[[], object]]] = field(default_factory=list)
    """What is still to be done, and when, in milliseconds since 1970."""

    meetings: dict[str, Meeting] = field(default_factory=dict)
    recording_delay: float = 5.0

    def now_ms(self) -> int:
        """Tell the time as BigBlueButton does, in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    @property
    def fetch_all_allowed(self) -> bool:
        """Whether a listing without IDs is answered: bbb-web's allowFetchAllRecordings."""
        return self.fetch_all and not self.faults & _NO_FETCH_ALL

    def flaw(self, call: Call) -> Flaw | None:
        """Say what is wrong with the call's checksum."""
        if self.dialect.front.own_host and call.host != self.address.partition("://")[2]:
            return "strange host"
        return self.dialect.checksums.flaw(call.name, call.raw_query, call.get("checksum"), self.secret)

    def accepts(self, call: Call) -> bool:
        """Say whether the call's checksum is right."""
        return self.flaw(call) is None

    def refusal(self, call: Call) -> Answer | None:
        """Refuse a call whose checksum is wrong."""
        flaw = self.flaw(call)
        if flaw is None:
            return None
        return self.dialect.style.failed("checksumError", self.dialect.words.checksum[flaw])

    def end_meeting(self, meeting: Meeting) -> None:
        """End a meeting; if it is recorded, its recording appears `recording_delay` seconds later."""
        self.meetings.pop(meeting.meeting_id, None)
        if meeting.recorded:
            recording = meeting.recording(self.now_ms())
            due = self.now_ms() + int(self.recording_delay * 1000)
            self.postponed.append((due, lambda: self.state.add(recording)))

    def turn(self, name: str) -> int:
        """Count, from 1, how often *name* came by."""
        self.counts[name] += 1
        return self.counts[name]
