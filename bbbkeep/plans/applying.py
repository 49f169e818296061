"""One chunk of a run at work: what it may use, what it leaves alone, what became of each item."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bbbkeep.errors import BbbUnavailableError, KeepError
from bbbkeep.ledger import inventory
from bbbkeep.model import ItemOutcome, Outcome, Recording
from bbbkeep.plans.action import Action, Found, Wire
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.begin import RunRef
from bbbkeep.plans.conclude import conclude
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.looks import Looks
from bbbkeep.site import Site

HoldCheck = Callable[[Recording], str | None]
"""Returns why a recording is on hold, or None."""


@dataclass(slots=True)
class Sent:
    """An item whose request has gone out; `problem` is what the answer lacked."""

    item: PlanItem
    problem: KeepError | None = None
    sends: int = 1

    @property
    def answer_lost(self) -> bool:
        return isinstance(self.problem, BbbUnavailableError)


@dataclass(slots=True)
class Applying:
    """One chunk of a run at work."""

    site: Site
    run: RunRef
    wire: Wire
    looks: Looks
    held: HoldCheck
    sent: dict[int, Sent] = field(default_factory=dict)
    """What may have gone out, by the number of the item: noted before the request is."""
    outcomes: list[ItemOutcome] = field(default_factory=list)

    def open_for_reading(self) -> list[Sent]:
        """Return what may have gone out, has no outcome yet, and shows at once where it worked."""
        known = {outcome.number for outcome in self.outcomes}
        return [
            one
            for number, one in self.sent.items()
            if number not in known and not ACTIONS[one.item.action].settles_later
        ]

    def conclude(self, item: PlanItem, outcome: Outcome, because: str) -> None:
        """Record what became of an item."""
        self.outcomes.append(conclude(self.site, self.run, item, outcome, because))


def reason_to_leave(
    applying: Applying, item: PlanItem, action: Action, found: Found
) -> tuple[Outcome, str] | None:
    """Return the outcome of an item that is not to be sent, or None."""
    if action.is_done(found, item.params):
        return "unchanged", "the server shows it already"
    if found.recording is None:
        return "skipped", "the server no longer shows this recording"
    hold = applying.held(found.recording) if action.takes_away(found, item.params) else None
    if hold is not None:
        return "skipped", hold
    if action.fingerprint(found.recording, item.params) != item.fingerprint:
        return "skipped", "drift: it changed since the plan"
    objection = action.objection(found, item.params) or _twin(applying.site, item.record_id)
    return ("refused", objection) if objection else None


def _twin(site: Site, record_id: str) -> str | None:
    """Refuse an id that another known id begins with: servers take ids as prefixes."""
    with site.ledger.read() as conn:
        longer = inventory.extensions(conn, site.key, record_id)
    return "another known record_id begins with this one; the server would take both" if longer else None
