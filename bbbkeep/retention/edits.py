"""Which metadata a policy's rules set, and say why: pure, like `decide`.

A rule that sets metadata keeps no recording from other rules, and no other
rule keeps one from it.  A hold never stops it, a protection does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from bbbkeep.metadata.changes import Change, Changes, changes
from bbbkeep.metadata.sheet import Edit
from bbbkeep.retention.decide import History, protections_met, state_reason
from bbbkeep.retention.facts import Facts, plainly
from bbbkeep.retention.policy import Policy, Rule
from bbbkeep.retention.reasons import facts_in_words
from bbbkeep.retention.truth import Truth

if TYPE_CHECKING:
    from bbbkeep.retention.sift import Sifted


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What one rule sets on one recording that is not so yet, and why."""

    rule: str
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """What rules set on one recording; `left` says why something that a rule asks for is not set."""

    made: tuple[RuleEdit, ...] = ()
    left: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    """Why something is only reported: it was tried on too many nights."""


def matched(chunk: "Sifted") -> Iterator[int]:
    """Yield the places of those of a chunk that `edits` may find anything for; what is deleted is left alone."""
    masks = [rule.mask(chunk.columns) == Truth.YES for rule in chunk.policy.edits]
    if not masks:
        return
    free = [chunk.alive, *(mask == Truth.NO for mask in chunk.protected)]
    asked = reduce(or_, masks) & reduce(and_, free)
    for place in asked.nonzero()[0].tolist():
        if chunk.verdict(place).action != "delete":
            yield place


def edits(facts: Facts, policy: Policy, history: History) -> Edits:
    """Return what the rules set; of several that set one key, the first one that matches decides."""
    if not policy.edits or _untouched(facts, policy, history):
        return Edits()
    made: list[RuleEdit] = []
    left: list[str] = []
    given_up: list[str] = []
    for rule in policy.edits:
        if rule.truth(facts) is not Truth.YES:
            continue
        found = _changes(rule, facts, _decided_before(rule, policy, facts))
        left += (f"rule {rule.name} does not set {one.edit.key}: {one.because}" for one in found.skipped)
        tried = history.given_up.get((facts.recording.record_id, "set_metadata", rule.name))
        if found.changed and tried:
            given_up.append(tried)
        elif found.changed:
            made.append(RuleEdit(rule.name, found.changed, _why(rule, facts, found.changed)))
    return Edits(tuple(made), tuple(left), tuple(given_up))


def _untouched(facts: Facts, policy: Policy, history: History) -> bool:
    if facts.recording.record_id in history.troubled or state_reason(facts) is not None:
        return True
    return any(protections_met(facts, policy))


def _decided_before(rule: Rule, policy: Policy, facts: Facts) -> frozenset[str]:
    """Return the keys that a rule before this one sets, or might set to something else."""
    earlier = policy.edits[: policy.edits.index(rule)]
    wanted = dict(rule.sets)
    return frozenset(
        key
        for other in earlier
        if (truth := other.truth(facts)) is not Truth.NO
        for key, value in other.sets
        if truth is Truth.YES or wanted.get(key) != value
    )


def _changes(rule: Rule, facts: Facts, taken: frozenset[str]) -> Changes:
    recording = facts.recording
    wanted = [Edit(0, recording.record_id, key, value) for key, value in rule.sets if key not in taken]
    return changes(wanted, {recording.record_id: recording})


def _why(rule: Rule, facts: Facts, changed: tuple[Change, ...]) -> tuple[str, ...]:
    return (f"rule {rule.name}", *map(_in_words, changed), facts_in_words(rule.when, facts))


def _in_words(one: Change) -> str:
    was = "was absent" if one.old is None else f"was {plainly(one.old)}"
    return f"{one.edit.key}: {plainly(one.edit.value or '')} ({was})"
