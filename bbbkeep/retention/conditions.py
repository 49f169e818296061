"""What a policy can ask of a recording: the leaves of a rule, and all, any, not.

Pure.  Each condition answers with a Truth, says itself and the fact it found,
and names the moments at which its answer turns.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from bbbkeep.retention.facts import Anchor, Facts, Values, collapsed, plainly
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.spans import Span
from bbbkeep.retention.truth import Truth, known

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask

VERBS: dict[Anchor, str] = {"start": "started", "end": "ended", "first_seen": "was first seen"}
"""How a sentence says an anchor."""

Attribute = Literal["name", "meeting_id"]


class Condition(ABC):
    """One question; `word` is its name in a policy, `names` what it needs to know."""

    __slots__ = ()
    word: ClassVar[str]
    ages: ClassVar[bool] = False
    """Whether the answer depends on a date or on the moment that is judged."""

    @abstractmethod
    def truth(self, facts: Facts) -> Truth:
        """Answer for *facts* as of `facts.at`."""

    def mask(self, columns: "Columns") -> "Mask":
        """Answer for many recordings at once, with what `truth` answers for each of them.

        This one asks `truth` of each, which is right and slow.  To be fast,
        give `truth` and `mask` one answer to share:

            def answer(self, participants: int | None) -> Truth: ...
            def truth(self, facts): return self.answer(facts.recording.participants)
            def mask(self, columns): return columns.attribute("participants").mask(self.answer)

        `answer` is then asked once of each different value.
        """
        return columns.one_by_one(self.truth)

    @abstractmethod
    def sentence(self) -> str:
        """Say the condition: `ended over 180d ago`."""

    def fact(self, facts: Facts) -> str:  # noqa: ARG002  # all, any and not have no fact of their own
        """Say what was found: `ended 2024-03-01, 402 days ago`."""
        return self.sentence()

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    @property
    def parts(self) -> tuple["Condition", ...]:
        return ()

    def turns(self, facts: Facts) -> frozenset[datetime]:
        """Return the moments just after which the answer may differ."""
        return frozenset().union(*(part.turns(facts) for part in self.parts))

    def bounds_age(self, *, met: bool) -> bool:  # noqa: ARG002  # only ages and what holds them look at it
        """Tell whether the answer YES (or NO, with met=False) proves some age."""
        return False


@dataclass(frozen=True, slots=True)
class StateIs(Condition):
    word: ClassVar[str] = "state"
    states: tuple[str, ...]

    def answer(self, state: str | None) -> Truth:
        return Truth.UNKNOWN if state is None else known(state in self.states)

    def truth(self, facts: Facts) -> Truth:
        return self.answer(facts.recording.state)

    def mask(self, columns: "Columns") -> "Mask":
        return columns.attribute("state").mask(self.answer)

    def sentence(self) -> str:
        return "state is " + " or ".join(self.states)

    def fact(self, facts: Facts) -> str:
        state = facts.recording.state
        return "state is unknown" if state is None else f"state is {plainly(state)}"

    @property
    def names(self) -> tuple[str, ...]:
        return ("state",)


@dataclass(frozen=True, slots=True)
class Age(Condition):
    """Older than a span: one that is exactly that old is not."""

    word: ClassVar[str] = "age"
    ages: ClassVar[bool] = True
    anchor: Anchor
    over: Span

    def due(self, facts: Facts) -> datetime | None:
        date = facts.date(self.anchor)
        return None if date is None else self.over.after(date, facts.zone)

    def truth(self, facts: Facts) -> Truth:
        due = self.due(facts)
        return Truth.UNKNOWN if due is None else known(facts.at > due)

    def mask(self, columns: "Columns") -> "Mask":
        return columns.ages(self.anchor, *self.over.bounds, self.truth)

    def sentence(self) -> str:
        return f"{VERBS[self.anchor]} over {self.over.text} ago"

    def fact(self, facts: Facts) -> str:
        return dated(self.anchor, facts, self.truth(facts), f"over {self.over.text}")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.anchor,)

    def turns(self, facts: Facts) -> frozenset[datetime]:
        due = self.due(facts)
        return frozenset() if due is None else frozenset({due})

    def bounds_age(self, *, met: bool) -> bool:
        return met


@dataclass(frozen=True, slots=True)
class Before(Condition):
    """Dated before the day that began at `moment` in the policy's time zone."""

    word: ClassVar[str] = "before"
    ages: ClassVar[bool] = True
    anchor: Anchor
    moment: datetime
    day: str

    def truth(self, facts: Facts) -> Truth:
        date = facts.date(self.anchor)
        return Truth.UNKNOWN if date is None else known(date < self.moment)

    def mask(self, columns: "Columns") -> "Mask":
        return columns.before(self.anchor, self.moment)

    def sentence(self) -> str:
        return f"{VERBS[self.anchor]} before {self.day}"

    def fact(self, facts: Facts) -> str:
        return dated(self.anchor, facts, self.truth(facts), f"before {self.day}")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.anchor,)

    def bounds_age(self, *, met: bool) -> bool:
        return met


