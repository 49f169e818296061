"""Look ahead for the report: what each rule does by when, what comes next, what is held, what is odd."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bbbkeep.operations.retention import history, judged
from bbbkeep.reports.facts import Due, RuleFact
from bbbkeep.reports.figures import Tally
from bbbkeep.retention.anomalies import anomalies
from bbbkeep.retention.coming import HORIZONS
from bbbkeep.retention.decide import History, coming
from bbbkeep.retention.policy import Policy
from bbbkeep.selection import Selection
from bbbkeep.site import Site

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns
    from bbbkeep.retention.forecast import Deeds, RuleForecast

EXAMPLES = 5
DUE_WITHIN = timedelta(days=90)
DUE_NAMED = 100
"""How many of those due by one horizon are named one by one."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a pass over the policy's verdicts shows."""

    rules: tuple[RuleFact, ...]
    due: tuple[Due, ...]
    anomalies: Mapping[str, tuple[int, tuple[str, ...]]]
    holds: int


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


def outlook(site: Site, policy: Policy, *, now: datetime) -> Outlook:
    """Judge the inventory, in one pass, for tonight and for the days to come."""
    from bbbkeep.retention.forecast import Forecast

    known = history(site, policy, now=now)
    forecast, odd, named = Forecast(policy, known, now), _Odd(), _Named(policy, known, len(HORIZONS))
    held = 0
    for chunk in judged(site, policy, Selection(), known, now=now):
        held += int(chunk.held.sum())
        odd.look(chunk.columns)
        forecast.look_tonight(chunk)
        named.look(chunk.columns, forecast.look(chunk.columns))
    due = sorted(named.due, key=lambda one: (one.due, one.record_id))
    return Outlook(tuple(map(_fact, forecast.rules)), tuple(due), odd.found(), held)


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
