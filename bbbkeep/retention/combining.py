"""all, any, not: conditions made of conditions, and which of them an answer rests on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bbbkeep.retention.conditions import Condition, StateIs
from bbbkeep.retention.facts import Facts
from bbbkeep.retention.truth import Truth, all_of, any_of, known, opposite

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask, Where


@dataclass(frozen=True, slots=True)
class All(Condition):
    word: ClassVar[str] = "all"
    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> Truth:
        return all_of(part.truth(facts) for part in self.conditions)

    def mask(self, columns: "Columns") -> "Mask":
        from bbbkeep.retention.columns import all_masks

        return all_masks(part.mask(columns) for part in self.conditions)

    def sentence(self) -> str:
        return " and ".join(_inner(part) for part in self.conditions)

    @property
    def parts(self) -> tuple[Condition, ...]:
        return self.conditions

    def bounds_age(self, *, met: bool) -> bool:
        enough = any if met else all
        return enough(part.bounds_age(met=met) for part in self.conditions)


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    word: ClassVar[str] = "any"
    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> Truth:
        return any_of(part.truth(facts) for part in self.conditions)

    def mask(self, columns: "Columns") -> "Mask":
        from bbbkeep.retention.columns import any_masks

        return any_masks(part.mask(columns) for part in self.conditions)

    def sentence(self) -> str:
        return " or ".join(_inner(part) for part in self.conditions)

    @property
    def parts(self) -> tuple[Condition, ...]:
        return self.conditions

    def bounds_age(self, *, met: bool) -> bool:
        enough = all if met else any
        return enough(part.bounds_age(met=met) for part in self.conditions)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    word: ClassVar[str] = "not"
    condition: Condition

    def truth(self, facts: Facts) -> Truth:
        return opposite(self.condition.truth(facts))

    def mask(self, columns: "Columns") -> "Mask":
        from bbbkeep.retention.columns import opposite_mask

        return opposite_mask(self.condition.mask(columns))

    def sentence(self) -> str:
        return f"not {_inner(self.condition)}"

    @property
    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)

    def bounds_age(self, *, met: bool) -> bool:
        return self.condition.bounds_age(met=not met)


def deciding(condition: Condition, facts: Facts) -> Iterator[Condition]:
    """Yield the leaves that the answer rests on: of an `any` that is met, only those that meet it."""
    if not condition.parts:
        yield condition
        return
    answer = condition.truth(facts)
    carried = opposite(answer) if isinstance(condition, Not) else answer
    for part in condition.parts:
        if part.truth(facts) is carried:
            yield from deciding(part, facts)


def some_day(condition: Condition, columns: "Columns") -> "Mask":
    """Answer as if nobody knew how late it is: NO is then NO for ever, as long as a recording stays as it is."""

    def leaf(one: Condition) -> "Mask":
        return columns.same(Truth.UNKNOWN) if one.ages else one.mask(columns)

    return _composed(condition, leaf)


def all_along(condition: Condition, columns: "Columns", later: "Columns") -> "Mask":
    """Answer for every moment between two: UNKNOWN where the answer may turn on the way.

    An age turns once at most, from NO to YES, and so does each date that moves on with a calendar.
    """
    from bbbkeep.retention.columns import where_same

    def leaf(one: Condition) -> "Mask":
        return where_same(one.mask(columns), one.mask(later)) if one.ages else one.mask(columns)

    return _composed(condition, leaf)


def _composed(condition: Condition, leaf: Callable[[Condition], "Mask"]) -> "Mask":
    """Answer a condition by what *leaf* answers for those that hold no other."""
    from bbbkeep.retention.columns import all_masks, any_masks, opposite_mask

    if not condition.parts:
        return leaf(condition)
    masks = [_composed(part, leaf) for part in condition.parts]
    if isinstance(condition, Not):
        return opposite_mask(masks[0])
    return all_masks(masks) if isinstance(condition, All) else any_masks(masks)


def unknown_leaves(
    condition: Condition, columns: "Columns", where: "Where"
) -> "Iterator[tuple[Condition, Where]]":
    """Yield the leaves that unknown answers rest on, and for which of the recordings at *where*."""
    unknown = where & (condition.mask(columns) == Truth.UNKNOWN)
    if not unknown.any():
        return
    if not condition.parts:
        yield condition, unknown
    for part in condition.parts:
        yield from unknown_leaves(part, columns, unknown)


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield every condition that holds no other."""
    if not condition.parts:
        yield condition
    for part in condition.parts:
        yield from leaves(part)


def leaves_out(condition: Condition, state: str) -> bool:
    """Tell whether no recording in this state can meet the condition, whatever else is true of it."""
    return _in_state(condition, state) is Truth.NO


def _in_state(condition: Condition, state: str) -> Truth:
    if isinstance(condition, StateIs):
        return known(state in condition.states)
    parts = [_in_state(part, state) for part in condition.parts]
    if isinstance(condition, Not):
        return opposite(parts[0])
    if isinstance(condition, All):
        return all_of(parts)
    return any_of(parts) if isinstance(condition, AnyOf) else Truth.UNKNOWN


def _inner(part: Condition) -> str:
    return f"({part.sentence()})" if len(part.parts) > 1 else part.sentence()
