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
from bbbkeep.retention.coming import Coming, became_due, first_match, next_due, steps_of
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import Facts, facts_of, plainly
from bbbkeep.retention.holds import holds, on_hold
from bbbkeep.retention.keeping import Keep, Newest
from bbbkeep.retention.owners import Owners
from bbbkeep.retention.policy import Policy, Protection, Rule, Step
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
    given_up: Mapping[tuple[str, str, str | None], str] = field(default_factory=dict)
    """record_id, action and rule -> why it is only reported: it was tried on too many nights."""
    owners: Owners | None = None
    """Who must be told before; None: nobody."""
    newest: Newest | None = None
    """The inventory ranked for keep rules; None: nobody ranked it, so any recording may be the newest."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Keep or act, with the reasons.

    `rule` is the rule that acts, or that would but for what `reasons` say.
    `due` is the moment just after which it acts (within a grace: deletes), None if that can't be told;
    `unknown` names what was unknown and mattered.
    """

    record_id: str
    act: bool
    action: Step | None
    rule: str | None
    reasons: tuple[str, ...]
    due: datetime | None
    size_bytes: int | None
    unknown: tuple[str, ...] = ()
    held: bool = False
    given_up: str = ""
    """Why it is only reported, though it is due: it was tried on too many nights."""


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
    stops = _stops(facts, policy, hold, history.newest)
    tonight = _tonight(facts, history, rule, doubtful)
    act = rule is not None and not stops and not tonight
    return Verdict(
        record_id=facts.recording.record_id,
        act=act,
        action=rule.step(facts) if rule and act else None,
        rule=rule.name if rule else None,
        reasons=_why(rule, facts)
        if rule and act
        else _why_not(rule, doubtful, policy, facts, (*stops, *tonight)),
        due=None if stops else _due(policy, rule, facts),
        size_bytes=facts.recording.size_bytes,
        unknown=() if act else _unknown(rule, doubtful, policy, facts),
        held=hold is not None,
        given_up=_given_up(facts, history, rule) if not stops else "",
    )


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


def keep_reason(facts: Facts, keep: Keep, newest: Newest | None) -> str | None:
    """Say why a keep rule keeps the recording, or return None."""
    if not keep.may_keep(facts, newest):
        return None
    often = f" of its {keep.per}" if keep.per else ""
    return f"kept by {keep.name}: it is, or may be, among the newest {keep.newest}{often}"


def _stops(facts: Facts, policy: Policy, hold: str | None, newest: Newest | None) -> tuple[str, ...]:
    """Say what keeps this recording whatever its age."""
    kept = (keep_reason(facts, keep, newest) for keep in policy.keeps)
    return tuple(filter(None, (hold, state_reason(facts), *protections_met(facts, policy), *kept)))


def protections_met(facts: Facts, policy: Policy) -> Iterator[str]:
    """Say which protections keep this recording, or can't be ruled out."""
    found = (_protected(each, facts) for each in policy.protections)
    return (reason for reason in found if reason)


def _protected(protection: Protection, facts: Facts) -> str | None:
    truth = protection.truth(facts)
    if truth is Truth.NO:
        return None
    said = "protected by" if truth is Truth.YES else "can't rule out protection"
    because = f" ({protection.reason})" if protection.reason else ""
    return f"{said} {protection.name}{because}: {facts_in_words(protection.when, facts)}"


def _tonight(
    facts: Facts, history: History, rule: Rule | None, doubtful: tuple[Rule, ...]
) -> tuple[str, ...]:
    """Say what keeps a recording this time only."""
    found = []
    if facts.recording.record_id in history.troubled:
        found.append("a write to it failed or was not verified this night")
    if rule is None:
        return tuple(found)
    step = rule.step(facts)
    if any(other.step(facts) != step for other in doubtful):
        found.append(f"rule {rule.name} matches, but one before it with another action can't be judged")
    if step is None:
        found.append(
            f"{_unpublished(facts)}; rule {rule.name} waits until {rule.grace_ends(facts):%Y-%m-%d %H:%M} UTC"
        )
    if tried := _given_up(facts, history, rule):
        found.append(tried)
    if history.owners and step in ("delete", "unpublish"):
        untold = history.owners.why_not(facts, step, became_due(rule, facts))
        found += [untold] if untold else []
    return tuple(found)


