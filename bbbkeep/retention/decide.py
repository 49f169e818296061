"""Decide which recordings are due, and say why: one verdict for each.

Pure: no clock, no network, no ledger.  A recording is acted on only if that
would be right whatever the unknown turned out to be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bbbkeep.model import InventoryRow
from bbbkeep.retention.coming import Coming, became_due, first_match, next_due, steps_of
from bbbkeep.retention.facts import Facts, facts_of, plainly
from bbbkeep.retention.holds import holds, on_hold
from bbbkeep.retention.keeping import Keep, Newest
from bbbkeep.retention.owners import Owners
from bbbkeep.retention.policy import Policy, Protection, Rule, Step
from bbbkeep.retention.reasons import facts_in_words, unknown_names, unpublished_in_words, why, why_not
from bbbkeep.retention.truth import Truth
from bbbkeep.retention.verdict import Verdict


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

    @property
    def is_quiet(self) -> bool:
        """Whether nothing in it keeps a recording this time only."""
        return not (self.troubled or self.given_up or self.owners)

    @property
    def of_other_days(self) -> "History":
        """What of it holds on other days than this, too."""
        return History(holds_asked=self.holds_asked, holds_listed=self.holds_listed, newest=self.newest)


def decide(
    rows: Iterable[InventoryRow], policy: Policy, *, now: datetime, history: History
) -> Iterator[Verdict]:
    """Judge each recording against *policy* as of *now* (aware, UTC), in input order.

    The first rule that matches decides.  A hold always wins; a protection
    beats every rule; a recording exactly as old as a rule's age is kept.
    """
    from bbbkeep.retention.sift import sifted

    return (verdict for chunk in sifted(rows, policy, history, now=now) for verdict in chunk.verdicts())


def judge(facts: Facts, policy: Policy, history: History) -> Verdict:
    """Judge one recording; `sift` judges many, with the same answers."""
    rule, doubtful = first_match(policy, facts)
    hold = hold_reason(facts, policy, history)
    always = stops(facts, policy, hold, history.newest)
    act = rule is not None and not always and not tonight(facts, history, rule, doubtful)
    return Verdict(
        record_id=facts.recording.record_id,
        act=act,
        action=rule.step(facts) if rule and act else None,
        rule=rule.name if rule else None,
        size_bytes=facts.recording.whole_size,
        held=hold is not None,
        given_up="" if always else given_up(facts, history, rule),
        find=lambda: Reasoning(facts, policy, history, rule, doubtful, policy.rules),
    )


@dataclass(frozen=True)
class Reasoning:
    """The grounds of a verdict, each found when it is asked for.

    Given are the rule that matches, those before it that can't be judged,
    and the ones that may match some day.
    """

    facts: Facts
    policy: Policy
    history: History
    rule: Rule | None
    doubtful: tuple[Rule, ...]
    some_day: Sequence[Rule]

    @cached_property
    def always(self) -> tuple[str, ...]:
        hold = hold_reason(self.facts, self.policy, self.history)
        return stops(self.facts, self.policy, hold, self.history.newest)

    @cached_property
    def against(self) -> tuple[str, ...]:
        return (*self.always, *tonight(self.facts, self.history, self.rule, self.doubtful))

    @property
    def reasons(self) -> tuple[str, ...]:
        if self.rule and not self.against:
            return why(self.rule, self.facts)
        return why_not(self.rule, self.doubtful, self.policy, self.facts, self.against)

    @property
    def due(self) -> datetime | None:
        """When the rule became due or, without one, when the first one will."""
        if self.always:
            return None
        if self.rule:
            return became_due(self.rule, self.facts)
        following = next_due(self.some_day, self.facts)
        return following[1] if following else None

    @property
    def unknown(self) -> tuple[str, ...]:
        if self.rule and not self.against:
            return ()
        return unknown_names(self.rule, self.doubtful, self.policy, self.facts)


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
    among = f"among the newest {keep.newest}{often}"
    unknown = keep.unknown(facts)
    if newest is None or unknown:
        because = f", as unknown: {', '.join(unknown)}" if unknown else ""
        return f"can't rule out that {keep.name} keeps it: it may be {among}{because}"
    return f"kept by {keep.name}: it is {among}"


def stops(facts: Facts, policy: Policy, hold: str | None, newest: Newest | None) -> tuple[str, ...]:
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


def tonight(facts: Facts, history: History, rule: Rule | None, doubtful: tuple[Rule, ...]) -> tuple[str, ...]:
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
            f"{unpublished_in_words(facts)}; rule {rule.name} waits until {rule.grace_ends(facts):%Y-%m-%d %H:%M} UTC"
        )
    if tried := given_up(facts, history, rule):
        found.append(tried)
    if history.owners and step in ("delete", "unpublish"):
        untold = history.owners.why_not(facts, step, became_due(rule, facts))
        found += [untold] if untold else []
    return tuple(found)


def given_up(facts: Facts, history: History, rule: Rule | None) -> str:
    """Say why what the rule asks for was tried too often, or return ""."""
    return (
        history.given_up.get((facts.recording.record_id, str(rule.step(facts)), rule.name), "")
        if rule
        else ""
    )


def coming(facts: Facts, policy: Policy, history: History) -> tuple[Coming, ...]:
    """Return what becomes of a recording, step by step, if it stays as it is.

    Empty: something keeps it whatever its age, or no rule ever comes.  The
    grace of a recording that is not unpublished yet begins when that is due,
    and not before now.
    """
    if stops(facts, policy, hold_reason(facts, policy, history), history.newest):
        return ()
    rule, _ = first_match(policy, facts)
    first = (rule, became_due(rule, facts)) if rule else next_due(policy.rules, facts)
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
