"""Recordings side by side, so that a condition is asked once of many of them.

Pure.  A mask holds one Truth for each recording, in their order.  A condition
asks `attribute`, `metadata` or `ages` and gets its mask; what it answers for
one recording by `truth` and for many by its mask is the same.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bbbkeep.model import InventoryRow
from bbbkeep.retention.facts import ABSENT, Anchor, Facts, Values, collapsed, facts_of
from bbbkeep.retention.truth import Truth

Mask = NDArray[np.int8]
Where = NDArray[np.bool_]

Value = TypeVar("Value", bound=Hashable)
Made = TypeVar("Made")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_DATE = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Coded(Generic[Value]):
    """A column as its different values, and which of them each recording has."""

    values: tuple[Value, ...]
    codes: NDArray[np.intp]

    def mask(self, answer: Callable[[Value], Truth]) -> Mask:
        """Ask *answer* once of each value."""
        return np.array([answer(value) for value in self.values], np.int8)[self.codes]


class Columns:
    """The columns of *rows* as of `now`, judged as if it were `at`; each is made when it is first asked for."""

    def __init__(self, rows: Sequence[InventoryRow], zone: ZoneInfo, now: datetime) -> None:
        self.rows, self.zone, self.now, self.at = rows, zone, now, now
        self._made: dict[Hashable, Any] = {}
        self._facts: dict[int, Facts] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def at_moment(self, now: datetime) -> "Columns":
        """Return the same recordings as of another moment; what does not depend on it is shared."""
        found = Columns(self.rows, self.zone, now)
        found._made = self._made
        return found

    def as_of(self, moment: datetime) -> "Columns":
        """Return the same facts, judged as if it were *moment*."""
        found = self.at_moment(self.now)
        found.at = moment
        return found

    def facts(self, place: int) -> Facts:
        """Return what is known of one recording."""
        found = self._facts.get(place)
        if found is None:
            found = facts_of(self.rows[place], self.zone, self.now)
            found = self._facts[place] = found if self.at == self.now else found.as_of(self.at)
        return found

    def one_by_one(self, answer: Callable[[Facts], Truth]) -> Mask:
        """Ask *answer* of each recording: right for every condition, and slow."""
        return np.fromiter((answer(self.facts(place)) for place in range(len(self))), np.int8, len(self))

    def same(self, truth: Truth) -> Mask:
        """Return a mask with one answer for all."""
        return np.full(len(self), truth, np.int8)

    def attribute(self, name: str) -> Coded[Any]:
        """Return an attribute of the recordings: `state`, `name`, `participants`, ...."""
        return self._column(
            ("attribute", name), lambda: _coded(getattr(row.recording, name) for row in self.rows)
        )

    def metadata(self, key: str) -> Coded[Values]:
        """Return what the recordings hold under a metadata key, given in lower case."""
        return self._column(("metadata", key), lambda: self._metadata(key))

    def ages(
        self, anchor: Anchor, least: timedelta, most: timedelta, exact: Callable[[Facts], Truth]
    ) -> Mask:
        """Return YES for what is older than *most*, NO for what is not older than *least*.

        What lies between the two is asked *exact*, one by one.  Without a date: UNKNOWN.
        """
        dates = self._dates(anchor)
        age = _microseconds(self.at) - dates
        known = dates <= _microseconds(self.now)
        mask = _truths(age > most // _MICROSECOND, known)
        for place in np.flatnonzero(known & (age > least // _MICROSECOND) & (age <= most // _MICROSECOND)):
            mask[place] = exact(self.facts(int(place)))
        return mask

    def before(self, anchor: Anchor, moment: datetime) -> Mask:
        """Return YES for what is dated before *moment*."""
        dates = self._dates(anchor)
        return _truths(dates < _microseconds(moment), dates <= _microseconds(self.now))

    def _dates(self, anchor: Anchor) -> NDArray[np.int64]:
        """Return microseconds since 1970, and the end of all time for no date."""
        return self._column(("date", anchor), lambda: _moments(map(_DATED[anchor], self.rows), len(self)))

    def _metadata(self, key: str) -> Coded[Values]:
        held = self._by_key().get(key, {})
        return _coded(
            held.get(place, ABSENT) if row.recording.metadata is not None else None
            for place, row in enumerate(self.rows)
        )

    def _by_key(self) -> Mapping[str, dict[int, frozenset[str]]]:
        """Return key in lower case -> place -> its values, for all keys in one pass."""
        return self._column("by key", lambda: _values_by_key(self.rows))

    def _column(self, name: Hashable, make: Callable[[], Made]) -> Made:
        if name not in self._made:
            self._made[name] = make()
        return cast("Made", self._made[name])


def all_masks(masks: Iterable[Mask]) -> Mask:
    """Return what `all_of` answers for each recording."""
    return reduce(np.minimum, masks)


def any_masks(masks: Iterable[Mask]) -> Mask:
    """Return what `any_of` answers for each recording."""
    return reduce(np.maximum, masks)


def opposite_mask(mask: Mask) -> Mask:
    """Return what `opposite` answers for each recording."""
    return np.int8(Truth.YES) - mask


def _coded(values: Iterable[Value]) -> Coded[Value]:
    codes: dict[Value, int] = {}
    places = np.fromiter((codes.setdefault(value, len(codes)) for value in values), np.intp)
    return Coded(tuple(codes), places)


def _values_by_key(rows: Sequence[InventoryRow]) -> Mapping[str, dict[int, frozenset[str]]]:
    found: dict[str, dict[int, frozenset[str]]] = {}
    single: dict[str, frozenset[str]] = {}
    for place, row in enumerate(rows):
        for key, value in (row.recording.metadata or {}).items():
            values = single.get(value)
            if values is None:
                values = single[value] = frozenset({collapsed(value)})
            held = found.setdefault(key.lower(), {})
            held[place] = held[place] | values if place in held else values
    return found


_DATED: Mapping[Anchor, Callable[[InventoryRow], datetime | None]] = {
    "start": lambda row: row.recording.start if row.recording.start_status == "ok" else None,
    "end": lambda row: row.recording.end if row.recording.end_status == "ok" else None,
    "first_seen": lambda row: row.first_seen,
}


def _moments(moments: Iterable[datetime | None], count: int) -> NDArray[np.int64]:
    return np.fromiter(
        (_NO_DATE if moment is None else _microseconds(moment) for moment in moments), np.int64, count
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _truths(claim: Where, known: Where) -> Mask:
    mask = np.where(claim, np.int8(Truth.YES), np.int8(Truth.NO))
    mask[~known] = Truth.UNKNOWN
    return mask
