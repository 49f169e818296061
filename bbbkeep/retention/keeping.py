"""Keep rules: the newest few of each meeting, or of each month, which no rule acts on.

Pure.  Who is newest takes all recordings to tell, so they are ranked once
before any is judged.  What is unknown can only keep more: a recording that
may be among the newest is kept, and none makes room for another unless it is
known to be newer.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from bbbkeep.retention.combining import deciding
from bbbkeep.retention.conditions import VERBS, Condition
from bbbkeep.retention.facts import Anchor, Facts
from bbbkeep.retention.truth import Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Per = Literal["month", "year"]
PERS: tuple[Per, ...] = ("month", "year")
Of = Literal["meeting", "site"]
OFS: tuple[Of, ...] = ("meeting", "site")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_GROUP_BYTES = 16


@dataclass(frozen=True, slots=True)
class Keep:
    """The newest `newest` recordings of each group: of a meeting or of all, in each month or year or at all."""

    name: str
    newest: int
    anchor: Anchor = "end"
    of: Of = "meeting"
    per: Per | None = None
    when: Condition | None = None
    reason: str = ""

    def sentence(self) -> str:
        whose = "each meeting" if self.of == "meeting" else "all meetings"
        often = f" in each {self.per}" if self.per else ""
        where = f" where {self.when.sentence()}" if self.when else ""
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.name}: keep the newest {self.newest} of {whose}{often}{where}, by when it {VERBS[self.anchor]}{because}"

    def place(self, facts: Facts) -> tuple[bytes, datetime] | None:
        """Return which recordings this one is ranked among, and by which date; None where either is unknown."""
        date, meeting = facts.date(self.anchor), facts.recording.meeting_id
        if date is None or (self.of == "meeting" and not meeting):
            return None
        whose = f"of {meeting}" if self.of == "meeting" else ""
        name = f"{_part(date, self.per, facts.zone)} {whose}".encode(errors="replace")
        return blake2b(name, digest_size=_GROUP_BYTES).digest(), date

    def ranks(self, facts: Facts) -> bool:
        """Tell whether a recording surely counts: one of this kind, with a date, that is still there."""
        there = facts.recording.state in ("published", "unpublished")
        return there and (self.when is None or self.when.truth(facts) is Truth.YES)

    def unknown(self, facts: Facts) -> tuple[str, ...]:
        """Name what is unknown of a recording's own place among the others."""
        date = () if facts.date(self.anchor) else (self.anchor,)
        meeting = () if facts.recording.meeting_id or self.of == "site" else ("meeting_id",)
        asked = deciding(self.when, facts) if self.when and self.when.truth(facts) is Truth.UNKNOWN else ()
        return (*date, *meeting, *(name for leaf in asked for name in leaf.names))

    def may_keep(self, facts: Facts, newest: "Newest | None") -> bool:
        """Tell whether a recording is one of the newest, or may be."""
        if self.when is not None and self.when.truth(facts) is Truth.NO:
            return False
        place = self.place(facts)
        return newest is None or place is None or newest.newer(self, *place) < self.newest


class Newest(Protocol):
    """What ranking all recordings came to."""

    def newer(self, keep: Keep, group: bytes, date: datetime) -> int:
        """Return how many of a group are known to be newer than *date*; above `keep.newest` it need not be exact."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """As if so many were newer, whatever the group: for cases that describe one recording alone."""

    count: int

    def newer(self, keep: Keep, group: bytes, date: datetime) -> int:  # noqa: ARG002  # all groups are alike
        return self.count


@dataclass(frozen=True, slots=True)
class _Oldest:
    """The date of the oldest recording that a full group keeps, in order of the groups."""

    groups: "NDArray[np.bytes_]"
    dates: "NDArray[np.int64]"

    def older(self, group: bytes, date: datetime) -> bool:
        """Tell whether *date* is before the oldest that is kept, where the group is full."""
        place = int(self.groups.searchsorted(group))
        full = place < len(self.groups) and self.groups[place] == group.rstrip(b"\0")
        return bool(full and _number(date) < self.dates[place])


@dataclass(frozen=True, slots=True)
class Ranked:
    """The inventory, ranked: by keep rule, what is older than the newest few of its group."""

    oldest: Mapping[str, _Oldest]

    def newer(self, keep: Keep, group: bytes, date: datetime) -> int:
        return keep.newest if self.oldest[keep.name].older(group, date) else 0


@dataclass(slots=True)
class _Members:
    groups: bytearray = field(default_factory=bytearray)
    dates: "array[int]" = field(default_factory=lambda: array("q"))


def rank(facts: Iterable[Facts], keeps: Sequence[Keep]) -> Ranked:
    """Rank every recording of a server; takes 24 bytes for each recording and keep rule."""
    members = {keep.name: _Members() for keep in keeps}
    for one in facts:
        for keep in keeps:
            place = keep.place(one) if keep.ranks(one) else None
            if place is not None:
                members[keep.name].groups += place[0]
                members[keep.name].dates.append(_number(place[1]))
    return Ranked({keep.name: _oldest(members[keep.name], keep.newest) for keep in keeps})


def _oldest(members: _Members, count: int) -> _Oldest:
    """Find the date of the *count*th newest of each group that has as many."""
    import numpy as np

    groups = np.frombuffer(members.groups, dtype=f"S{_GROUP_BYTES}")
    dates = np.frombuffer(members.dates, dtype=np.int64)
    order = np.lexsort((-dates, groups))
    groups, dates = groups[order], dates[order]
    first = np.flatnonzero(groups[1:] != groups[:-1]) + 1
    first = np.concatenate(([0], first)) if len(groups) else first
    last = first + count - 1
    full = last < len(groups)
    full[full] = groups[last[full]] == groups[first[full]]
    return _Oldest(groups[first[full]], dates[last[full]])


def _part(date: datetime, per: Per | None, zone: ZoneInfo) -> str:
    """Return which month or year a date is in, in the policy's time zone."""
    if per is None:
        return ""
    local = date.astimezone(zone)
    return str(local.year) if per == "year" else f"{local.year}-{local.month}"


def _number(date: datetime) -> int:
    return (date - _EPOCH) // _MICROSECOND
