"""What a policy would do now and later, counted by rule.

Pure; counts chunk by chunk, in memory that does not grow with the inventory.
A forecast for a day judges the recordings as they are now, as if that day
had come; only holds and who is newest count of the history, because what
failed or was not said tonight says nothing of other days.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bbbkeep.retention.columns import Columns, Where
from bbbkeep.retention.combining import all_along, unknown_leaves
from bbbkeep.retention.coming import HORIZONS
from bbbkeep.retention.decide import History, done_by
from bbbkeep.retention.policy import Policy, Rule, Step
from bbbkeep.retention.sift import NONE, Sifted, sift
from bbbkeep.retention.truth import Truth

DONE: tuple[Step | None, ...] = (None, "delete", "unpublish")
"""What has become of a recording, by the number that stands for it in an array."""

Deeds = NDArray[np.int8]


@dataclass(slots=True)
class Due:
    """Recordings that something is done to; `size_unknown` counts those that `bytes` leaves out."""

    count: int = 0
    bytes: int = 0
    size_unknown: int = 0

    def add(self, sizes: NDArray[np.int64]) -> None:
        """Count recordings of these sizes, a negative one of which is unknown."""
        known = sizes[sizes >= 0]
        self.count += len(sizes)
        self.bytes += int(known.sum())
        self.size_unknown += len(sizes) - len(known)


@dataclass(slots=True)
class RuleForecast:
    """What one rule comes to: `by` for each of HORIZONS, and what stands against it now.

    Of the recordings that it matches now and that can be acted on: `held`,
    `protected` and `newest` are kept whatever their age, by the first of
    these three; `waiting` are kept this time only.  `doubtful` can't be
    judged; `unknown` counts them by what is unknown.
    """

    rule: str
    action: str
    by: tuple[Due, ...] = field(default_factory=lambda: tuple(Due() for _ in HORIZONS))
    held: int = 0
    protected: int = 0
    newest: int = 0
    waiting: int = 0
    doubtful: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


class Forecast:
    """Counts what *policy* does from the moment *at* on."""

    def __init__(self, policy: Policy, history: History, at: datetime) -> None:
        self._policy, self._at = policy, at
        self._later = history.of_other_days
        self.rules = tuple(RuleForecast(rule.name, _action(rule)) for rule in policy.rules)

    def look(self, columns: Columns) -> list[Deeds]:
        """Count one chunk; return what is done to each recording by each of HORIZONS, as numbers of DONE."""
        found = []
        for place, days in enumerate(HORIZONS):
            moment = self._at + timedelta(days=days)
            chunk = sift(columns.at_moment(moment), self._policy, self._later)
            deeds = done(chunk, since=self._at)
            for number in np.unique(chunk.rule[deeds > 0]).tolist():
                self.rules[number].by[place].add(columns.sizes()[(deeds > 0) & (chunk.rule == number)])
            found.append(deeds)
        return found

    def look_tonight(self, chunk: Sifted) -> None:
        """Count what stands against the rules in a chunk that was judged with all that is known."""
        for number in np.unique(chunk.rule[chunk.rule != NONE]).tolist():
            _count_kept(self.rules[number], chunk, (chunk.rule == number) & chunk.alive)
        for number in np.flatnonzero(chunk.doubtful.any(axis=1)).tolist():
            doubted = chunk.doubtful[number] & (chunk.alive | chunk.columns.stateless)
            self.rules[number].doubtful += int(doubted.sum())
            for name, count in _unknown(self._policy.rules[number], chunk.columns, doubted):
                self.rules[number].unknown[name] += count


def may_come(columns: Columns, policy: Policy, history: History, within: timedelta) -> Where:
    """Tell for which recordings `coming` may name something that is due so soon; for all others it does not."""
    chunk = sift(columns, policy, history.of_other_days)
    later = columns.as_of(columns.at + within + datetime.resolution)
    found = np.zeros(len(columns), np.bool_)
    for rule in policy.rules:
        found |= all_along(rule.when, columns, later) != Truth.NO
    return found & chunk.alive & ~chunk.held & ~_protected(chunk)


def done(chunk: Sifted, *, since: datetime) -> Deeds:
    """Return the last step that nights from *since* on have done to each recording, as a number of DONE."""
    rules = chunk.policy.rules
    numbers = np.array([DONE.index(_first_step(rule)) for rule in rules] + [0], np.int8)
    deeds = np.where(chunk.act, numbers[chunk.rule], np.int8(0))
    graced = np.array([rule.grace is not None for rule in rules] + [False], np.bool_)
    for place in np.flatnonzero(chunk.act & graced[chunk.rule]).tolist():
        facts, verdict = chunk.columns.facts(place), chunk.verdict(place)
        deeds[place] = DONE.index(done_by(facts, verdict, chunk.policy, since=since))
    return deeds


def _first_step(rule: Rule) -> Step:
    return "unpublish" if rule.action == "unpublish" or rule.grace else "delete"


def _action(rule: Rule) -> str:
    return "unpublish, then delete" if rule.grace else rule.action


def _count_kept(found: RuleForecast, chunk: Sifted, matched: Where) -> None:
    held = matched & chunk.held
    protected = matched & ~held & _protected(chunk)
    newest = matched & ~held & ~protected & chunk.kept
    found.held += int(held.sum())
    found.protected += int(protected.sum())
    found.newest += int(newest.sum())
    found.waiting += int((matched & ~chunk.kept & ~chunk.act).sum())


def _protected(chunk: Sifted) -> Where:
    found = np.zeros(len(chunk.columns), np.bool_)
    for mask in chunk.protected:
        found |= mask != Truth.NO
    return found


def _unknown(rule: Rule, columns: Columns, doubted: Where) -> Iterator[tuple[str, int]]:
    """Yield what is unknown to *rule*, and of how many of those *doubted*."""
    by_name: dict[str, Where] = {}
    for leaf, where in unknown_leaves(rule.when, columns, doubted):
        for name in leaf.names:
            by_name[name] = by_name.get(name, np.zeros(len(columns), np.bool_)) | where
    return ((name, int(where.sum())) for name, where in by_name.items())
