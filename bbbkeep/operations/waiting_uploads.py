"""The uploads that somebody still looks for, and what a look at one changes in the ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from bbbkeep.ledger import uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.looking import Seen
from bbbkeep.operations.our_tracks import OursByTrack, others, our_tracks, retire
from bbbkeep.plans.document import PlanItem, read_plan
from bbbkeep.site import Site

LOOKED_AT_FOR = timedelta(days=14)
"""How long a track that did not appear is looked for."""

Key = tuple[str, str, str, str]


def uploads_in(site: Site, *statuses: uploads.Status) -> tuple[list[Upload], OursByTrack]:
    """Return the uploads with these statuses, those sent first first, and which on their recordings are ours."""
    now = site.clock.now()
    with site.ledger.read() as conn:
        found = uploads.with_status(conn, site.key, statuses)
        ours = our_tracks(uploads.of_recordings(conn, site.key, {one.record_id for one in found}))
    return sorted(found, key=lambda upload: sent_at(upload, now)), ours


def key_of(upload: Upload) -> Key:
    return upload.digest, upload.record_id, upload.kind, upload.lang


def sent_at(upload: Upload, now: datetime) -> datetime:
    return upload.sent_at or now


def store(site: Site, upload: Upload, seen: Seen, ours: OursByTrack) -> None:
    """Keep what a look showed; a track that is there takes the place of others of ours."""
    now = site.clock.now()
    status = seen.status or upload.status
    with site.ledger.write() as conn:
        uploads.put(conn, replace(upload, status=status, because=seen.because, checked_at=now))
        if status == "verified":
            retire(conn, others(ours, upload), now)


@lru_cache(maxsize=4)
def items_by_key(plan_path: str) -> Mapping[Key, PlanItem]:
    """Return a plan's items by what they upload; a plan's file never changes."""
    plan, _ = read_plan(Path(plan_path))
    return {
        (item.params["digest"], item.record_id, item.params["kind"], item.params["lang"]): item
        for item in plan.items
        if "digest" in item.params
    }
