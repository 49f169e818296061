"""Upload text tracks: never more at a time than the server may have unsettled.

Each is marked as pending in the very transaction that makes its intent
durable, so that what a killed run never sent is waited for by nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bbbkeep.ledger import intents, runs, tracks, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import ItemOutcome
from bbbkeep.operations.overtaken import overtaken
from bbbkeep.operations.settle import settle
from bbbkeep.plans.actions.upload_text_track import UploadTextTrack
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.applying import HoldCheck
from bbbkeep.plans.conclude import conclude_all
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import RunRef, items_of, plan_of
from bbbkeep.plans.send import LOST
from bbbkeep.site import Site

UNHEARD = "sent, but its answer was lost, and it is not listed; the next night looks again"


def upload_chunk(site: Site, run: RunRef, numbers: Sequence[int], held: HoldCheck) -> list[ItemOutcome]:
    """Carry out the items with these numbers; uploads that were accepted may have no outcome yet.

    Waits for earlier uploads to settle wherever the server has as many
    unsettled ones as it may.  What another run sent since the plan was made
    is not sent again.

    Raises:
        CaptionWorkerError: many were accepted, and none of them appeared.
    """
    plan = plan_of(site, run)
    items = items_of(plan, numbers)
    ours = [item for item in items if item.action == UploadTextTrack.name]
    # A plan of captions may also remove a track, which is read back at once.
    others = [item.number for item in items if item.action != UploadTextTrack.name]
    outcomes = apply_items(site, run, others, held) if others else []
    ends = overtaken(site, run, ours, planned_at=datetime.fromisoformat(plan.created_at))
    outcomes += conclude_all(site, run, ends)
    ended = {end.item.number for end in ends}
    rest = [item for item in ours if item.number not in ended]
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
    outcomes: list[ItemOutcome] | None = None
    try:
        outcomes = apply_items(site, run, list(items), held, begin=partial(_mark, site))
    finally:
        _account(site, run, items, outcomes)
    return outcomes


def _mark(site: Site, conn: Connection, items: Sequence[PlanItem]) -> None:
    """Note that these are about to be sent; tries count on from earlier nights."""
    for item in items:
        earlier = _earlier(conn, site, item)
        tries = (earlier.tries if earlier else 0) + 1
        replaces = _may_replace(conn, site, item)
        marked = replace(_upload(site, item), sent_at=site.clock.now(), tries=tries, replaces=replaces)
        uploads.put(conn, marked)


def _earlier(conn: Connection, site: Site, item: PlanItem) -> Upload | None:
    params = item.params
    return uploads.get(conn, site.key, params["digest"], item.record_id, params["kind"], params["lang"])


def _upload(site: Site, item: PlanItem) -> Upload:
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
    )


def _may_replace(conn: Connection, site: Site, item: PlanItem) -> bool:
    """Tell whether somebody else's track may be there: old cues are then no sign of a bad upload."""
    if not item.params.get("replace_foreign"):
        return False
    known = tracks.known(conn, site.key, item.record_id)
    return known is None or known.tracks is None or bool(known.tracks)


def _account(
    site: Site, run: RunRef, items: Mapping[int, PlanItem], outcomes: Sequence[ItemOutcome] | None
) -> None:
    """Leave pending only what went out and was not refused; the ledger knows, also after an error."""
    with site.ledger.write() as conn:
        for outcome in runs.outcomes(conn, run.run_id, items) if outcomes is None else outcomes:
            item = items[outcome.number]
            uploads.put(conn, _ended(_earlier(conn, site, item) or _upload(site, item), outcome))
        for number, intent in intents.of_run(conn, run.run_id, items).items():
            upload = _earlier(conn, site, items[number])
            if intent.answer == LOST and upload is not None and upload.status == "pending":
                uploads.put(conn, replace(upload, because=upload.because or UNHEARD))


def _ended(known: Upload, outcome: ItemOutcome) -> Upload:
    """Return an upload that has its outcome although nothing was waited for."""
    if outcome.outcome == "failed":
        return replace(known, status="failed", because=outcome.because)
    if known.sent_at is None:
        return replace(known, status="refused", because=outcome.because)
    return known if known.status == "pending" else replace(known, because=outcome.because)
