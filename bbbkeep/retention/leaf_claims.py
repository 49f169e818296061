"""What one condition without parts says about another: an older age includes a younger one, and so on.

Pure.  Every answer is true of all recordings, whatever is unknown of them; of
two conditions that are not understood, only the same ones agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bbbkeep.retention.calendars import BeforePeriod
from bbbkeep.retention.conditions import Age, Before, Condition, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.contents import BreakoutIs
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.measures import DurationIs, ParticipantsAre, SizeIs
from bbbkeep.retention.overlapping import LISTED, apart, includes
from bbbkeep.retention.presence import TextPresent
from bbbkeep.retention.spans import Span

_SHORT_MONTH, _LONG_MONTH, _SHORT_YEAR, _LONG_YEAR = 28, 31, 365, 366
_SLACK = timedelta(days=2)
"""More than clocks ever change between two moments: some zones have skipped a day."""

Leaf = TypeVar("Leaf", bound=Condition)


@dataclass(frozen=True, slots=True)
class Claim:
    """A condition without parts answers YES (`met`), or NO; a text stands for what no policy can ask."""

    leaf: Condition | str
    met: bool = True

    @property
    def opposite(self) -> "Claim":
        return Claim(self.leaf, not self.met)

    def sentence(self) -> str:
        """Say it: `not category is test`."""
        said = self.leaf if isinstance(self.leaf, str) else self.leaf.sentence()
        return said if self.met else f"not {said}"


@dataclass(frozen=True, slots=True)
class Known:
    """Claims that are true together, from *now* on."""

    claims: frozenset[Claim]
    now: datetime

    def implies(self, goal: Claim) -> bool:
        """Tell whether *goal* is true as well."""
        return goal in self.claims or self._follows(goal.leaf, goal.met)

    def _follows(self, leaf: Condition | str, met: bool) -> bool:
        found = False
        match leaf:
            case StateIs():
                found = _state(self, leaf, met=met)
            case Age():
                found = _age(self, leaf, met=met)
            case Before():
                found = _before(self, leaf, met=met)
            case MetadataIs():
                found = _metadata(self, leaf, met=met)
            case MetadataPresent():
                found = _present(self, leaf, met=met)
            case TextIs():
                found = _text(self, leaf, met=met)
            case TextPresent() | BreakoutIs():
                found = Claim(_turned(leaf), not met) in self.claims
            case BeforePeriod():
                found = met and any(_no_later(one, leaf) for one in self.of(BeforePeriod, met=True))
            case SizeIs() | ParticipantsAre() | DurationIs():
                found = self._measured(leaf, met=met)
        return found

    def _measured(self, leaf: "SizeIs | ParticipantsAre | DurationIs", *, met: bool) -> bool:
        """Ask what is claimed of the same number; a range that holds another's says more than that one's opposite."""
        same = [
            (one.leaf.range, one.met)
            for one in self.claims
            if isinstance(one.leaf, SizeIs | ParticipantsAre | DurationIs)
            and replace(one.leaf, range=leaf.range) == leaf
        ]
        if met:
            return any(claimed and known.within(leaf.range) for known, claimed in same)
        return any(
            known.apart(leaf.range) if claimed else leaf.range.within(known) for known, claimed in same
        )

    def of(self, kind: type[Leaf], *, met: bool) -> list[Leaf]:
        """Return the conditions of one kind of which this much is claimed."""
        return [one.leaf for one in self.claims if one.met is met and isinstance(one.leaf, kind)]


def _turned(leaf: TextPresent | BreakoutIs) -> Condition:
    """Return the condition that is met exactly where this one is known not to be."""
    if isinstance(leaf, BreakoutIs):
        return BreakoutIs(not leaf.breakout)
    return TextPresent(leaf.attribute, not leaf.present)


def _no_later(one: BeforePeriod, other: BeforePeriod) -> bool:
    """Tell whether the start of *one* is no later than that of *other*."""
    return (one.anchor, one.period) == (other.anchor, other.period) and one.back >= other.back


def _state(known: Known, leaf: StateIs, *, met: bool) -> bool:
    """A state is one word; that it is not one of some words is known only where the state is."""
    ruled_out = {state for one in known.of(StateIs, met=False) for state in one.states}
    allowed = [set(one.states) for one in known.of(StateIs, met=True)]
    if not allowed:
        return not met and set(leaf.states) <= ruled_out
    left = set.intersection(*allowed) - ruled_out
    return left <= set(leaf.states) if met else not left & set(leaf.states)


def _age(known: Known, leaf: Age, *, met: bool) -> bool:
    ages = [one for one in known.of(Age, met=met) if one.anchor == leaf.anchor]
    if not met:
        return any(_no_longer(one.over, leaf.over) for one in ages)
    dated = [one for one in known.of(Before, met=True) if one.anchor == leaf.anchor]
    # What is from before a day has any age at last, and some it has by now.
    return any(_no_longer(leaf.over, one.over) for one in ages) or any(
        one.moment + _longest(leaf.over) <= known.now for one in dated
    )


def _before(known: Known, leaf: Before, *, met: bool) -> bool:
    others = [one for one in known.of(Before, met=met) if one.anchor == leaf.anchor]
    if met:
        return any(one.moment <= leaf.moment for one in others)
    young = [one for one in known.of(Age, met=False) if one.anchor == leaf.anchor]
    return any(leaf.moment <= one.moment for one in others) or any(
        leaf.moment + _longest(one.over) <= known.now for one in young
    )


def _metadata(known: Known, leaf: MetadataIs, *, met: bool) -> bool:
    """A key can have several values; a comparison is met where there is one and all of them meet it."""
    yes = [one.wanted for one in known.of(MetadataIs, met=True) if one.key == leaf.key]
    no = [one.wanted for one in known.of(MetadataIs, met=False) if one.key == leaf.key]
    absent = Claim(MetadataPresent(leaf.key, present=False)) in known.claims
    absent |= Claim(MetadataPresent(leaf.key, present=True), met=False) in known.claims
    return (absent and not met) or _compared(leaf.wanted, yes, no, met=met)


def _present(known: Known, leaf: MetadataPresent, *, met: bool) -> bool:
    if Claim(MetadataPresent(leaf.key, not leaf.present), not met) in known.claims:
        return True
    has_value = any(one.key == leaf.key for one in known.of(MetadataIs, met=True))
    return has_value and leaf.present is met


def _text(known: Known, leaf: TextIs, *, met: bool) -> bool:
    yes = [one.wanted for one in known.of(TextIs, met=True) if one.attribute == leaf.attribute]
    no = [one.wanted for one in known.of(TextIs, met=False) if one.attribute == leaf.attribute]
    return _compared(leaf.wanted, yes, no, met=met)


def _compared(wanted: Wanted, yes: Sequence[Wanted], no: Sequence[Wanted], *, met: bool) -> bool:
    """Tell what comparisons that are met, and not met, say about another one of the same text."""
    if wanted.any_case and wanted.operator == "regex":
        return False
    yes, no, wanted = _alike(wanted, yes), _alike(wanted, no), wanted.folded
    if not met and any(includes(one, wanted) for one in no):
        return True
    if any(includes(wanted, one) if met else apart(wanted, one) for one in yes):
        return True
    listed = [one for one in yes if one.operator in LISTED]
    left = {
        value
        for one in listed
        for value in one.values
        if all(each.met(value) for each in yes) and not any(each.met(value) for each in no)
    }
    return bool(listed) and all(wanted.met(value) is met for value in left)


def _alike(wanted: Wanted, others: Sequence[Wanted]) -> list[Wanted]:
    """Return the comparisons that mind letter case as *wanted* does, written for texts in one case where none does."""
    return [
        one.folded
        for one in others
        if one.any_case is wanted.any_case and not (one.any_case and one.operator == "regex")
    ]


def _no_longer(one: Span, other: Span) -> bool:
    """Tell whether *one* is no longer than *other*, from whatever moment and in whatever zone they count."""
    if bool(one.months) is bool(other.months):
        return (one.months, one.hours) <= (other.months, other.hours)
    return _longest(one) <= _shortest(other)


def _longest(span: Span) -> timedelta:
    return _days(span, _LONG_YEAR, _LONG_MONTH) + _SLACK if span.months else timedelta(hours=span.hours)


def _shortest(span: Span) -> timedelta:
    return _days(span, _SHORT_YEAR, _SHORT_MONTH) - _SLACK if span.months else timedelta(hours=span.hours)


def _days(span: Span, year: int, month: int) -> timedelta:
    return timedelta(days=span.months // 12 * year + span.months % 12 * month)
