"""Numbers that are known only within bounds, compared with the limits of a policy.

Pure.  A server may tell the sizes of two of three formats, or a length in
whole minutes: then a comparison is answered where every value within the
bounds answers it alike, and is unknown elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bbbkeep.retention.truth import Truth, all_of, known


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
        return all_of(self._answers(bounds))

    def _answers(self, bounds: Bounds) -> list[Truth]:
        low, high = bounds.low, bounds.high
        found = []
        if self.over is not None:
            found.append(_all_alike(yes=low > self.over, no=high <= self.over))
        if self.under is not None:
            found.append(_all_alike(yes=high < self.under, no=low >= self.under))
        if self.exactly is not None:
            found.append(_all_alike(yes=low == high == self.exactly, no=not low <= self.exactly <= high))
        return found

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

    def sentence(self, said: Callable[[float], str]) -> str:
        """Say the range, each number as *said* puts it: `over 500 MB and under 2 GB`."""
        limits = (("over", self.over), ("under", self.under), ("exactly", self.exactly))
        return " and ".join(f"{word} {said(limit)}" for word, limit in limits if limit is not None)


def _all_alike(*, yes: bool, no: bool) -> Truth:
    return known(yes) if yes or no else Truth.UNKNOWN
