"""Guards: what a plan must not exceed, counted without trusting anybody.

Pure.  They are on by default and evaluated twice, when a plan is made and
when it is applied.  Only published and unpublished recordings of a complete
sweep count as the population that a share is taken of.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bbbkeep.plans.document import GuardResult, PlanItem, PlanKind

GUARDED = ("delete", "unpublish")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be taken away, in one run and in any 24 hours of one server."""

    count: int = 50
    share_percent: float = 5.0


DEFAULTS: Mapping[str, Limits] = dict.fromkeys(GUARDED, Limits())


@dataclass(frozen=True, slots=True)
class Population:
    """What the last sweep proved; `standing` counts published and unpublished recordings."""

    complete: bool
    because: str
    standing: int
    taken_today: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Action -> record ids that it took away through us in the 24 hours before."""


def evaluate(
    items: Iterable[PlanItem], population: Population, limits: Mapping[str, Limits] = DEFAULTS
) -> tuple[GuardResult, ...]:
    """Judge the items of a plan that comes from a policy."""
    planned = list(items)
    results = [
        GuardResult("complete sweep", "complete", population.because or "complete", not population.complete)
    ]
    for action in GUARDED:
        ids = {item.record_id for item in planned if item.action == action}
        results += _caps(action, ids, population, limits.get(action, Limits()))
    return tuple(results)


def are_guarded(kind: PlanKind, items: Iterable[PlanItem]) -> bool:
    """Tell whether guards watch a plan: a policy's own, and whatever else takes recordings away."""
    return kind == "retention" or any(item.action in GUARDED for item in items)


def _caps(action: str, planned: set[str], population: Population, limits: Limits) -> list[GuardResult]:
    """Return count and share of one action; what went in the last 24 hours counts as this run's."""
    taken = population.taken_today
    total = len(planned.union(taken.get(action, ())))
    percent = _percent(total, population.standing + len(taken.get("delete", ())))
    return [
        GuardResult(f"{action} count", limits.count, total, bool(planned) and total > limits.count),
        GuardResult(
            f"{action} share in percent",
            limits.share_percent,
            _shown(percent, limits.share_percent),
            bool(planned) and percent > limits.share_percent,
        ),
    ]


def _shown(percent: float, limit: float) -> float:
    """Round for people, unless that would make the share look like the limit."""
    rounded = round(percent, 3)
    return percent if rounded == limit else rounded


def _percent(part: int, whole: int) -> float:
    """Return the share in percent; anything of nothing is all of it."""
    if whole <= 0:
        return 100.0 if part else 0.0
    return 100 * part / whole
