"""Which uploads of a plan need no sending any more: what the ledger has learned since it was made.

A run that goes on after it broke off may find that another one has done its work.
"""

from collections.abc import Sequence
from datetime import datetime

from bbbkeep.ledger import intents, runs, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.our_tracks import track_of
from bbbkeep.plans.conclude import End
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import RunRef, may_be_taken_up
from bbbkeep.site import Site


def overtaken(site: Site, run: RunRef, items: Sequence[PlanItem], *, planned_at: datetime) -> list[End]:
    """Return the outcomes of those items that another run, or another look, has seen to."""
    numbers = [item.number for item in items]
    with site.ledger.read() as conn:
        begun = intents.of_run(conn, run.run_id, numbers)
        known = runs.outcomes(conn, run.run_id, numbers)
        sent = uploads.of_recordings(conn, site.key, {item.record_id for item in items})
    ended = {one.number for one in known if not may_be_taken_up(one)}
    left = [item for item in items if item.number not in ended]
    ends = [
        _settled(item, sent) if item.number in begun else _sent_since(item, sent, planned_at) for item in left
    ]
    return [end for end in ends if end is not None]


def _settled(item: PlanItem, sent: Sequence[Upload]) -> End | None:
    """This run sent it, and broke off before it saw what became of it."""
    for one in _of_track(item, sent):
        if one.digest == item.params["digest"] and one.status in {"verified", "unverified"}:
            return End(item, "verified" if one.status == "verified" else "unverified", one.because)
    return None


def _sent_since(item: PlanItem, sent: Sequence[Upload], planned_at: datetime) -> End | None:
    later = [one for one in _of_track(item, sent) if one.sent_at is not None and one.sent_at > planned_at]
    for one in later:
        if one.digest == item.params["digest"] and one.status in {"verified", "pending"}:
            return End(item, "unchanged", f"another run sent it meanwhile: {one.status}")
    if any(one.digest != item.params["digest"] for one in later):
        return End(item, "skipped", "another run sent a later file for this track")
    return None


def _of_track(item: PlanItem, sent: Sequence[Upload]) -> list[Upload]:
    return [
        one for one in sent if track_of(one) == (item.record_id, item.params["kind"], item.params["lang"])
    ]
