"""What follows from a condition that is met: enough to tell which rules can never decide.

Pure, and sound before it is complete: what is said to follow always does;
where it can't be told, nothing is said.

A condition is met when its answer is YES, and `not` turns YES into NO and
never into unknown, so each condition is an `and` or `or` of claims: this leaf
answers YES, or this leaf answers NO.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import product

from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.leaf_claims import Claim, Known

MOST_WAYS = 96
"""How many ways of being met a condition may have before nothing is said of it."""

Way = frozenset[Claim]
"""Claims that are all true together."""


@dataclass(frozen=True, slots=True)
class Both:
    """Claims of which all must hold, or (`enough`) of which one is enough."""

    parts: tuple["Formula", ...]
    enough: bool = False


Formula = Claim | Both


def claim(condition: Condition, *, met: bool = True) -> Formula:
    """Return what it means that *condition* answers YES, or NO."""
    if isinstance(condition, Not):
        return claim(condition.condition, met=not met)
    if isinstance(condition, All | AnyOf):
        parts = tuple(claim(part, met=met) for part in condition.conditions)
        return Both(parts, enough=isinstance(condition, AnyOf) is met)
    return Claim(condition, met)


def said(text: str, *, met: bool = True) -> Formula:
    """Return a claim that no condition of a policy makes, known by its text."""
    return Claim(text, met)


def every(*parts: Formula) -> Formula:
    return Both(parts)


def one_of(parts: Iterable[Formula]) -> Formula:
    return Both(tuple(parts), enough=True)


class Logic:
    """Follows claims; what it says holds from *now* on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def ways(self, formula: Formula) -> Sequence[Way] | None:
        """Return the ways in which *formula* can be met; none: it can't be; None: too many to tell."""
        found = _ways(formula)
        return None if found is None else [one for one in found if not self._absurd(one)]

    def impossible(self, formula: Formula) -> bool:
        """Tell whether nothing ever meets *formula*, as far as can be told."""
        return self.ways(formula) == []

    def follows(self, ways: Sequence[Way], goal: Formula) -> bool:
        """Tell whether *goal* is met in each of *ways*."""
        return all(self._holds(Known(way, self._now), goal) for way in ways)

    def clash(self, formula: Formula) -> str:
        """Say which two claims of an impossible *formula* exclude each other, or return ""."""
        for way in _ways(formula) or ():
            for one in sorted(way, key=str):
                for other in way - {one}:
                    if Known(frozenset({other}), self._now).implies(one.opposite):
                        return " and ".join(sorted((one.sentence(), other.sentence())))
        return ""

    def _absurd(self, way: Way) -> bool:
        known = Known(way, self._now)
        return any(known.implies(one.opposite) for one in way)

    def _holds(self, known: Known, goal: Formula) -> bool:
        if isinstance(goal, Claim):
            return known.implies(goal)
        enough = any if goal.enough else all
        return enough(self._holds(known, part) for part in goal.parts)


def _ways(formula: Formula) -> list[Way] | None:
    if isinstance(formula, Claim):
        return [frozenset({formula})]
    parts = [_ways(part) for part in formula.parts]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    count = sum(map(len, whole)) if formula.enough else reduce(lambda a, b: a * b, map(len, whole), 1)
    if count > MOST_WAYS:
        return None
    if formula.enough:
        return [way for part in whole for way in part]
    return [frozenset().union(*some) for some in product(*whole)]
