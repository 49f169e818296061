"""What every call is handed: the truth, the secret, the clock, the dialect and the faults."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bbbkeep.clock import Clock
from bbbkeep.standin import checksum
from bbbkeep.standin.dialect import Dialect
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.state import State

BASE_PATH = "/bigbluebutton"
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
    address: str = ""
    requests: list[Request] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    postponed: list[tuple[int, Callable[[], object]]] = field(default_factory=list)
    """What is still to be done, and when, in milliseconds since 1970."""

    def now_ms(self) -> int:
        """Tell the time as BigBlueButton does, in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    def accepts(self, call: Call) -> bool:
        """Say whether the call's checksum is right."""
        given = call.get("checksum")
        return checksum.accepts(call.name, call.raw_query, given, self.secret, self.dialect.algorithms)

    def turn(self, name: str) -> int:
        """Count, from 1, how often *name* came by."""
        self.counts[name] += 1
        return self.counts[name]
