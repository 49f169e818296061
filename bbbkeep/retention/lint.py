"""Look a policy over: what in it never decides, protects nothing or everything, or says less than it seems to.

Pure.  It warns only of what is so for every recording there could be, from
`now` on: a policy without a warning may still be wrong, one with a warning is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bbbkeep.retention.combining import AnyOf
from bbbkeep.retention.conditions import Condition, StateIs
from bbbkeep.retention.implying import Formula, Logic, claim, every, one_of, said
from bbbkeep.retention.policy import Policy, Protection, Rule

Level = Literal["warning", "note"]

PUBLISHED, UNPUBLISHED = StateIs(("published",)), StateIs(("unpublished",))
HIDDEN = "viewers can't reach it"
"""What `Recording.is_unpublished` tells: some servers leave the state at `published`."""

SOON = timedelta(days=30)
ACTED_ON = one_of((claim(PUBLISHED), claim(UNPUBLISHED)))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at; `name` is the rule's or protection's, "" for the policy as a whole."""

    level: Level
    name: str
    message: str


def lint(policy: Policy, *, now: datetime) -> list[Finding]:
    """Return what is odd about *policy*, protections first, then rule by rule."""
    logic = Logic(now)
    found = [one for each in policy.protections for one in _of_protection(logic, policy, each, now)]
    found += [
        one for each in policy.keeps if each.when for one in _never_met(logic, each.name, each.when, "keeps")
    ]
    found += [one for each in policy.edits for one in _never_met(logic, each.name, each.when, "sets")]
    useful: list[Rule] = []
    for rule in policy.rules:
        useless = _useless(logic, policy, useful, rule, now)
        if useless:
            found.append(Finding("warning", rule.name, useless))
        else:
            found += _of_rule(logic, policy, useful, rule, now)
            useful.append(rule)
    if not policy.rules:
        found.append(Finding("note", "", "there are no rules: nothing is ever due"))
    return found


def _of_protection(logic: Logic, policy: Policy, protection: Protection, now: datetime) -> Iterator[Finding]:
    name, today = protection.name, now.astimezone(policy.zone).date()
    if protection.until is not None and protection.until < today:
        yield Finding("warning", name, f"ended after {protection.until}: it protects nothing any more")
        return
    if protection.until is not None and protection.until <= today + SOON:
        yield Finding("note", name, f"protects only through {protection.until}")
    if protection.until is None and logic.impossible(every(ACTED_ON, claim(protection.when, met=False))):
        yield Finding("warning", name, "protects every recording: no rule ever acts on any")
    else:
        yield from _never_met(logic, name, protection.when, "protects")


def _never_met(logic: Logic, name: str, when: Condition, does: str) -> Iterator[Finding]:
    met = claim(when)
    if logic.impossible(met):
        yield Finding("warning", name, f"{does} nothing: {_clash(logic, met)}")
    else:
        yield from _dead_parts(logic, name, when)


def _of_rule(
    logic: Logic, policy: Policy, earlier: Sequence[Rule], rule: Rule, now: datetime
) -> Iterator[Finding]:
    yield from _dead_parts(logic, rule.name, rule.when)
    if rule.allow_unbounded:
        yield Finding("note", rule.name, f"acts on recordings of any age, because: {rule.allow_unbounded}")
    if rule.starts is not None and rule.starts >= now:
        day = rule.starts.astimezone(policy.zone)
        yield Finding("note", rule.name, f"does nothing before {day:%Y-%m-%d}, a date it names")
    yield from _overlaps(logic, earlier, rule)


def _useless(logic: Logic, policy: Policy, earlier: Sequence[Rule], rule: Rule, now: datetime) -> str:
    """Say why a rule never acts on any recording, or return ""."""
    met, acts = claim(rule.when), _acts(rule)
    unprotected = every(acts, *(claim(one.when, met=False) for one in _lasting(policy)))
    found = ""
    if logic.impossible(met):
        found = f"can never be met: {_clash(logic, met)}"
    elif logic.impossible(acts):
        found = f"never acts: {_STATES[rule.action]}"
    elif logic.impossible(unprotected):
        found = f"never acts: {_protectors(logic, policy, acts)} protects all that it matches"
    else:
        deciders = _deciders(logic, earlier, rule, unprotected, now)
        if deciders:
            decides = "comes first and decides" if len(deciders) == 1 else "come first and decide"
            found = f"never reached: {_named('rule', deciders)} {decides} about all that it matches"
    return found


