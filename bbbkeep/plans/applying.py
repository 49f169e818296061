"""One chunk of a run at work: what it may use, what it leaves alone, what became of each item."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.api.profiles import Profile
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError, KeepError
from bbbkeep.ledger import events, intents
from bbbkeep.model import ItemOutcome, Outcome, Recording
from bbbkeep.plans.action import Action, Found, Wire
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.conclude import End, record
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.looks import Looks
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site

_HAS_A_TWIN = "another known record_id begins with this one; the server would take both"

RUNNING = "its meeting is still running"
MAY_ARRIVE = "a write of an interrupted run may still arrive; nothing else is written to it now"
FOR_NOW = frozenset({RUNNING, MAY_ARRIVE})
"""Why an item is skipped that another night may write."""

HoldCheck = Callable[[Recording], str | None]
"""Returns why a recording is on hold, or None."""

Begin = Callable[[Connection, Sequence[PlanItem]], None]
"""Notes in the ledger, in the transaction of their intents, that items are about to be sent."""


def note_nothing(conn: Connection, items: Sequence[PlanItem]) -> None:
    """Do without such notes."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An item that may be sent: what the server shows of its recording, and what was saved of it.

    `before` is the digest of the before-image of an earlier sending: what the
    recording was like before we first touched it.
    """

    item: PlanItem
    found: Found
    archived: str | None = None
    before: str = ""
    sends: int = 1


@dataclass(slots=True)
class Sent:
    """An item whose request has gone out; `problem` is what the answer lacked."""

    item: PlanItem
    before: str
    problem: KeepError | None = None
    sends: int = 1
    alone: bool = True
    """Whether its request named no other recording: only then its refusal is about this one."""

    @property
    def answer_lost(self) -> bool:
        return isinstance(self.problem, BbbUnavailableError)

    @property
    def may_go_again(self) -> bool:
        """Tell whether it may have done nothing for a reason that another sending takes away."""
        refused_with_others = isinstance(self.problem, BbbRejectedError) and not self.alone
        return self.answer_lost or refused_with_others


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request was answered, for each of its items; `earlier` are the answers to spellings tried before."""

    at: datetime
    answers: Mapping[int, str]
    earlier: Sequence[Mapping[str, object]]


@dataclass(slots=True)
class Applying:
    """One chunk of a run at work."""

    site: Site
    run: RunRef
    wire: Wire
    looks: Looks
    held: HoldCheck
    twins: Collection[str]
    """Recordings that may not be named: another known id begins with theirs, and servers take ids as prefixes."""
    begin: Begin = note_nothing
    sent: dict[int, Sent] = field(default_factory=dict)
    """What may have gone out, by the number of the item: noted before the request is."""
    outcomes: list[ItemOutcome] = field(default_factory=list)
    unnoted: list[Answered] = field(default_factory=list)
    """Answers that go into the ledger with the next transaction: without them a write is read back, as if lost."""

    @property
    def profile(self) -> Profile:
        return self.wire.reader.profile

    def open_for_reading(self) -> list[Sent]:
        """Return what may have gone out, has no outcome yet, and shows at once where it worked."""
        known = {outcome.number for outcome in self.outcomes}
        return [
            one
            for number, one in self.sent.items()
            if number not in known and not ACTIONS[one.item.action].settles_later
        ]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that first notes what was answered since the last one."""
        site, run_id = self.site, self.run.run_id
        with site.ledger.write() as conn:
            for one in self.unnoted:
                if one.earlier:
                    events.append_all(conn, site.key, "answer", one.earlier, one.at)
                intents.answered(conn, site.key, run_id, one.answers, one.at)
            yield conn
        self.unnoted.clear()

    def note_answers(self) -> None:
        """Note what was answered, if anything was since the last transaction."""
        if self.unnoted:
            with self.writing():
                pass

    def conclude(self, item: PlanItem, outcome: Outcome, because: str) -> None:
        """Record what became of an item."""
        self.conclude_all([End(item, outcome, because)])

    def conclude_all(self, ends: Sequence[End]) -> None:
        """Record what became of several items, in one transaction, after what was answered."""
        if ends:
            with self.writing() as conn:
                outcomes = record(conn, self.site, self.run, ends)
            self.outcomes += outcomes


def reason_to_leave(
    applying: Applying, item: PlanItem, action: Action, found: Found
) -> tuple[Outcome, str] | None:
    """Return the outcome of an item that is not to be sent, or None."""
    if action.is_done(found, item.params):
        return "unchanged", "the server shows it already"
    if found.recording is None:
        return "skipped", "the server no longer shows this recording"
    wait = _not_now(applying.run, item.record_id)
    if wait is None and action.takes_away(found, item.params):
        wait = applying.held(found.recording)
    if wait is not None:
        return "skipped", wait
    if action.fingerprint(found.recording, item.params) != item.fingerprint:
        return "skipped", "drift: it changed since the plan"
    twin = _HAS_A_TWIN if item.record_id in applying.twins else None
    objection = action.objection(found, item.params) or twin
    return ("refused", objection) if objection else None


def _not_now(run: RunRef, record_id: str) -> str | None:
    if record_id in run.running:
        return RUNNING
    if record_id in run.leave:
        return MAY_ARRIVE
    return None