def _unpublished(facts: Facts) -> str:
    return f"bbbkeep unpublished it {facts.row.unpublished_at:%Y-%m-%d %H:%M} UTC"


def _given_up(facts: Facts, history: History, rule: Rule | None) -> str:
    return (
        history.given_up.get((facts.recording.record_id, str(rule.step(facts)), rule.name), "")
        if rule
        else ""
    )


def _why(rule: Rule, facts: Facts) -> tuple[str, ...]:
    facts_found = dict.fromkeys(leaf.fact(facts) for leaf in deciding(rule.when, facts))
    return (f"rule {rule.name}", *facts_found, *_grace(rule, facts))


def _grace(rule: Rule, facts: Facts) -> Iterator[str]:
    """Say where in its two steps the rule is."""
    if rule.grace is None:
        return
    step, span = rule.step(facts), rule.grace.text
    if step == "delete":
        yield f"{_unpublished(facts)}, over {span} ago"
    elif step == "begin_grace":
        yield f"it is unpublished, but bbbkeep did not do it: its {span} begin with this run"
    else:
        yield f"to be deleted {span} later"


def _why_not(
    rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts, stops: tuple[str, ...]
) -> tuple[str, ...]:
    doubts = (f"rule {each.name} can't be judged: {facts_in_words(each.when, facts)}" for each in doubtful)
    matched = (
        f"rule {rule.name} would {rule.step(facts) or 'delete'} it: {facts_in_words(rule.when, facts)}"
        if rule
        else None
    )
    found = tuple(filter(None, (*stops, *doubts, matched)))
    if found:
        return found
    return ("no rule matches" if policy.rules else "the policy has no rules",)


def facts_in_words(when: Condition, facts: Facts) -> str:
    """Say the facts that the answer to a condition rests on."""
    return ", ".join(dict.fromkeys(leaf.fact(facts) for leaf in deciding(when, facts)))


def _unknown(rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts) -> tuple[str, ...]:
    whens = [each.when for each in doubtful]
    always: tuple[str, ...] = ()
    if rule:
        whens += [each.when for each in policy.protections if each.truth(facts) is Truth.UNKNOWN]
        always = ("metadata",) * (facts.metadata is None) + ("state",) * (facts.recording.state is None)
    names = (leaf.names for when in whens for leaf in deciding(when, facts))
    return tuple(sorted({*chain.from_iterable(names), *always}))


def _due(policy: Policy, matched: Rule | None, facts: Facts) -> datetime | None:
    """Return when *matched* became due or, without one, when the first rule will."""
    if matched:
        return became_due(matched, facts)
    following = next_due(policy, facts)
    return following[1] if following else None


def coming(facts: Facts, policy: Policy, history: History) -> tuple[Coming, ...]:
    """Return what becomes of a recording, step by step, if it stays as it is.

    Empty: something keeps it whatever its age, or no rule ever comes.  The
    grace of a recording that is not unpublished yet begins when that is due,
    and not before now.
    """
    if _stops(facts, policy, hold_reason(facts, policy, history), history.newest):
        return ()
    rule, _ = first_match(policy, facts)
    first = (rule, became_due(rule, facts)) if rule else next_due(policy, facts)
    return steps_of(*first, facts) if first else ()


def done_by(facts: Facts, verdict: Verdict, policy: Policy, *, since: datetime) -> Step | None:
    """Return the last step by `facts.now` of a recording that only nights from *since* on change.

    None: nothing is done to it.
    """
    if not verdict.act or verdict.action not in ("unpublish", "begin_grace"):
        return verdict.action if verdict.act else None
    rule = next(one for one in policy.rules if one.name == verdict.rule)
    begins = max(verdict.due or since, since)
    if rule.grace and facts.now > rule.grace.after(begins, facts.zone):
        return "delete"
    return "unpublish" if verdict.action == "unpublish" else None
