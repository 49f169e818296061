"""Guards: what a plan must not exceed, counted without trusting anybody.

Pure.  They are on by default and evaluated twice, when a plan is made and
when it is applied.  Only published and unpublished recordings of a complete
sweep count as the population that a share is taken of.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bbbkeep.plans.baseline import Baseline, Bounds, Values, compare
from bbbkeep.plans.document import GuardResult, PlanItem, PlanKind
from bbbkeep.settings_values import STANDARD, Caps, GuardSettings

GUARDED = ("delete", "unpublish")

CLOCKS_APART = timedelta(days=1)
"""How far the clocks may be apart before nothing is taken away: ages would be wrong."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be taken away, in one run and in any 24 hours of one server."""

    count: int = 50
    share_percent: float = 5.0
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Everything that guards compare with: by action, and for the server as a whole."""

    limits: Mapping[str, Limits] = field(default_factory=lambda: dict.fromkeys(GUARDED, Limits()))
    minimum_left: int = 1
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Population:
    """What the last sweep proved; `standing` counts published and unpublished recordings."""

    complete: bool
    because: str
    standing: int
    taken_today: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Action -> record ids that it took away through us in the 24 hours before."""
    bytes_today: Mapping[str, int | None] = field(default_factory=dict)
    """Action -> how many bytes those were; None: not all sizes are known."""
    clock_apart: timedelta | None = None
    """How far the server's clock is ahead of ours (negative: behind); None: it tells no time."""
    values: Values | None = None
    baseline: Baseline | None = None


def allowed(configured: GuardSettings, policy: Mapping[str, Caps] | None = None) -> Allowed:
    """Return what bbbkeep.yaml and the policy allow together: of two limits the tighter one counts."""
    said = configured.over(GuardSettings())
    return Allowed(
        limits={action: _limits(action, said, (policy or {}).get(action, Caps())) for action in GUARDED},
        minimum_left=int(_or_standard(said, "minimum_left")),
        bounds=Bounds(
            jump_percent=_or_standard(said, "jump_percent"),
            identity_percent=_or_standard(said, "identity_percent"),
            hold_list_shrunk_percent=_or_standard(said, "hold_list_shrunk_percent"),
        ),
    )


def _or_standard(said: GuardSettings, name: str) -> float:
    value = getattr(said, name)
    return float(getattr(STANDARD, name) if value is None else value)


def _limits(action: str, configured: GuardSettings, policy: Caps) -> Limits:
    ours, standard = getattr(configured, action), getattr(STANDARD, action)

    def tighter(name: str) -> float | None:
        named: list[float] = [v for v in (getattr(ours, name), getattr(policy, name)) if v is not None]
        usual: float | None = getattr(standard, name)
        return min(named) if named else usual

    count, share, size = tighter("count"), tighter("share_percent"), tighter("size_bytes")
    return Limits(int(count or 0), float(share or 0), None if size is None else int(size))


def evaluate(
    items: Iterable[PlanItem], population: Population, within: Allowed | Mapping[str, Limits] | None = None
) -> tuple[GuardResult, ...]:
    """Judge the items of a plan that comes from a policy, or takes something away."""
    given = within if isinstance(within, Allowed) else Allowed(limits=within) if within else Allowed()
    planned = list(items)
    complete = GuardResult(
        "complete sweep", "complete", population.because or "complete", not population.complete
    )
    caps = [
        result
        for action in GUARDED
        for result in _caps(
            action,
            [item for item in planned if item.action == action],
            population,
            given.limits.get(action, Limits()),
        )
    ]
    left = _left(planned, population, given.minimum_left)
    return (
        complete,
        *caps,
        left,
        *_clock(population),
        *compare(population.values, population.baseline, given.bounds),
    )


def are_guarded(kind: PlanKind, items: Iterable[PlanItem]) -> bool:
    """Tell whether guards watch a plan: a policy's own, and whatever else takes recordings away."""
    return kind == "retention" or any(item.action in GUARDED for item in items)


def _caps(
    action: str, planned: Sequence[PlanItem], population: Population, limits: Limits
) -> list[GuardResult]:
    """Return the caps of one action; what went in the last 24 hours counts as this run's."""
    taken = population.taken_today
    ids = {item.record_id for item in planned}
    total = len(ids.union(taken.get(action, ())))
    percent = _percent(total, population.standing + len(taken.get("delete", ())))
    found = [
        GuardResult(f"{action} count", limits.count, total, bool(planned) and total > limits.count),
        GuardResult(
            f"{action} share in percent",
            limits.share_percent,
            _shown(percent, limits.share_percent),
            bool(planned) and percent > limits.share_percent,
        ),
    ]
    if limits.size_bytes is not None:
        found.append(_bytes(action, planned, population, limits.size_bytes))
    return found


def _bytes(action: str, planned: Sequence[PlanItem], population: Population, limit: int) -> GuardResult:
    """Count bytes, each recording once; where a size is unknown, nothing shows that the limit is kept."""
    sizes = {item.record_id: item.size_bytes for item in planned}
    earlier = population.bytes_today.get(action, 0)
    if earlier is None or None in sizes.values():
        return GuardResult(f"{action} bytes", limit, "not all sizes are known", bool(planned))
    total = earlier + sum(size for size in sizes.values() if size)
    return GuardResult(f"{action} bytes", limit, total, bool(planned) and total > limit)


def _left(planned: Sequence[PlanItem], population: Population, minimum: int) -> GuardResult:
    going = {item.record_id for item in planned if item.action == "delete"}
    left = max(0, population.standing - len(going))
    return GuardResult("recordings left", minimum, left, bool(going) and left < minimum)


def _clock(population: Population) -> list[GuardResult]:
    return [] if population.clock_apart is None else [clock(population.clock_apart)]


def clock(apart: timedelta) -> GuardResult:
    """Judge how far the server's clock is ahead of ours (negative: behind)."""
    limit = f"{CLOCKS_APART.days} day"
    actual = f"{abs(apart).total_seconds():.0f} s {'ahead' if apart > timedelta() else 'behind'}"
    return GuardResult("server's clock", limit, actual, abs(apart) > CLOCKS_APART)


def _shown(percent: float, limit: float) -> float:
    """Round for people, unless that would make the share look like the limit."""
    rounded = round(percent, 3)
    return percent if rounded == limit else rounded


def _percent(part: int, whole: int) -> float:
    """Return the share in percent; anything of nothing is all of it."""
    if whole <= 0:
        return 100.0 if part else 0.0
    return 100 * part / whole
