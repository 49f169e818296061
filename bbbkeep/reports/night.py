"""What was done tonight and what is due next, counted and cut to what a page can hold.

Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bbbkeep.model import Outcome
from bbbkeep.reports.facts import Deed, Due, RuleFact
from bbbkeep.reports.readable import number
from bbbkeep.retention.coming import HORIZONS

DEEDS_LISTED = 200
DUE_LISTED = 100
SOON = 30

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


@dataclass(frozen=True, slots=True)
class DueNext:
    """What comes next, by rule and then one by one."""

    rules: tuple[RuleFact, ...]
    horizons: tuple[str, ...]
    listed: tuple[Due, ...]
    left_out: int
    soon: int
    """How many within 30 days."""


def due_next(rules: Sequence[RuleFact], due: Sequence[Due]) -> DueNext:
    """Cut *due* to what a page can hold, and count the rest of what *rules* do within the last horizon."""
    listed = tuple(due[:DUE_LISTED])
    ahead = sum(rule.within[-1].count for rule in rules)
    return DueNext(
        tuple(rules),
        tuple(f"in {days} days" if days else "now" for days in HORIZONS),
        listed,
        max(0, ahead - len({one.record_id for one in listed})),
        sum(rule.within[HORIZONS.index(SOON)].count for rule in rules),
    )


def kept_in_words(rule: RuleFact) -> str:
    """Say what keeps recordings that the rule matches: `2 held, 1 protected`."""
    kept = (
        (rule.held, "held"),
        (rule.protected, "protected"),
        (rule.newest, "among the newest"),
        (rule.waiting, "waiting"),
    )
    return ", ".join(f"{number(count)} {word}" for count, word in kept if count)


def unknown_in_words(rule: RuleFact) -> str:
    """Say of what a rule lacks knowledge: `end 3, metadata 1`."""
    return ", ".join(f"{name} {number(count)}" for name, count in rule.unknown.items())
