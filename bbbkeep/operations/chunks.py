"""Cut a plan into chunks: what one task hands to one operation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bbbkeep.plans.document import Plan

T = TypeVar("T")

SIZE = 100


Left = tuple[str, str, str]

LEFT_IN_TROUBLE = frozenset({"refused", "failed", "unverified"})
"""Outcomes of what was left out of a plan that make its run end with 3; the last two are of earlier nights."""


@dataclass(frozen=True, slots=True)
class PlanRef:
    """A plan by name: what a task carries."""

    plan_id: str
    path: str
    items: int
    left: tuple[Left, ...] = ()
    """What was asked for and is not in the plan: what, outcome, why."""

    def chunks(self) -> Iterator[list[int]]:
        """Return the numbers of the items, a chunk at a time."""
        numbers = list(range(1, self.items + 1))
        yield from (numbers[start : start + SIZE] for start in range(0, len(numbers), SIZE))


def refer(made: tuple[Plan, Path]) -> PlanRef:
    """Name a plan that was just made."""
    plan, path = made
    left = ((_named(one), one["outcome"], one["because"]) for one in plan.refused)
    return PlanRef(plan.plan_id, str(path), len(plan.items), tuple(left))


def _named(one: Mapping[str, str]) -> str:
    """Name what was left out: a file, a line of one, or a recording."""
    return one.get("file") or (f"line {one['line']}" if "line" in one else one["record_id"])


def cut(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into chunks."""
    yield from (things[start : start + SIZE] for start in range(0, len(things), SIZE))
