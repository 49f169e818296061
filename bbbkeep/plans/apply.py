"""Apply the items of a plan: look, write once, read back, record.

An item's failure stops that item.  A server that refuses the secret, or that
can't be read, stops the run; what it leaves is recorded when the run ends.
"""

from collections.abc import Sequence
from contextlib import suppress

from bbbkeep.api.record_ids import is_whole
from bbbkeep.errors import BbbError, BbbRejectedError, BbbUnavailableError, KeepError, LedgerError
from bbbkeep.ledger import runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.action import Wire
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.applying import Applying, HoldCheck, Sent, reason_to_leave
from bbbkeep.plans.begin import RunRef, plan_of
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.journal import intents
from bbbkeep.plans.looks import Looks
from bbbkeep.plans.read_back import read_back
from bbbkeep.plans.send import send
from bbbkeep.site import Site


def apply_items(site: Site, run: RunRef, numbers: Sequence[int], held: HoldCheck) -> list[ItemOutcome]:
    """Apply the items with these numbers, in order; return the outcomes that are new.

    Items that the server works on afterwards (text tracks) have none yet: they
    are settled later.  Items that have one are left alone, so a chunk may run
    again; what it sent before it broke off is read back first.

    Raises:
        BbbAuthError, BbbUnavailableError: the server failed; the rest was not tried.
        LeaseHeldError: the lease is lost; nothing more was sent.
        PlanRefusedError: the plan's file was changed since the run began.
    """
    wanted = set(numbers)
    items = [item for item in plan_of(site, run).items if item.number in wanted]
    ids = [item.record_id for item in items if is_whole(item.record_id, site.settings.other_ids)]
    sends = _sends_before(site, run)
    with site.reader() as reader, site.writer() as writer:
        writer.settle()
        wire = Wire(reader, writer, site.spool_dir)
        applying = Applying(site, run, wire, Looks(reader, site.clock, ids), held)
        try:
            for item in items:
                _take(applying, item, sends.get(item.number))
            read_back(applying, applying.open_for_reading())
        except BaseException as error:
            _admit(applying, error)
            raise
    return applying.outcomes


def _sends_before(site: Site, run: RunRef) -> dict[int, int]:
    """Return how often each item was sent before, if its chunk was begun; 0 where its outcome is known."""
    with site.ledger.read() as conn:
        begun = intents(conn, site.key, run.run_id, run.after)
        known = runs.outcomes(conn, run.run_id)
    sends = {number: int(intent["sends"]) for number, intent in begun.items()}
    return sends | {outcome.number: 0 for outcome in known}


def _take(applying: Applying, item: PlanItem, sends: int | None) -> None:
    """Apply an item, unless an earlier go at its chunk came to it."""
    if sends is None:
        _apply(applying, item)
    elif sends > 0:
        lost = BbbUnavailableError(item.action, "the run was interrupted before its answer")
        applying.sent[item.number] = Sent(item, lost, sends)


def _apply(applying: Applying, item: PlanItem) -> None:
    """Bring one item as far as its request, or to its outcome."""
    if not is_whole(item.record_id, applying.site.settings.other_ids):
        applying.conclude(item, "refused", "not a whole record_id: servers take a part as a prefix")
        return
    action = ACTIONS[item.action]
    try:
        found = applying.looks.fresh(item.record_id, action)
    except BbbRejectedError as error:
        applying.conclude(item, "failed", str(error))
        return
    if found is None:
        seconds = action.fresh_for.total_seconds()
        applying.conclude(
            item, "failed", f"not sent: the server takes longer than {seconds:.0f} s to show it"
        )
        return
    stop = reason_to_leave(applying, item, action, found)
    if stop is not None:
        applying.conclude(item, *stop)
        return
    send(applying, item, action, found)


def _admit(applying: Applying, error: BaseException) -> None:
    """Record what became of what was sent before something stopped the run."""
    if isinstance(error, LedgerError):
        return  # nothing can be recorded now; `finish` finds the intents
    if isinstance(error, KeepError) and not isinstance(error, BbbError):
        with suppress(BbbError):
            read_back(applying, applying.open_for_reading(), may_send=False)
    for one in applying.open_for_reading():
        because = str(error) or type(error).__name__
        applying.conclude(one.item, "unverified", f"sent, but not read back: {because}")
