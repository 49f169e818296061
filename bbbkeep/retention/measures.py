"""Conditions over numbers: size, duration, participants.

Pure.  Servers print 0 for what they do not know, so 0 is unknown here, too.
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, ClassVar, Literal

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import Facts, date_of
from bbbkeep.retention.ranges import NOTHING_TOLD, Bounds, Range, exactly
from bbbkeep.retention.truth import Truth
from bbbkeep.retention.units import said_duration, said_size

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask

DurationOf = Literal["meeting", "playback"]
DURATIONS: tuple[DurationOf, ...] = ("meeting", "playback")

_MINUTE = 60


class Measure(Condition):
    """A number of a recording and the range it must lie in."""

    __slots__ = ()
    range: Range

    def bounds(self, facts: Facts) -> Bounds:
        """Return what the number can be."""
        raise NotImplementedError

    def noun(self) -> str:
        """Name the number: `size`."""
        return self.word

    def said(self, number: float) -> str:
        """Say one number with its unit."""
        return f"{number:g}"

    def truth(self, facts: Facts) -> Truth:
        return self.range.truth(self.bounds(facts))

    def sentence(self) -> str:
        return f"{self.noun()} is {self.range.sentence(self.said)}"

    def fact(self, facts: Facts) -> str:
        bounds = self.bounds(facts)
        if not bounds.told:
            return f"{self.noun()} is unknown"
        if bounds.low == bounds.high:
            return f"{self.noun()} is {self.said(bounds.low)}"
        least = f"{self.noun()} is at least {self.said(bounds.low)}"
        return least if bounds.high == inf else f"{least} and at most {self.said(bounds.high)}"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.word,)


@dataclass(frozen=True, slots=True)
class SizeIs(Measure):
    """All formats together in bytes, without the raw data that no format shows."""

    word: ClassVar[str] = "size"
    range: Range

    def bounds(self, facts: Facts) -> Bounds:
        return size_of(facts.recording)

    def mask(self, columns: "Columns") -> "Mask":
        return self.range.mask(*columns.bounds("size", lambda row: size_of(row.recording)))

    def said(self, number: float) -> str:
        return said_size(number)


@dataclass(frozen=True, slots=True)
class ParticipantsAre(Measure):
    word: ClassVar[str] = "participants"
    range: Range

    def bounds(self, facts: Facts) -> Bounds:
        return _counted(facts.recording.participants)

    def mask(self, columns: "Columns") -> "Mask":
        return self.range.mask(
            *columns.bounds("participants", lambda row: _counted(row.recording.participants))
        )

    def noun(self) -> str:
        return "number of participants"


@dataclass(frozen=True, slots=True)
class DurationIs(Measure):
    """How long the meeting took, or how long the longest format plays, in seconds."""

    word: ClassVar[str] = "duration"
    range: Range
    of: DurationOf = "meeting"

    def bounds(self, facts: Facts) -> Bounds:
        if self.of == "playback":
            return playback_duration(facts.recording)
        return meeting_duration(facts.row, facts.now)

    def mask(self, columns: "Columns") -> "Mask":
        now = columns.now
        if self.of == "playback":
            found = columns.bounds("playback", lambda row: playback_duration(row.recording))
        else:
            found = columns.bounds(("meeting", now), lambda row: meeting_duration(row, now))
        return self.range.mask(*found)

    def noun(self) -> str:
        return "duration" if self.of == "meeting" else "playback duration"

    def said(self, number: float) -> str:
        return said_duration(number)


def _counted(count: int | None) -> Bounds:
    return exactly(count) if count else NOTHING_TOLD


def size_of(recording: Recording) -> Bounds:
    """Return the size that the server tells, or else the sum of its formats; some known ones are a least size."""
    whole = recording.whole_size
    return exactly(whole) if whole else Bounds(sum(one.size_bytes or 0 for one in recording.formats))


def meeting_duration(row: InventoryRow, now: datetime) -> Bounds:
    """Return the time from start to end; unknown where either date is, or the end comes first."""
    start, end = date_of(row, "start", now), date_of(row, "end", now)
    if start is None or end is None or end <= start:
        return NOTHING_TOLD
    return exactly((end - start).total_seconds())


def playback_duration(recording: Recording) -> Bounds:
    """Return the longest format's length: some servers round minutes, others cut them, so a minute either way."""
    lengths = [one.length_minutes or 0 for one in recording.formats]
    longest = max(lengths, default=0)
    if not longest:
        return NOTHING_TOLD
    return Bounds((longest - 1) * _MINUTE, (longest + 1) * _MINUTE if all(lengths) else inf)
