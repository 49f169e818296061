"""Parts of the space of record IDs, and how one is split so that its children cover it.  Pure."""

import os
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from bbbkeep.api.record_ids import is_whole
from bbbkeep.errors import UsageError

_HEX, _DIGITS = "0123456789abcdef", "0123456789"
_HASH, _WHOLE = 40, 54
_EVERYTHING = "*"

ALPHABET = f"{_HEX}ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:"
"""Every character that a record ID may be asked for by."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The record IDs that begin with one of `prefixes`; no prefix: all of them.

    One that has to be split becomes smaller requests for every character an
    ID may go on with: the likely ones each alone, all others in one.  Below
    the 40th digit of an ID that is `-`, then 13 digits.  An ID that ends
    where its slice is split is in no child: no request gets it alone (`gaps.py`
    says when that leaves something unproven).
    """

    prefixes: tuple[str, ...]

    @classmethod
    def first(cls) -> tuple[Self, ...]:
        """Return the slices that a sweep begins with."""
        return cls._below("")

    @classmethod
    def coarse(cls) -> Self:
        """Return the one slice that a sweep of a small server begins with."""
        return cls(tuple(ALPHABET))

    @classmethod
    def everything(cls) -> Self:
        """Return the slice that is listed without any filter."""
        return cls(())

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the slice with this key.

        Raises:
            UsageError: no slice has it.
        """
        if key == _EVERYTHING:
            return cls.everything()
        before, opened, letters = key.partition("{")
        prefixes = (
            tuple(before + letter for letter in letters.removesuffix("}"))
            if opened
            else tuple(key.split(","))
        )
        if not prefixes or not all(prefix and set(prefix) <= set(ALPHABET) for prefix in prefixes):
            raise UsageError(f"{key[:80]!r} is not the key of a slice")
        return cls(prefixes)

    @property
    def key(self) -> str:
        """The slice as text, for whoever remembers it: `*`, a prefix, or `ab{cde}` for several that end differently."""
        if not self.prefixes:
            return _EVERYTHING
        before = {prefix[:-1] for prefix in self.prefixes}
        if len(self.prefixes) > 1 and len(before) == 1:
            return f"{before.pop()}{{{''.join(prefix[-1] for prefix in self.prefixes)}}}"
        return ",".join(self.prefixes)

    def holds(self, record_id: str) -> bool:
        return not self.prefixes or record_id.startswith(self.prefixes)

    def explains(self, record_id: str) -> bool:
        """Whether a server that compares IDs in any letter case (LIKE in SQLite) may answer with this one."""
        if self.holds(record_id):
            return True
        return record_id.lower().startswith(tuple(prefix.lower() for prefix in self.prefixes))

    def is_one(self, record_ids: Collection[str]) -> bool:
        """Whether this is one whole ID of BigBlueButton's form, and *record_ids* hold no other: no ID begins with it."""
        return len(self.prefixes) == 1 and set(record_ids) == {*self.prefixes} and is_whole(self.key)

    def children(self) -> tuple[Self, ...]:
        """Return slices that together hold what this one holds; none if it can't be split."""
        if len(self.prefixes) > 1:
            return self._halves(len(self.prefixes) // 2)
        prefix = self.prefixes[0] if self.prefixes else ""
        return self._below(prefix) if len(prefix) < _WHOLE else ()

    def apart(self, record_ids: Collection[str]) -> tuple[Self, ...]:
        """Return two slices with about half of *record_ids* each; none if no request tells them apart.

        *record_ids* are all that this slice holds, so together they cover it.
        """
        if len(self.prefixes) > 1:
            return self._halves(len(self.prefixes) // 2)
        shared = os.path.commonprefix(list(record_ids))  # noqa: RUF071  # by characters: these are no paths
        if len(record_ids) <= 1 or shared in record_ids:
            return ()
        nexts = sorted(one[len(shared)] for one in record_ids)
        letters = sorted(set(nexts))
        if not set(shared).union(letters) <= set(ALPHABET):
            return ()
        middle = letters.index(nexts[len(nexts) // 2]) or 1
        return type(self)(tuple(shared + one for one in letters))._halves(middle)  # noqa: SLF001  # its own kind

    def _halves(self, middle: int) -> tuple[Self, ...]:
        return (type(self)(self.prefixes[:middle]), type(self)(self.prefixes[middle:]))

    @classmethod
    def _below(cls, prefix: str) -> tuple[Self, ...]:
        return cls._over(prefix, ALPHABET)

    @classmethod
    def _over(cls, prefix: str, letters: Sequence[str]) -> tuple[Self, ...]:
        likely = [one for one in letters if one in _likely(prefix)]
        others = tuple(prefix + one for one in letters if one not in likely)
        return (*(cls((prefix + one,)) for one in likely), *([cls(others)] if others else []))

    @classmethod
    def uncovered(cls, done: Collection[Self]) -> tuple[Self, ...]:
        """Return slices over what none of *done* covers; the whole space is `Slice.everything()`."""
        if any(not one.prefixes for one in done):
            return ()
        gaps = list(_gaps(sorted({prefix for one in done for prefix in one.prefixes}), ""))
        if gaps == [""]:
            return (cls.everything(),)
        parents = groupby(gaps, key=lambda gap: gap[:-1])
        return tuple(
            part for parent, some in parents for part in cls._over(parent, [gap[-1] for gap in some])
        )


def _likely(prefix: str) -> str:
    if len(prefix) < _HASH:
        return _HEX
    return "-" if len(prefix) == _HASH else _DIGITS


def _gaps(done: Sequence[str], below: str) -> Iterator[str]:
    """Yield the shortest prefixes under *below* that no prefix in *done*, which is sorted, leads to or lies in."""
    place = bisect_left(done, below)  # what begins with `below` comes next, if anything does
    if place == len(done) or not done[place].startswith(below):
        yield below
    elif done[place] != below:
        for letter in ALPHABET:
            yield from _gaps(done, below + letter)
