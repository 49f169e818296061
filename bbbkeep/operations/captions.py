"""Put captions on recordings: convert, plan, send chunk by chunk, settle."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bbbkeep.model import ItemOutcome
from bbbkeep.operations.caption_files import Prepared
from bbbkeep.operations.caption_plan import plan_uploads
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.refused_uploads import look_at_refused
from bbbkeep.operations.retention import hold_check, policy_of
from bbbkeep.operations.settle import settle
from bbbkeep.operations.spool import empty_spool
from bbbkeep.operations.uploads import upload_chunk
from bbbkeep.plans.begin import begin, check
from bbbkeep.plans.document import FRESH_FOR
from bbbkeep.plans.finish import finish
from bbbkeep.plans.run import RunRef
from bbbkeep.selection import Selection
from bbbkeep.site import Site


def plan_captions(
    site: Site, prepared: Sequence[Prepared], selection: Selection, *, now: datetime
) -> PlanRef:
    """Plan to upload what is not on its recording yet."""
    return refer(plan_uploads(site, prepared, selection, now=now))


def begin_captions(
    site: Site, plan: PlanRef, *, now: datetime, token: str | None = None, command: str = "captions upload"
) -> RunRef:
    """Take the lease and use the plan up."""
    check(site, Path(plan.path), now=now, kind="captions")
    return begin(site, Path(plan.path), command=command, now=now, token=token)


def send_chunk(site: Site, run: RunRef, numbers: Sequence[int], *, now: datetime) -> list[ItemOutcome]:
    """Send the items with these numbers; what is accepted is settled later."""
    return upload_chunk(site, run, numbers, hold_check(site, policy_of(site), now=now))


def finish_captions(site: Site, run: RunRef, *, now: datetime) -> list[ItemOutcome]:
    """Wait for the server to show the tracks, and end the run.

    Raises:
        CaptionWorkerError: many were accepted, and none of them appeared; the run is still to be ended.
    """
    settle(site, run)
    look_at_refused(site, run)
    empty_spool(site, older_than=now - FRESH_FOR)
    return finish(site, run, now=site.clock.now())
