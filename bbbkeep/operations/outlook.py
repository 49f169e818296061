"""Look ahead for the report: what each rule does by when, what comes next, what is held, what is odd.

A large inventory takes minutes to read, so all that the report needs of it
is found while it goes by once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bbbkeep.model import InventoryRow
from bbbkeep.reports.facts import Due, RuleFact
from bbbkeep.reports.figures import Tally
from bbbkeep.reports.totals import Totals
from bbbkeep.retention.anomalies import anomalies
from bbbkeep.retention.coming import HORIZONS
from bbbkeep.retention.decide import History, coming
from bbbkeep.retention.policy import Policy

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns
    from bbbkeep.retention.forecast import Deeds, RuleForecast
    from bbbkeep.retention.sift import Sifted

EXAMPLES = 5
DUE_WITHIN = timedelta(days=90)
DUE_NAMED = 100
"""How many of those due by one horizon are named one by one."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a pass over the inventory shows of it, and of the policy's verdicts."""

    rules: tuple[RuleFact, ...]
    due: tuple[Due, ...]
    anomalies: Mapping[str, tuple[int, tuple[str, ...]]]
    holds: int
    totals: Totals


@dataclass(slots=True)
class _Odd:
    """Counts anomalies by kind, with a few examples of each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def look(self, columns: "Columns") -> None:
        for row in columns.rows:
            for kind in anomalies(row):
                self.counts[kind] += 1
                if self.counts[kind] <= EXAMPLES:
                    named = row.recording.name or row.recording.record_id
                    self.examples.setdefault(kind, []).append(named)

    def found(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        return {kind: (count, tuple(self.examples[kind])) for kind, count in sorted(self.counts.items())}


class _Named:
    """The first few of those due by each horizon, with what rules do to them and when."""

    def __init__(self, policy: Policy, known: History, horizons: int) -> None:
        self._policy, self._known = policy, known
        self._room = [DUE_NAMED] * horizons
        self.due: list[Due] = []

    def look(self, columns: "Columns", looked: "list[Deeds]") -> None:
        seen: set[int] = set()
        for horizon, deeds in enumerate(looked):
            places = [place for place in deeds.nonzero()[0].tolist() if place not in seen]
            seen.update(places)
            for place in places[: self._room[horizon]]:
                self.due += self._due(columns, place)
            self._room[horizon] -= min(self._room[horizon], len(places))

    def _due(self, columns: "Columns", place: int) -> list[Due]:
        facts = columns.facts(place)
        recording = facts.recording
        return [
            Due(recording.record_id, recording.name, one.rule.name, one.step, one.due, recording.whole_size)
            for one in coming(facts, self._policy, self._known)
            if one.due is not None and one.due <= facts.now + DUE_WITHIN and one.step != "begin_grace"
        ]


class Lookout:
    """Judges recordings as they go by, for tonight and for the days to come, and counts them."""

    def __init__(self, policy: Policy, known: History, now: datetime) -> None:
        from bbbkeep.retention.forecast import Forecast

        self._policy, self._known, self._now = policy, known, now
        self._forecast, self._odd = Forecast(policy, known, now), _Odd()
        self._named = _Named(policy, known, len(HORIZONS))
        self._totals, self._held = Totals(), 0

    def past(self, rows: Iterable[InventoryRow]) -> Iterator[InventoryRow]:
        """Yield *rows* in their order, each after it was judged and counted."""
        from bbbkeep.retention.sift import sifted

        for chunk in sifted(rows, self._policy, self._known, now=self._now):
            self._look(chunk)
            yield from chunk.columns.rows

    def _look(self, chunk: "Sifted") -> None:
        self._held += int(chunk.held.sum())
        self._odd.look(chunk.columns)
        self._forecast.look_tonight(chunk)
        self._named.look(chunk.columns, self._forecast.look(chunk.columns))
        for row in chunk.columns.rows:
            self._totals.add(row, now=self._now)

    def found(self) -> Outlook:
        """Return what all that went by came to."""
        due = sorted(self._named.due, key=lambda one: (one.due, one.record_id))
        rules = tuple(map(_fact, self._forecast.rules))
        return Outlook(rules, tuple(due), self._odd.found(), self._held, self._totals)


def _fact(rule: "RuleForecast") -> RuleFact:
    return RuleFact(
        rule.rule,
        rule.action,
        within=tuple(Tally(due.count, due.count - due.size_unknown, due.bytes) for due in rule.by),
        held=rule.held,
        protected=rule.protected,
        newest=rule.newest,
        waiting=rule.waiting,
        doubtful=rule.doubtful,
        unknown=dict(sorted(rule.unknown.items())),
    )
