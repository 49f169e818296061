"""Apply the items of a plan: look, save, write once, read back, record.

An item's failure stops that item.  A server that refuses the secret, or that
can't be read, stops the run; what it leaves is recorded when the run ends.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bbbkeep.api.reading import Reader
from bbbkeep.api.record_ids import is_whole
from bbbkeep.errors import (
    ArchiveError,
    BbbAuthError,
    BbbError,
    BbbRejectedError,
    BbbUnavailableError,
    CaptionError,
    KeepError,
    LedgerError,
)
from bbbkeep.ledger import intents, inventory, runs
from bbbkeep.ledger.intents import OVERTAKEN, Intent
from bbbkeep.model import ItemOutcome
from bbbkeep.plans import archive
from bbbkeep.plans.action import Wire
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.applying import Applying, Begin, HoldCheck, Ready, Sent, note_nothing, reason_to_leave
from bbbkeep.plans.batches import batches
from bbbkeep.plans.conclude import End
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.looks import Looks, witnesses
from bbbkeep.plans.read_back import read_back
from bbbkeep.plans.run import RunRef, items_of, may_be_taken_up, plan_of
from bbbkeep.plans.send import ACCEPTED, LOST, send
from bbbkeep.site import Site


def apply_items(
    site: Site, run: RunRef, numbers: Sequence[int], held: HoldCheck, *, begin: Begin = note_nothing
) -> list[ItemOutcome]:
    """Apply the items with these numbers; return the outcomes that are new, in the items' order.

    Items that the server works on afterwards (text tracks) have none yet: they
    are settled later.  Items that have one are left alone, so a chunk may run
    again; what it sent before it broke off is read back first.  *begin* is told
    of items whose intents are being made durable.

    Raises:
        BbbAuthError, BbbUnavailableError: the server failed; the rest was not tried.
        LeaseHeldError: the lease is lost; nothing more was sent.
        PlanRefusedError: the plan's file was changed since the run began.
    """
    items, begun = _left(site, run, items_of(plan_of(site, run), numbers))
    if not items:
        return []
    with site.reader() as reader, site.writer() as writer:
        writer.settle()
        order = list(batches([item for item in items if item.number not in begun], reader.profile))
        ids = [item.record_id for batch in order for item in batch if _is_whole(site, item)]
        wire, looks = Wire(reader, writer, site.spool_dir), _looks(site, reader, ids)
        applying = Applying(site, run, wire, looks, held, _twins(site, ids), begin)
        try:
            _take_up(applying, items, begun)
            for batch in order:
                _apply(applying, batch)
            read_back(applying, applying.open_for_reading())
            applying.note_answers()
        except BaseException as error:
            _admit(applying, error)
            raise
    return sorted(applying.outcomes, key=lambda one: one.number)


def _left(site: Site, run: RunRef, items: Sequence[PlanItem]) -> tuple[list[PlanItem], Mapping[int, Intent]]:
    """Return the items without a final outcome, and those of their intents that were begun earlier."""
    numbers = [item.number for item in items]
    with site.ledger.read() as conn:
        begun = intents.of_run(conn, run.run_id, numbers)
        known = runs.outcomes(conn, run.run_id, numbers)
    overtaken = {number for number, one in begun.items() if one.answer == OVERTAKEN}
    done = {one.number for one in known if not may_be_taken_up(one)} | overtaken
    return [item for item in items if item.number not in done], begun


def _looks(site: Site, reader: Reader, record_ids: Sequence[str]) -> Looks:
    return Looks(reader, site.clock, record_ids, lambda: witnesses(site, set(record_ids)))


def _twins(site: Site, record_ids: Sequence[str]) -> set[str]:
    with site.ledger.read() as conn:
        return inventory.extended(conn, site.key, record_ids)


def _is_whole(site: Site, item: PlanItem) -> bool:
    return is_whole(item.record_id, site.settings.other_ids)


def _take_up(applying: Applying, items: Sequence[PlanItem], begun: Mapping[int, Intent]) -> None:
    """Note what an earlier go may have sent, so that it is read back before anything else is said of it."""
    for item in items:
        intent = begun.get(item.number)
        if intent is None:
            continue
        if ACTIONS[item.action].settles_later and intent.answer not in {None, ACCEPTED, LOST}:
            applying.conclude(item, "failed", f"the server refused it ({intent.answer})")
            continue
        lost = BbbUnavailableError(item.action, "the run was interrupted before its answer")
        problem = None if intent.answer == ACCEPTED else lost
        applying.sent[item.number] = Sent(item, intent.before, problem, intent.sends)


def _apply(applying: Applying, batch: Sequence[PlanItem]) -> None:
    """Bring the items of one request as far as that, or to their outcomes."""
    ready = _ready(applying, _able(applying, batch))
    saved = [one for item in ready for one in _saved(applying, item)]
    if any(one.archived for one in saved):  # it may have taken longer than a look is good for
        names = {one.item.number: one.archived for one in saved}
        ready = _ready(applying, [one.item for one in saved])
        saved = [replace(one, archived=names[one.item.number]) for one in ready]
    if saved:
        send(applying, saved)


def _able(applying: Applying, batch: Sequence[PlanItem]) -> list[PlanItem]:
    """Return the items that something may be asked about; the others have their outcome."""
    lacking = ACTIONS[batch[0].action].lacking(applying.profile)
    part = "not a whole record_id: servers take a part as a prefix"
    ends = [
        End(item, "refused", lacking or part)
        for item in batch
        if lacking or not _is_whole(applying.site, item)
    ]
    applying.conclude_all(ends)
    refused = {end.item.number for end in ends}
    return [item for item in batch if item.number not in refused]


def _ready(applying: Applying, items: Sequence[PlanItem]) -> list[Ready]:
    """Look at each recording; return those that may be written to, the others have their outcome."""
    ready, ends = [], []
    for item in items:
        looked = _looked(applying, item)
        if isinstance(looked, End):
            ends.append(looked)
        else:
            ready.append(looked)
    applying.conclude_all(ends)
    return ready


def _looked(applying: Applying, item: PlanItem) -> Ready | End:
    action = ACTIONS[item.action]
    try:
        found = applying.looks.fresh(item.record_id, action)
    except BbbRejectedError as error:
        return End(item, "failed", str(error))
    if found is None:
        seconds = action.fresh_for.total_seconds()
        return End(item, "failed", f"not sent: the server takes longer than {seconds:.0f} s to show it")
    stop = reason_to_leave(applying, item, action, found)
    return Ready(item, found) if stop is None else End(item, *stop)


def _saved(applying: Applying, ready: Ready) -> list[Ready]:
    """Save what the write would destroy; an item where that fails is not sent."""
    try:
        name = archive.save(applying.site, applying.run, applying.wire.reader, ready.item, ready.found)
    except BbbAuthError:
        raise
    except (ArchiveError, BbbError, CaptionError) as error:
        applying.conclude(ready.item, "failed", f"not sent: it could not be saved first: {error}")
        return []
    return [replace(ready, archived=name)]


def _admit(applying: Applying, error: BaseException) -> None:
    """Record what became of what was sent before something stopped the run."""
    if isinstance(error, LedgerError):
        return  # nothing can be recorded now; `finish` finds the intents
    if isinstance(error, KeepError) and not isinstance(error, BbbError):
        with suppress(BbbError):
            read_back(applying, applying.open_for_reading(), may_send=False)
    because = f"sent, but not read back: {str(error) or type(error).__name__}"
    applying.conclude_all([End(one.item, "unverified", because) for one in applying.open_for_reading()])
    applying.note_answers()
