"""Judge the inventory chunk by chunk: a policy's rules are asked of many recordings at once.

Pure.  `decide.judge` says what is right for one recording; this says the same
of many, and leaves to it what rests on more than rules: holds, and what
keeps a recording tonight.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bbbkeep.model import InventoryRow
from bbbkeep.retention.columns import Columns, Mask, Where, chunks
from bbbkeep.retention.combining import some_day
from bbbkeep.retention.decide import History, Reasoning, given_up, hold_reason, tonight
from bbbkeep.retention.facts import Values
from bbbkeep.retention.policy import Policy, Rule
from bbbkeep.retention.truth import Truth, known
from bbbkeep.retention.verdict import Grounds, Verdict

NONE = -1
ACTED_ON = ("published", "unpublished")


@dataclass(frozen=True)
class Sifted:
    """What a policy makes of the recordings of `columns`, in their order.

    `rule`: the number of the first rule that matches, or NONE.  `doubtful`:
    for each rule, whether it can't be judged and comes before that one.
    `kept`: of those that a rule matches, what something keeps whatever its
    age, as a hold does (`held`) or a protection (`protected`, a mask of each).
    """

    columns: Columns
    policy: Policy
    history: History
    act: Where
    rule: NDArray[np.intp]
    doubtful: NDArray[np.bool_]
    kept: Where
    held: Where
    protected: tuple[Mask, ...]

    @property
    def alive(self) -> Where:
        """Which are in a state that is acted on."""
        return _alive(self.columns)

    @property
    def readable(self) -> Where:
        """Whose metadata could be read."""
        return np.array([row.recording.metadata is not None for row in self.columns.rows], np.bool_)

    def lapsed(self, since: datetime) -> int:
        """Count the holds that were in force at *since* and whose last day has passed."""
        ended = _may_be_held(self.columns, self.policy, self.history) & ~self.held & self.readable
        then = (replace(self.columns.facts(place), now=since) for place in np.flatnonzero(ended).tolist())
        return sum(hold_reason(facts, self.policy, self.history) is not None for facts in then)

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdict on each recording, which finds its grounds when asked for them."""
        answers = (self.rule, self.act, self.kept, self.held)
        return map(self._verdict, range(len(self.columns)), *(one.tolist() for one in answers))

    def due(self) -> Iterator[tuple[InventoryRow, Verdict]]:
        """Yield what is acted on, and what would be but for too many nights on which it was tried."""
        asked = self.act
        if self.history.given_up:
            asked = asked | ((self.rule != NONE) & ~self.kept)
        for place in np.flatnonzero(asked).tolist():
            yield self.columns.rows[place], self.verdict(place)

    def verdict(self, place: int) -> Verdict:
        """Return the verdict on one recording."""
        answers = (self.rule, self.act, self.kept, self.held)
        return self._verdict(place, *(one[place].item() for one in answers))

    def _verdict(self, place: int, number: int, act: bool, kept: bool, held: bool) -> Verdict:
        rule = self.policy.rules[number] if number != NONE else None
        recording = self.columns.rows[place].recording
        tried = ""
        if rule and self.history.given_up and not kept:
            tried = given_up(self.columns.facts(place), self.history, rule)
        return Verdict(
            record_id=recording.record_id,
            act=act,
            action=(rule.only_step or rule.step(self.columns.facts(place))) if rule and act else None,
            rule=rule.name if rule else None,
            size_bytes=recording.whole_size,
            held=held,
            given_up=tried,
            find=lambda: self._grounds(place),
        )

    def first(self, place: int) -> Rule | None:
        """Return the first rule that matches a recording."""
        number = int(self.rule[place])
        return self.policy.rules[number] if number != NONE else None

    def _grounds(self, place: int) -> Grounds:
        doubtful, some_day = (
            _chosen(self.policy, numbers[:, place]) for numbers in (self.doubtful, self._some_day)
        )
        facts = self.columns.facts(place)
        return Reasoning(facts, self.policy, self.history, self.first(place), doubtful, some_day)

    @cached_property
    def _some_day(self) -> NDArray[np.bool_]:
        """Which rules may match which recordings when only time goes by."""
        possible = [some_day(rule.when, self.columns) != Truth.NO for rule in self.policy.rules]
        return np.array(possible, np.bool_).reshape(len(self.policy.rules), len(self.columns))