@dataclass(frozen=True, slots=True)
class MetadataIs(Condition):
    """A metadata key's value; an absent key meets no comparison, and that is known."""

    word: ClassVar[str] = "metadata"
    key: str
    wanted: Wanted

    def answer(self, values: Values) -> Truth:
        if values is None:
            return Truth.UNKNOWN
        answers = {self.wanted.met(value) for value in values}
        # Two spellings of one key that disagree: nobody knows which one is meant.
        return Truth.UNKNOWN if len(answers) > 1 else known(True in answers)

    def truth(self, facts: Facts) -> Truth:
        return self.answer(facts.values(self.key))

    def mask(self, columns: "Columns") -> "Mask":
        return columns.metadata(self.key).mask(self.answer)

    def sentence(self) -> str:
        return f"{self.key} {self.wanted.sentence()}"

    def fact(self, facts: Facts) -> str:
        return _metadata_fact(self.key, facts)

    @property
    def names(self) -> tuple[str, ...]:
        return ("metadata",)


@dataclass(frozen=True, slots=True)
class MetadataPresent(Condition):
    word: ClassVar[str] = "metadata-present"
    key: str
    present: bool

    def answer(self, values: Values) -> Truth:
        return Truth.UNKNOWN if values is None else known(bool(values) is self.present)

    def truth(self, facts: Facts) -> Truth:
        return self.answer(facts.values(self.key))

    def mask(self, columns: "Columns") -> "Mask":
        return columns.metadata(self.key).mask(self.answer)

    def sentence(self) -> str:
        return f"{self.key} is {'present' if self.present else 'absent'}"

    def fact(self, facts: Facts) -> str:
        return _metadata_fact(self.key, facts)

    @property
    def names(self) -> tuple[str, ...]:
        return ("metadata",)


@dataclass(frozen=True, slots=True)
class TextIs(Condition):
    """The recording's name or its meeting_id."""

    word: ClassVar[str] = "text"
    attribute: Attribute
    wanted: Wanted

    def truth(self, facts: Facts) -> Truth:
        text = text_of(self.attribute, facts)
        return Truth.UNKNOWN if text is None else known(self.wanted.met(collapsed(text)))

    def mask(self, columns: "Columns") -> "Mask":
        return columns.text(self.attribute).tested(self.wanted.test)

    def sentence(self) -> str:
        return f"{self.attribute} {self.wanted.sentence()}"

    def fact(self, facts: Facts) -> str:
        return text_fact(self.attribute, facts)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.attribute,)


def text_of(attribute: Attribute, facts: Facts) -> str | None:
    """Return a recording's name or meeting_id; None where the server does not tell."""
    return facts.recording.name if attribute == "name" else facts.recording.meeting_id


def text_fact(attribute: Attribute, facts: Facts) -> str:
    """Say a recording's name or meeting_id."""
    text = text_of(attribute, facts)
    return f"{attribute} is {'unknown' if text is None else plainly(text)}"


def dated(anchor: Anchor, facts: Facts, truth: Truth, limit: str) -> str:
    """Say a date and on which side of a limit it lies."""
    date = facts.date(anchor)
    if date is None:
        return f"{anchor} is unknown"
    days = (facts.at - date).days
    ago = f"{days} {'day' if days == 1 else 'days'} ago"
    comparison = limit if truth is Truth.YES else f"not {limit}"
    return f"{VERBS[anchor]} {date.astimezone(facts.zone):%Y-%m-%d}, {ago}, {comparison}"


def _metadata_fact(key: str, facts: Facts) -> str:
    if facts.metadata is None:
        return "metadata is unknown"
    values = facts.metadata.get(key)
    if values is None:
        return f"{key} is absent"
    return f"{key} is " + " and also ".join(sorted(map(plainly, values)))
