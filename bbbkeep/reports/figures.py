"""What can be counted about one recording, where None is unknown and never zero.

Pure; the table and the page both count with these, so that their figures agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bbbkeep.model import STATES, Recording

LARGEST = 2**63 - 1
"""Anything above is no size of a file: a table column of 64 bits could not hold it."""

OTHER_STATE = "unknown"


@dataclass(slots=True)
class Tally:
    """Recordings counted together, and the bytes of those whose size is known."""

    count: int = 0
    sized: int = 0
    size_bytes: int = 0

    def add(self, size_bytes: int | None) -> None:
        """Count one more recording."""
        self.count += 1
        if size_bytes is not None:
            self.sized += 1
            self.size_bytes += size_bytes

    def merge(self, other: "Tally") -> None:
        """Count all that *other* counted."""
        self.count += other.count
        self.sized += other.sized
        self.size_bytes += other.size_bytes


def known(number: int | None) -> int | None:
    """Return a count or size, or None for what servers send when they don't know (absent, 0, nonsense)."""
    return number if number is not None and 0 < number <= LARGEST else None


def size_bytes(recording: Recording) -> int | None:
    """Return the size of all formats; their sum only where each one is known."""
    return known(recording.whole_size)


def duration(recording: Recording) -> timedelta | None:
    """Return the time from start to end of the meeting."""
    if recording.start is None or recording.end is None or recording.end < recording.start:
        return None
    return recording.end - recording.start


def age_days(recording: Recording, now: datetime) -> int | None:
    """Return the whole days since the meeting's end, as retention counts them."""
    if recording.end is None:
        return None
    return max(0, (now - recording.end).days)


def month(recording: Recording, now: datetime) -> int | None:
    """Return the UTC month of the start as months since year 0; a start in the future is unknown.

    Clocks differ: what began within a day from *now* counts for this month.
    """
    if recording.start is None or recording.start > now + timedelta(days=1):
        return None
    start = min(recording.start, now).astimezone(UTC)
    return month_number(start)


def month_number(moment: datetime) -> int:
    """Return the months since year 0, in UTC."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def state(recording: Recording) -> str:
    """Return one of BigBlueButton's five words, or "unknown" for whatever else a server says."""
    return recording.state if recording.state in STATES else OTHER_STATE


def lower_keys(metadata: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return *metadata* by its keys in lower case, because servers differ in that; nothing where it is unknown."""
    return {key.lower(): value for key, value in metadata.items()} if metadata else {}


def first_value(metadata: Mapping[str, str], *keys: str) -> str | None:
    """Return the first of *keys* that has a value; all keys are in lower case."""
    return next((metadata[key] for key in keys if metadata.get(key, "").strip()), None)
