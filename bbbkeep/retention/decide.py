"""Decide which recordings are due, and say why: one verdict for each.

Pure: no clock, no network, no ledger.  A recording is acted on only if that
would be right whatever the unknown turned out to be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from bbbkeep.model import InventoryRow
from bbbkeep.retention.combining import deciding
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import Facts, facts_of, plainly
from bbbkeep.retention.holds import holds, on_hold
from bbbkeep.retention.owners import Owners
from bbbkeep.retention.policy import Action, Policy, Rule
from bbbkeep.retention.truth import Truth


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows and no server admits to.

    `holds_asked`: record_id -> value, of holds we were asked to set and that
    are in force, stored by the server or not; `holds_listed`: those of the
    policy's CSV files.  `troubled`: recordings with a
    failed or unverified write this night.
    """

    holds_asked: Mapping[str, str] = field(default_factory=dict)
    troubled: frozenset[str] = frozenset()
    holds_listed: Mapping[str, str] = field(default_factory=dict)
    owners: Owners | None = None
    """Who must be told before; None: nobody."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Keep or act, with the reasons.

    `rule` is the rule that acts, or that would but for what `reasons` say.
    `due` is the moment just after which it acts, None if that can't be told;
    `unknown` names what was unknown and mattered.
    """

    record_id: str
    act: bool
    action: Action | None
    rule: str | None
    reasons: tuple[str, ...]
    due: datetime | None
    size_bytes: int | None
    unknown: tuple[str, ...] = ()
    held: bool = False


def decide(
    rows: Iterable[InventoryRow], policy: Policy, *, now: datetime, history: History
) -> Iterator[Verdict]:
    """Judge each recording against *policy* as of *now* (aware, UTC), in input order.

    The first rule that matches decides.  A hold always wins; a protection
    beats every rule; a recording exactly as old as a rule's age is kept.
    """
    return (judge(facts_of(row, policy.zone, now), policy, history) for row in rows)


def judge(facts: Facts, policy: Policy, history: History) -> Verdict:
    """Judge one recording."""
    rule, doubtful = first_match(policy, facts)
    hold = hold_reason(facts, policy, history)
    stops = _stops(facts, policy, hold)
    tonight = _tonight(facts, history, rule, doubtful)
    act = rule is not None and not stops and not tonight
    return Verdict(
        record_id=facts.recording.record_id,
        act=act,
        action=rule.action if rule and act else None,
        rule=rule.name if rule else None,
        reasons=_why(rule, facts)
        if rule and act
        else _why_not(rule, doubtful, policy, facts, (*stops, *tonight)),
        due=None if stops else _due(policy, rule, facts),
        size_bytes=facts.recording.size_bytes,
        unknown=() if act else _unknown(rule, doubtful, policy, facts),
        held=hold is not None,
    )


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


def hold_reason(facts: Facts, policy: Policy, history: History) -> str | None:
    """Say why the recording is on hold, on the server or because we were asked to, or return None."""
    asked = history.holds_asked.get(facts.recording.record_id)
    if asked is not None and holds(asked, facts.now, facts.zone):
        return f"on hold, as asked: {plainly(asked)}"
    listed = history.holds_listed.get(facts.recording.record_id)
    if listed is not None and holds(listed, facts.now, facts.zone):
        return f"on hold, as listed: {plainly(listed)}"
    return on_hold(facts.recording, policy.hold_key, facts.now, facts.zone)


def state_reason(facts: Facts) -> str | None:
    """Say why a recording in this state is never acted on, or return None."""
    state = facts.recording.state
    if state in ("published", "unpublished"):
        return None
    said = "unknown" if state is None else plainly(state)
    return f"state is {said}: only published and unpublished recordings are acted on"


def unmatched_protections(rows: Iterable[InventoryRow], policy: Policy, *, now: datetime) -> tuple[str, ...]:
    """Name the protections that protect nothing: a misspelt key or value protects nothing, too."""
    idle = {protection.name: protection for protection in policy.protections}
    for row in rows:
        facts = facts_of(row, policy.zone, now)
        for name in [name for name, each in idle.items() if each.when.truth(facts) is Truth.YES]:
            del idle[name]
    return tuple(idle)


