"""What was done tonight and what is due next, counted and cut to what a page can hold.

Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bbbkeep.model import Outcome
from bbbkeep.reports.facts import Deed, Due
from bbbkeep.reports.figures import Tally

DEEDS_LISTED = 200
DUE_LISTED = 100
HORIZONS = (0, 7, 30, 90)
"""Days from now; each count holds the ones before it, and what is due later is not counted."""

WORST_FIRST: tuple[Outcome, ...] = ("failed", "unverified", "refused", "skipped", "verified", "unchanged")
BAD: frozenset[str] = frozenset({"failed", "unverified"})


@dataclass(frozen=True, slots=True)
class Deeds:
    """Tonight's deeds: for each action how many ended in each of `outcomes`, then the first ones in full."""

    outcomes: tuple[Outcome, ...]
    actions: tuple[tuple[str, tuple[int, ...]], ...]
    listed: tuple[Deed, ...]
    left_out: int
    bad: int


def deeds(done: Sequence[Deed]) -> Deeds:
    """Count *done* and list the ones that need a look first: failed and unverified before the rest."""
    counts = Counter((deed.action, deed.outcome) for deed in done)
    outcomes = tuple(outcome for outcome in WORST_FIRST if any(key[1] == outcome for key in counts))
    actions = sorted({action for action, _ in counts})
    listed = tuple(sorted(done, key=lambda deed: WORST_FIRST.index(deed.outcome))[:DEEDS_LISTED])
    return Deeds(
        outcomes,
        tuple((action, tuple(counts[action, outcome] for outcome in outcomes)) for action in actions),
        listed,
        len(done) - len(listed),
        sum(count for (_, outcome), count in counts.items() if outcome in BAD),
    )


@dataclass(slots=True)
class DueRule:
    """One rule's next deeds, counted within each of `HORIZONS`; `size` is of those in the last one."""

    rule: str
    action: str
    within: list[int] = field(default_factory=lambda: [0] * len(HORIZONS))
    size: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class DueNext:
    """What comes next, by rule and then one by one."""

    rules: tuple[DueRule, ...]
    listed: tuple[Due, ...]
    left_out: int
    soon: int
    """How many within 30 days."""


def due_next(due: Iterable[Due], now: datetime) -> DueNext:
    """Count what is due within the last horizon; the rest of *due* is left for another night."""
    near = [item for item in due if item.due <= now + timedelta(days=HORIZONS[-1])]
    rules: dict[tuple[str, str], DueRule] = {}
    for item in near:
        line = rules.setdefault((item.rule, item.action), DueRule(item.rule, item.action))
        line.size.add(item.size_bytes)
        for place, days in enumerate(HORIZONS):
            line.within[place] += item.due <= now + timedelta(days=days)
    return DueNext(
        tuple(rules[key] for key in sorted(rules)),
        tuple(near[:DUE_LISTED]),
        max(0, len(near) - DUE_LISTED),
        sum(line.within[2] for line in rules.values()),
    )
