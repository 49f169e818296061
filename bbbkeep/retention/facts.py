"""What is known of one recording at one moment, as conditions ask for it.

A date counts only with status "ok" and if it is not after `now`; metadata
keys are compared in lower case and values after collapsing whitespace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from bbbkeep.model import InventoryRow, Recording

Anchor = Literal["start", "end", "first_seen"]
ANCHORS: tuple[Anchor, ...] = ("start", "end", "first_seen")

Values = frozenset[str] | None
"""What a metadata key holds: nothing where it is absent, several values where its spellings differ; None: unknown."""
ABSENT: frozenset[str] = frozenset()

_SHOWN = 80


@dataclass(frozen=True)
class Facts:
    """A recording as of `now`, judged as if it were `at` (to tell what becomes due)."""

    row: InventoryRow
    zone: ZoneInfo
    now: datetime
    at: datetime

    @cached_property
    def metadata(self) -> Mapping[str, frozenset[str]] | None:
        """Each key, in lower case, and the different values of its spellings.

        Some servers keep `Category` and `category` side by side.
        """
        return folded(self.recording.metadata)

    @property
    def recording(self) -> Recording:
        return self.row.recording

    def date(self, anchor: Anchor) -> datetime | None:
        """Return the date that an age counts from, or None where it is unknown."""
        return date_of(self.row, anchor, self.now)

    def values(self, key: str) -> Values:
        """Return what a metadata key, given in lower case, holds."""
        return None if self.metadata is None else self.metadata.get(key, ABSENT)

    def as_of(self, moment: datetime) -> "Facts":
        """Return the same facts, judged as if it were *moment*."""
        return replace(self, at=moment)


def date_of(row: InventoryRow, anchor: Anchor, now: datetime) -> datetime | None:
    """Return a date of a recording; None where it is unknown or after *now*."""
    recording = row.recording
    if anchor == "first_seen":
        found: datetime | None = row.first_seen
    elif anchor == "start":
        found = recording.start if recording.start_status == "ok" else None
    else:
        found = recording.end if recording.end_status == "ok" else None
    return found if found is not None and found <= now else None


def facts_of(row: InventoryRow, zone: ZoneInfo, now: datetime) -> Facts:
    return Facts(row, zone, now, now)


def folded(metadata: Mapping[str, str] | None) -> Mapping[str, frozenset[str]] | None:
    """Collect values by key in lower case; unknown metadata stays None."""
    if metadata is None:
        return None
    found: dict[str, frozenset[str]] = {}
    for key, value in metadata.items():
        found[key.lower()] = found.get(key.lower(), frozenset()) | {collapsed(value)}
    return found


def collapsed(value: str) -> str:
    """Collapse whitespace: BigBlueButton's metadata.xml is pretty-printed, which wraps long values."""
    return " ".join(value.split())


def plainly(value: str) -> str:
    """Show a server's text in a sentence: on one line, bounded, printable."""
    text = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in collapsed(value[:500])
    )
    if not text:
        return "empty"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