def _acts(rule: Rule) -> Formula:
    """Return what must be so of a recording for *rule* to act on it, protections and earlier rules apart."""
    if rule.action != "unpublish":
        return every(ACTED_ON, claim(rule.when))
    return every(ACTED_ON, claim(rule.when), claim(UNPUBLISHED, met=False), said(HIDDEN, met=False))


def _deciders(logic: Logic, earlier: Sequence[Rule], rule: Rule, acts: Formula, now: datetime) -> list[str]:
    """Name the earlier rules that decide wherever *rule* would act: one, or as few as can be told."""
    ways = logic.ways(acts) or logic.ways(_acts(rule))
    started = [one for one in earlier if _has_started(one, rule, now)]
    if not ways or not started:
        return []
    for one in started:
        if logic.follows(ways, _acts(one)):
            return [one.name]
    if not logic.follows(ways, one_of(_acts(one) for one in started)):
        return []
    needed = list(started)
    for one in started:
        fewer = [other for other in needed if other is not one]
        if fewer and logic.follows(ways, one_of(_acts(other) for other in fewer)):
            needed = fewer
    return [one.name for one in needed]


def _has_started(earlier: Rule, rule: Rule, now: datetime) -> bool:
    """Tell whether *earlier* is in force whenever *rule* is: a rule that names a date starts after it."""
    if earlier.starts is None or earlier.starts < now:
        return True
    return rule.starts is not None and rule.starts >= earlier.starts


def _protectors(logic: Logic, policy: Policy, acts: Formula) -> str:
    lasting = _lasting(policy)
    alone = [one.name for one in lasting if logic.impossible(every(acts, claim(one.when, met=False)))]
    return alone[0] if alone else " together with ".join(one.name for one in lasting)


def _lasting(policy: Policy) -> list[Protection]:
    """Return the protections that never end: a rule that waits for the end of another is not useless."""
    return [one for one in policy.protections if one.until is None]


def _dead_parts(logic: Logic, name: str, when: Condition) -> Iterator[Finding]:
    """Find the alternatives of an `any` that nothing meets; the others still work, so nobody notices."""
    for part in when.parts:
        met = claim(part)
        if isinstance(when, AnyOf) and logic.impossible(met):
            yield Finding("warning", name, f"one of its alternatives can never be met: {_clash(logic, met)}")
        elif when.word in ("all", "any"):
            yield from _dead_parts(logic, name, part)


def _overlaps(logic: Logic, earlier: Sequence[Rule], rule: Rule) -> Iterator[Finding]:
    """Find the earlier rules that do something else to some of the same recordings."""
    ways = logic.ways(claim(rule.when))
    if ways is None:
        return
    hiding = [
        one
        for one in earlier
        if (one.action, rule.action) == ("unpublish", "delete") and logic.follows(ways, claim(one.when))
    ]
    for one in hiding:
        message = f"only acts on what is unpublished: rule {one.name} unpublishes all that it matches first"
        yield Finding("note", rule.name, message)
    partly = [one.name for one in earlier if one not in hiding and _overlap(logic, one, rule)]
    if partly:
        message = f"matches some recordings that {_named('rule', partly)} matches too: there the earlier rule decides"
        yield Finding("note", rule.name, message)


def _overlap(logic: Logic, earlier: Rule, rule: Rule) -> bool:
    """Tell whether both may match one recording with different actions, and neither is a special case of the other."""
    if earlier.action == rule.action or logic.ways(every(claim(earlier.when), claim(rule.when))) in (
        None,
        [],
    ):
        return False
    special = logic.ways(claim(earlier.when))
    return special is None or not logic.follows(special, claim(rule.when))


def _clash(logic: Logic, formula: Formula) -> str:
    clash = logic.clash(formula)
    return f"{clash} exclude each other" if clash else "its conditions exclude each other"


def _named(kind: str, names: Sequence[str]) -> str:
    return f"{kind} {names[0]}" if len(names) == 1 else f"{kind}s {', '.join(names[:-1])} and {names[-1]}"


_STATES = {
    "delete": "only published and unpublished recordings are ever deleted",
    "unpublish": "only published recordings are ever unpublished",
}