def _stops(facts: Facts, policy: Policy, hold: str | None) -> tuple[str, ...]:
    """Say what keeps this recording whatever its age."""
    protected = (_protected(each.name, each.when, facts) for each in policy.protections)
    return tuple(filter(None, (hold, state_reason(facts), *protected)))


def _protected(name: str, when: Condition, facts: Facts) -> str | None:
    truth = when.truth(facts)
    if truth is Truth.NO:
        return None
    said = "protected by" if truth is Truth.YES else "can't rule out protection"
    return f"{said} {name}: {_facts(when, facts)}"


def _tonight(
    facts: Facts, history: History, rule: Rule | None, doubtful: tuple[Rule, ...]
) -> tuple[str, ...]:
    """Say what keeps a recording this time only."""
    found = []
    if facts.recording.record_id in history.troubled:
        found.append("a write to it failed or was not verified this night")
    if rule and any(other.action != rule.action for other in doubtful):
        found.append(f"rule {rule.name} matches, but one before it with another action can't be judged")
    if rule and history.owners:
        untold = history.owners.why_not(facts, str(rule.action), _became_due(rule, facts))
        found += [untold] if untold else []
    return tuple(found)


def _why(rule: Rule, facts: Facts) -> tuple[str, ...]:
    return (f"rule {rule.name}", *dict.fromkeys(leaf.fact(facts) for leaf in deciding(rule.when, facts)))


def _why_not(
    rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts, stops: tuple[str, ...]
) -> tuple[str, ...]:
    doubts = (f"rule {each.name} can't be judged: {_facts(each.when, facts)}" for each in doubtful)
    matched = f"rule {rule.name} would {rule.action} it: {_facts(rule.when, facts)}" if rule else None
    found = tuple(filter(None, (*stops, *doubts, matched)))
    if found:
        return found
    return ("no rule matches" if policy.rules else "the policy has no rules",)


def _facts(when: Condition, facts: Facts) -> str:
    return ", ".join(dict.fromkeys(leaf.fact(facts) for leaf in deciding(when, facts)))


def _unknown(rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts) -> tuple[str, ...]:
    whens = [each.when for each in doubtful]
    always: tuple[str, ...] = ()
    if rule:
        whens += [each.when for each in policy.protections if each.when.truth(facts) is Truth.UNKNOWN]
        always = ("metadata",) * (facts.metadata is None) + ("state",) * (facts.recording.state is None)
    names = (leaf.names for when in whens for leaf in deciding(when, facts))
    return tuple(sorted({*chain.from_iterable(names), *always}))


def _due(policy: Policy, matched: Rule | None, facts: Facts) -> datetime | None:
    """Return when *matched* became due or, without one, when the first rule will."""
    if matched:
        return _became_due(matched, facts)
    coming = next_due(policy, facts)
    return coming[1] if coming else None


def next_due(policy: Policy, facts: Facts) -> tuple[Rule, datetime] | None:
    """Return the rule that comes first for a recording that none matches yet, and just after when."""
    coming = ((rule, moment) for rule in policy.rules if (moment := _becomes_due(rule, facts)) is not None)
    return min(coming, key=lambda pair: pair[1], default=None)


def coming(facts: Facts, policy: Policy, history: History) -> tuple[Rule, datetime | None] | None:
    """Return the rule that acts on a recording, now or some day, and just after when.

    None: something keeps it whatever its age, or no rule ever comes.
    """
    if _stops(facts, policy, hold_reason(facts, policy, history)):
        return None
    rule, _ = first_match(policy, facts)
    return (rule, _became_due(rule, facts)) if rule else next_due(policy, facts)


def _became_due(rule: Rule, facts: Facts) -> datetime | None:
    past = (moment for moment in reversed(rule.turns(facts)) if moment < facts.at)
    return next((moment for moment in past if rule.truth(facts.as_of(moment)) is not Truth.YES), None)


def _becomes_due(rule: Rule, facts: Facts) -> datetime | None:
    future = (moment for moment in rule.turns(facts) if moment >= facts.at)
    just_after = ((moment, facts.as_of(moment + datetime.resolution)) for moment in future)
    return next((moment for moment, later in just_after if rule.truth(later) is Truth.YES), None)
