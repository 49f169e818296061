"""Upload text tracks: never more at a time than the server may have unsettled.

Each is marked as pending before it is sent, and taken back where nothing went out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bbbkeep.ledger import events, intents, runs, tracks, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import ItemOutcome
from bbbkeep.operations.settle import settle
from bbbkeep.plans.actions.upload_text_track import UploadTextTrack
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.applying import HoldCheck
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import RunRef, items_of, plan_of
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Items about to be sent: what was known of each before, and where the chain of events stood."""

    items: Mapping[int, PlanItem]
    before: Mapping[int, Upload | None]
    marked: Mapping[int, Upload]
    seq: int


def upload_chunk(site: Site, run: RunRef, numbers: Sequence[int], held: HoldCheck) -> list[ItemOutcome]:
    """Carry out the items with these numbers; uploads that were accepted may have no outcome yet.

    Waits for earlier uploads to settle wherever the server has as many
    unsettled ones as it may.

    Raises:
        CaptionWorkerError: many were accepted, and none of them appeared.
    """
    items = items_of(plan_of(site, run), numbers)
    rest = [item for item in items if item.action == UploadTextTrack.name]
    # A plan of captions may also remove a track, which is read back at once.
    others = [item.number for item in items if item.action != UploadTextTrack.name]
    outcomes = apply_items(site, run, others, held) if others else []
    while rest:
        room = _room(site, run)
        sending, rest = rest[:room], rest[room:]
        outcomes += _send(site, run, {item.number: item for item in sending}, held)
    return outcomes


def _room(site: Site, run: RunRef) -> int:
    """Return how many more may be sent now, having waited until that is one at least."""
    most = site.settings.captions.unsettled
    if _unsettled(site) >= most:
        settle(site, run, leave=most // 2)
    return max(1, most - _unsettled(site))


def _unsettled(site: Site) -> int:
    with site.ledger.read() as conn:
        return uploads.count_pending(conn, site.key)


def _send(site: Site, run: RunRef, items: Mapping[int, PlanItem], held: HoldCheck) -> list[ItemOutcome]:
    chunk = _mark(site, items)
    outcomes: list[ItemOutcome] | None = None
    try:
        outcomes = apply_items(site, run, list(items), held)
    finally:
        _account(site, run, chunk, outcomes)
    return outcomes


def _mark(site: Site, items: Mapping[int, PlanItem]) -> _Chunk:
    with site.ledger.write() as conn:
        before = {number: _earlier(conn, site, item) for number, item in items.items()}
        marked = {number: _intended(conn, site, item, before[number]) for number, item in items.items()}
        for upload in marked.values():
            uploads.put(conn, upload)
        return _Chunk(items, before, marked, events.head(conn, site.key)[0])


def _earlier(conn: Connection, site: Site, item: PlanItem) -> Upload | None:
    params = item.params
    return uploads.get(conn, site.key, params["digest"], item.record_id, params["kind"], params["lang"])


def _intended(conn: Connection, site: Site, item: PlanItem, earlier: Upload | None) -> Upload:
    """Return what the item is in the ledger while it is on its way; tries count on from earlier nights."""
    params = item.params
    return Upload(
        server=site.key,
        digest=params["digest"],
        record_id=item.record_id,
        kind=params["kind"],
        lang=params["lang"],
        label=params["label"],
        webvtt_digest=params["webvtt_digest"],
        cues=params["cues"],
        status="pending",
        sent_at=site.clock.now(),
        tries=(earlier.tries if earlier else 0) + 1,
        replaces=_may_replace(conn, site, item),
    )


def _may_replace(conn: Connection, site: Site, item: PlanItem) -> bool:
    """Tell whether somebody else's track may be there: old cues are then no sign of a bad upload."""
    if not item.params.get("replace_foreign"):
        return False
    known = tracks.known(conn, site.key, item.record_id)
    return known is None or known.tracks is None or bool(known.tracks)


def _account(site: Site, run: RunRef, chunk: _Chunk, outcomes: Sequence[ItemOutcome] | None) -> None:
    """Leave pending only what went out and was not refused; the ledger knows, also after an error."""
    with site.ledger.write() as conn:
        begun = intents.of_run(conn, run.run_id, chunk.items)
        sent = {number for number, intent in begun.items() if intent.seq > chunk.seq}
        known = runs.outcomes(conn, run.run_id, chunk.items) if outcomes is None else outcomes
        settled = {one.number: one for one in known}
        for number, marked in chunk.marked.items():
            outcome = settled.get(number)
            if outcome is not None or number not in sent:
                uploads.put(conn, _settled(marked, chunk.before[number], outcome))


def _settled(marked: Upload, before: Upload | None, outcome: ItemOutcome | None) -> Upload:
    if outcome is not None and outcome.outcome == "failed":
        return replace(marked, status="failed", because=outcome.because)
    if before is not None and before.status == "pending":
        return before  # the chunk ran again: it is on its way already
    because = outcome.because if outcome is not None else "the run stopped before it"
    if before is not None:
        return replace(before, because=because)
    return replace(marked, status="refused", because=because, sent_at=None, tries=0)
