"""Numbers that are known only within bounds, compared with the limits of a policy.

Pure.  A server may tell the sizes of two of three formats, or a length in
whole minutes: then a comparison is answered where every value within the
bounds answers it alike, and is unknown elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from bbbkeep.retention.truth import Truth, all_of, known

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Mask, Numbers


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest that a number can be."""

    low: float = 0
    high: float = inf

    @property
    def told(self) -> bool:
        """Whether the number is known at all."""
        return self.low > 0 or self.high < inf


def exactly(number: float) -> Bounds:
    return Bounds(number, number)


NOTHING_TOLD = Bounds()


@dataclass(frozen=True, slots=True)
class Range:
    """What a policy asks of a number: over, under (neither includes the limit itself), exactly."""

    over: float | None = None
    under: float | None = None
    exactly: float | None = None

    def truth(self, bounds: Bounds) -> Truth:
        return all_of(_answer(yes, no) for yes, no in self._claims(bounds.low, bounds.high))

    def _claims(self, low: Any, high: Any) -> Iterator[tuple[Any, Any]]:
        """Yield, for each limit, whether all numbers from *low* to *high* meet it, and whether none does.

        Takes single numbers as well as arrays of them.
        """
        if self.over is not None:
            yield low > self.over, high <= self.over
        if self.under is not None:
            yield high < self.under, low >= self.under
        if self.exactly is not None:
            yield (low == self.exactly) & (high == self.exactly), (low > self.exactly) | (high < self.exactly)

    def within(self, other: "Range") -> bool:
        """Tell whether every number in this range is in *other*."""
        if self.exactly is not None:
            return other.truth(exactly(self.exactly)) is Truth.YES
        above = other.over is None or (self.over is not None and self.over >= other.over)
        below = other.under is None or (self.under is not None and self.under <= other.under)
        return above and below and other.exactly is None

    def apart(self, other: "Range") -> bool:
        """Tell whether no number is in both."""
        for one, another in ((self, other), (other, self)):
            if one.exactly is not None:
                return another.truth(exactly(one.exactly)) is not Truth.YES
            if one.over is not None and another.under is not None and one.over >= another.under:
                return True
        return False

    def mask(self, low: "Numbers", high: "Numbers") -> "Mask":
        """Return what `truth` answers for each pair of a least and a greatest number."""
        import numpy as np

        found = np.full(len(low), Truth.YES, np.int8)
        for yes, no in self._claims(low, high):
            found = np.minimum(found, np.where(yes, Truth.YES, np.where(no, Truth.NO, Truth.UNKNOWN)))
        return found.astype(np.int8)

    def sentence(self, said: Callable[[float], str]) -> str:
        """Say the range, each number as *said* puts it: `over 500 MB and under 2 GB`."""
        limits = (("over", self.over), ("under", self.under), ("exactly", self.exactly))
        return " and ".join(f"{word} {said(limit)}" for word, limit in limits if limit is not None)


def _answer(yes: bool, no: bool) -> Truth:
    return known(yes) if yes or no else Truth.UNKNOWN
