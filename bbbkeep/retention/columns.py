"""Recordings side by side, so that a condition is asked once of many of them.

Pure.  A mask holds one Truth for each recording, in their order.  A condition
asks `attribute`, `metadata` or `ages` and gets its mask; what it answers for
one recording by `truth` and for many by its mask is the same.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bbbkeep.model import InventoryRow
from bbbkeep.retention.facts import ABSENT, Anchor, Facts, Values, collapsed, facts_of
from bbbkeep.retention.ranges import Bounds
from bbbkeep.retention.truth import Truth

Mask = NDArray[np.int8]
Where = NDArray[np.bool_]
Numbers = NDArray[np.float64]

Value = TypeVar("Value", bound=Hashable)
Made = TypeVar("Made")
CHUNK = 2_000
"""How many recordings are judged together: enough that arrays pay, few enough that memory does not count."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_DATE = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Coded(Generic[Value]):
    """A column as its different values, and which of them each recording has."""

    values: tuple[Value, ...]
    codes: NDArray[np.intp]
    _asked: dict[Callable[[Any], object], Mask] = field(default_factory=dict, compare=False, repr=False)

    def mask(self, answer: Callable[[Value], Truth]) -> Mask:
        """Ask *answer* once of each value, and once only: the mask is shared, and can't be written to."""
        return self._spread(answer, lambda: list(map(answer, self.values)))

    def tested(self, test: Callable[[Any], object]) -> Mask:
        """Answer YES where *test* finds anything in a value, and UNKNOWN where there is none: None."""
        no, unknown, yes = map(int, Truth)  # plain numbers: texts are many, and this is asked of each
        return self._spread(
            test, lambda: [unknown if value is None else yes if test(value) else no for value in self.values]
        )

    def _spread(self, asked: Callable[[Any], object], answers: Callable[[], Sequence[int]]) -> Mask:
        found = self._asked.get(asked)
        if found is None:
            found = np.array(answers(), np.int8)[self.codes]
            found.setflags(write=False)
            self._asked[asked] = found
        return found


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
        return self._shared(self.zone, now)

    def in_zone(self, zone: ZoneInfo) -> "Columns":
        """Return the same recordings for a policy of another time zone."""
        return self._shared(zone, self.now)

    def _shared(self, zone: ZoneInfo, now: datetime) -> "Columns":
        found = Columns(self.rows, zone, now)
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
        of = attrgetter(f"recording.{name}")
        return self._column(("attribute", name), lambda: _coded(list(map(of, self.rows))))

    def text(self, name: str) -> Coded[str | None]:
        """Return an attribute that is text, with whitespace collapsed."""
        raw = self.attribute(name)
        return self._column(("text", name), lambda: Coded(tuple(map(_collapsed, raw.values)), raw.codes))

    def told(self, name: Hashable, of: Callable[[InventoryRow], Value]) -> Coded[Value]:
        """Return what *of* finds in the recordings; the same name always means the same."""
        return self._column(("told", name), lambda: _coded([of(row) for row in self.rows]))

    def bounds(self, name: Hashable, of: Callable[[InventoryRow], Bounds]) -> tuple[Numbers, Numbers]:
        """Return the least and the greatest that a number of the recordings can be; names as above."""
        return self._column(("bounds", name), lambda: _low_and_high(map(of, self.rows)))

    def metadata(self, key: str) -> Coded[Values]:
        """Return what the recordings hold under a metadata key, given in lower case."""
        return self._column(("metadata", key), lambda: self._metadata(key))

    @property
    def unpublished(self) -> Where:
        """Which of the recordings viewers can't reach."""
        of = (row.recording.is_unpublished for row in self.rows)
        return self._column("unpublished", lambda: np.fromiter(of, np.bool_, len(self)))

    @property
    def stateless(self) -> Where:
        """Of which recordings the state is unknown."""
        return np.array([row.recording.state is None for row in self.rows], np.bool_)

    def sizes(self) -> NDArray[np.int64]:
        """Return the sizes in bytes, and a negative number for each that is unknown."""
        return self._column("sizes", lambda: _sizes(self.rows))

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
        every, unread = self._column("metadata", lambda: _metadata_of(self.rows))
        spellings = self._column("spellings", lambda: _spellings(every)).get(key)
        if spellings is None:
            return Coded((ABSENT, None), unread.astype(np.intp))
        raw = _coded(list(zip(*([one.get(spelt) for one in every] for spelt in spellings), strict=True)))
        codes = np.where(unread, len(raw.values), raw.codes)
        return Coded((*map(_values, raw.values), None), codes)

    def _column(self, name: Hashable, make: Callable[[], Made]) -> Made:
        if name not in self._made:
            self._made[name] = make()
        return cast("Made", self._made[name])


def chunks(rows: Iterable[InventoryRow], zone: ZoneInfo, *, now: datetime) -> Iterator[Columns]:
    """Cut *rows* into chunks that are judged together."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield Columns(chunk, zone, now)


def all_masks(masks: Iterable[Mask]) -> Mask:
    """Return what `all_of` answers for each recording."""
    return reduce(np.minimum, masks)


def any_masks(masks: Iterable[Mask]) -> Mask:
    """Return what `any_of` answers for each recording."""
    return reduce(np.maximum, masks)


def except_where(mask: Mask, where: Where) -> Mask:
    """Return *mask*, with NO for those *where* it does not count."""
    return np.where(where, np.int8(Truth.NO), mask)


def where_same(mask: Mask, other: Mask) -> Mask:
    """Return what both answer, and UNKNOWN where they differ."""
    return np.where(mask == other, mask, np.int8(Truth.UNKNOWN))


def opposite_mask(mask: Mask) -> Mask:
    """Return what `opposite` answers for each recording."""
    return np.int8(Truth.YES) - mask


def _low_and_high(bounds: Iterable[Bounds]) -> tuple[Numbers, Numbers]:
    both = np.array([(one.low, one.high) for one in bounds], np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _coded(values: Sequence[Value]) -> Coded[Value]:
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return Coded(tuple(codes), np.fromiter(map(codes.__getitem__, values), np.intp, len(values)))


def _sizes(rows: Sequence[InventoryRow]) -> NDArray[np.int64]:
    return np.fromiter((row.recording.whole_size or -1 for row in rows), np.int64, len(rows))


def _collapsed(text: str | None) -> str | None:
    return None if text is None else collapsed(text)


def _metadata_of(rows: Sequence[InventoryRow]) -> tuple[list[Mapping[str, str]], Where]:
    """Return the metadata of each, and of which it is unknown."""
    every = [row.recording.metadata for row in rows]
    return [one or {} for one in every], np.array([one is None for one in every], np.bool_)


def _spellings(every: Iterable[Mapping[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return key in lower case -> how it is spelt somewhere."""
    found: dict[str, list[str]] = {}
    for key in set().union(*every):
        found.setdefault(key.lower(), []).append(key)
    return found


def _values(spelt: Iterable[str | None]) -> frozenset[str]:
    return frozenset(collapsed(value) for value in spelt if value is not None)


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
