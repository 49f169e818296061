"""Judge the inventory chunk by chunk: a policy's rules are asked of many recordings at once.

Pure.  `decide.judge` says what is right for one recording; this says the same
of many, and leaves to it what rests on more than rules: holds, and what
keeps a recording tonight.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bbbkeep.model import InventoryRow
from bbbkeep.retention.columns import Columns, Mask, Where, chunks
from bbbkeep.retention.decide import History, given_up, grounds, hold_reason, tonight
from bbbkeep.retention.facts import Values
from bbbkeep.retention.policy import Policy, Rule
from bbbkeep.retention.truth import Truth, known
from bbbkeep.retention.verdict import Grounds, Verdict

NONE = -1
ACTED_ON = ("published", "unpublished")


@dataclass(frozen=True, slots=True)
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
        """Yield the verdict on each recording."""
        return map(self.verdict, range(len(self.columns)))

    def verdict(self, place: int) -> Verdict:
        """Return the verdict on one recording, which finds its grounds when asked for them."""
        rule, act = self.first(place), bool(self.act[place])
        facts = self.columns.facts(place) if rule else None
        recording = self.columns.rows[place].recording
        return Verdict(
            record_id=recording.record_id,
            act=act,
            action=rule.step(facts) if rule and facts and act else None,
            rule=rule.name if rule else None,
            size_bytes=recording.size_bytes,
            held=bool(self.held[place]),
            given_up=given_up(facts, self.history, rule) if facts and not self.kept[place] else "",
            find=lambda: self._grounds(place),
        )

    def first(self, place: int) -> Rule | None:
        """Return the first rule that matches a recording."""
        number = int(self.rule[place])
        return self.policy.rules[number] if number != NONE else None

    def _grounds(self, place: int) -> Grounds:
        doubtful = _doubts(self.policy, self.doubtful, place)
        return grounds(self.columns.facts(place), self.policy, self.history, self.first(place), doubtful)


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
    for place in np.flatnonzero(act).tolist():
        doubts = _doubts(policy, doubtful, place)
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


def _doubts(policy: Policy, doubtful: NDArray[np.bool_], place: int) -> tuple[Rule, ...]:
    return tuple(policy.rules[number] for number in doubtful[:, place].nonzero()[0].tolist())


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
