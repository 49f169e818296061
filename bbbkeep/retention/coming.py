"""Which rule comes for a recording, and when: now, or at the next moment that changes anything.

Pure, and blind to holds and protections: `decide.py` knows those.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bbbkeep.retention.facts import Facts
from bbbkeep.retention.policy import Policy, Rule, Step
from bbbkeep.retention.truth import Truth

HORIZONS = (0, 7, 30, 90)
"""How many days ahead forecasts and the report look."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What a rule does to a recording, now or some day, and just after when; due None: that can't be told."""

    rule: Rule
    step: Step
    due: datetime | None


def first_match(policy: Policy, facts: Facts) -> tuple[Rule | None, tuple[Rule, ...]]:
    """Return the first rule that matches, and those before it that can't be judged."""
    doubtful: list[Rule] = []
    for rule in policy.rules:
        truth = rule.truth(facts)
        if truth is Truth.YES:
            return rule, tuple(doubtful)
        if truth is Truth.UNKNOWN:
            doubtful.append(rule)
    return None, tuple(doubtful)


def next_due(rules: Iterable[Rule], facts: Facts) -> tuple[Rule, datetime] | None:
    """Return the rule that comes first for a recording that none matches yet, and just after when."""
    found = ((rule, moment) for rule in rules if (moment := _becomes_due(rule, facts)) is not None)
    return min(found, key=lambda pair: pair[1], default=None)


def steps_of(rule: Rule, due: datetime | None, facts: Facts) -> tuple[Coming, ...]:
    """Return what *rule*, which comes first, does once it is due."""
    step = rule.step(facts) or "delete"
    first = Coming(rule, step, due)
    if rule.grace is None or step == "delete":
        return (first,)
    begins = max(due or facts.at, facts.at)
    return first, Coming(rule, "delete", rule.grace.after(begins, facts.zone))


def became_due(rule: Rule, facts: Facts) -> datetime | None:
    """Return just after when a rule that matches became due; within a grace or after it, its delete."""
    past = (moment for moment in reversed(rule.turns(facts)) if moment < facts.at)
    matched = next((moment for moment in past if rule.truth(facts.as_of(moment)) is not Truth.YES), None)
    return _after_grace(rule, matched, facts)


def _becomes_due(rule: Rule, facts: Facts) -> datetime | None:
    future = (moment for moment in rule.turns(facts) if moment >= facts.at)
    just_after = ((moment, facts.as_of(moment + datetime.resolution)) for moment in future)
    matched = next((moment for moment, later in just_after if rule.truth(later) is Truth.YES), None)
    return None if matched is None else _after_grace(rule, matched, facts)


def _after_grace(rule: Rule, matched: datetime | None, facts: Facts) -> datetime | None:
    ends = rule.grace_ends(facts) if rule.step(facts) in ("delete", None) else None
    return max(filter(None, (matched, ends)), default=None)
