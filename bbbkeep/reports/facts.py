"""What the report and the inventory table are told: one night of one server, as plain values.

Others fill these in from the ledger; nothing here reads, counts or decides.
None always means unknown, and every time is aware.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bbbkeep.model import Outcome
from bbbkeep.reports.figures import Tally
from bbbkeep.reports.totals import Totals


@dataclass(frozen=True, slots=True)
class SweepFact:
    """The sweep that the figures stand on; `because` is why it is incomplete."""

    started: datetime | None
    ended: datetime | None
    complete: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done tonight, or not done, and why."""

    record_id: str
    name: str | None
    action: str
    outcome: Outcome
    because: str
    rule: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule will do to a recording, and from when on."""

    record_id: str
    name: str | None
    rule: str
    action: str
    due: datetime
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFact:
    """What one rule does to how many recordings, and what stands against it.

    `within`: by now and by each of the days that the page looks ahead, each
    holding what came before.  Of what it matches now: `held`, `protected`
    and `newest` are kept whatever their age, `waiting` this time only.
    `doubtful` can't be judged; `unknown` says how many of them by what.
    """

    rule: str
    action: str
    within: tuple[Tally, ...]
    held: int = 0
    protected: int = 0
    newest: int = 0
    waiting: int = 0
    doubtful: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardFact:
    """A guard as it was asked tonight, in its own units."""

    name: str
    limit: int | float | str
    actual: int | float | str
    tripped: bool


@dataclass(frozen=True, slots=True)
class Vanished:
    """A recording that complete sweeps no longer see; its name may have been forgotten already."""

    record_id: str
    name: str | None
    last_seen: datetime
    state: str | None
    missed: datetime | None = None
    """When the first complete sweep began that no longer saw it."""
    doubt: str = ""
    """Why it may have been our doing after all."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything on the page; `totals` counted the whole inventory.

    `generated_at` is the night's `now`: ages and due dates count from it.
    `rules` are all of the policy's; `due` names some of what they do, the earliest first.  `anomalies` gives for each kind
    how many recordings it concerns, and a few of them by name.
    """

    server: str
    profile: str
    generated_at: datetime
    sweep: SweepFact
    totals: Totals
    version: str = ""
    mode: str = ""
    waiting: Sequence[str] = ()
    deeds: Sequence[Deed] = ()
    rules: Sequence[RuleFact] = ()
    due: Sequence[Due] = ()
    guards: Sequence[GuardFact] = ()
    anomalies: Mapping[str, tuple[int, Sequence[str]]] = field(default_factory=dict)
    holds: int | None = None
    vanished: Sequence[Vanished] = ()