def sifted(
    rows: Iterable[InventoryRow], policy: Policy, history: History, *, now: datetime
) -> Iterator[Sifted]:
    """Judge *rows* as of *now*, chunk by chunk."""
    for columns in chunks(rows, policy.zone, now=now):
        yield sift(columns, policy, history)


def sift(columns: Columns, policy: Policy, history: History) -> Sifted:
    """Judge one chunk."""
    rule, doubtful = _first_matches(columns, policy)
    held = _held(columns, policy, history)
    protected = tuple(each.mask(columns) for each in policy.protections)
    kept = held | ~_alive(columns)
    for mask in protected:
        kept |= mask != Truth.NO
    if policy.keeps:
        _keep_newest(columns, policy, history, (rule != NONE) & ~kept, kept)
    act = (rule != NONE) & ~kept
    doubted = doubtful.any(axis=0)
    plain = np.array([*(rule.only_step is not None for rule in policy.rules), False], np.bool_)
    asked = act & (doubted | ~plain[rule]) if history.is_quiet else act
    for place in np.flatnonzero(asked).tolist():
        doubts = _chosen(policy, doubtful[:, place]) if doubted[place] else ()
        act[place] = not tonight(columns.facts(place), history, policy.rules[rule[place]], doubts)
    return Sifted(columns, policy, history, act, rule, doubtful, kept, held, protected)


def _first_matches(columns: Columns, policy: Policy) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    if not policy.rules:
        return np.full(len(columns), NONE), np.zeros((0, len(columns)), np.bool_)
    masks = np.stack([rule.mask(columns) for rule in policy.rules])
    met = masks == Truth.YES
    first = np.where(met.any(axis=0), met.argmax(axis=0), len(policy.rules))
    earlier = np.arange(len(policy.rules))[:, np.newaxis] < first
    return np.where(first < len(policy.rules), first, NONE), (masks == Truth.UNKNOWN) & earlier


def _keep_newest(columns: Columns, policy: Policy, history: History, asked: Where, kept: Where) -> None:
    """Add to *kept* what keep rules keep of those *asked* for."""
    for place in np.flatnonzero(asked).tolist():
        facts = columns.facts(place)
        kept[place] = any(keep.may_keep(facts, history.newest) for keep in policy.keeps)


def _chosen(policy: Policy, chosen: Where) -> tuple[Rule, ...]:
    return tuple(policy.rules[number] for number in chosen.nonzero()[0].tolist())


def _held(columns: Columns, policy: Policy, history: History) -> Where:
    """Ask one by one only what may be on hold."""
    held = _may_be_held(columns, policy, history)
    for place in np.flatnonzero(held).tolist():
        held[place] = hold_reason(columns.facts(place), policy, history) is not None
    return held


def _may_be_held(columns: Columns, policy: Policy, history: History) -> Where:
    """Find what has the key, unknown metadata, or is named in a list."""
    maybe: Where = columns.metadata(policy.hold_key.lower()).mask(_may_hold) != Truth.NO
    for listed in (history.holds_asked, history.holds_listed):
        if listed:
            maybe |= np.fromiter((row.recording.record_id in listed for row in columns.rows), np.bool_)
    return maybe


def _may_hold(values: Values) -> Truth:
    return Truth.UNKNOWN if values is None else known(bool(values))


def _alive(columns: Columns) -> Where:
    alive: Where = columns.attribute("state").mask(_acted_on) == Truth.YES
    return alive


def _acted_on(state: str | None) -> Truth:
    return known(state in ACTED_ON)
