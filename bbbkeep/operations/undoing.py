"""Undo a run: make the reverse plan, and carry it out like any other."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bbbkeep.errors import UsageError
from bbbkeep.ledger import runs
from bbbkeep.model import ItemOutcome
from bbbkeep.operations import undone_holds
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.retention import hold_check, hold_key, policy_of
from bbbkeep.operations.settle import settle
from bbbkeep.operations.uploads import upload_chunk
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.actions.upload_text_track import spooled
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.begin import begin, check
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.finish import finish, leave_for_good
from bbbkeep.plans.make import Draft, make_plan, write_private
from bbbkeep.plans.run import RunRef, items_of, plan_of
from bbbkeep.plans.take_over import end_dead_runs
from bbbkeep.plans.undo import undoing
from bbbkeep.site import Site


def plan_undo(site: Site, run_id: str, *, now: datetime) -> PlanRef:
    """Plan the reverse of a run; what can't be undone is left out, with the reason.

    A run that was killed is ended first: what it may have sent is read back.

    Raises:
        UsageError: there is no such run on this server.
        PlanRefusedError: the run's own plan is gone or was changed.
        LeaseHeldError: the run is still at work, or another one is.
    """
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
    if run is None or run.server != site.key:
        raise UsageError(
            f"there is no run {run_id!r} on {site.server.name}; `bbbkeep runs list` shows the newest"
        )
    if run.finished_at is None:
        end_dead_runs(site, now=now)
    turned = undoing(site, run_id)
    for digest, text in turned.texts.items():
        write_private(spooled(site.spool_dir, digest), text.encode())
    items = undone_holds.told(turned.items, hold_key(site))
    refused = (*turned.refused, *undone_holds.staying(site, run_id, items))
    draft = Draft("undo", items, refused=refused, source={"run": run_id})
    return refer(make_plan(site, draft, now=now))


def begin_undo(site: Site, plan: PlanRef, *, now: datetime, token: str | None = None) -> RunRef:
    """Take the lease, use the plan up, and lift the holds that it takes away."""
    checked = check(site, Path(plan.path), now=now, kind="undo")
    run = begin(site, Path(plan.path), command="runs undo", now=now, token=token)
    undone_holds.take_up(site, checked, now=now)
    leave_for_good(site, checked.source["run"])
    return run


def undo_chunk(site: Site, run: RunRef, numbers: Sequence[int]) -> list[ItemOutcome]:
    """Write the items with these numbers; a hold stops those that take something away."""
    held = hold_check(site, policy_of(site), now=site.clock.now())
    tracks, others = _apart(items_of(plan_of(site, run), numbers))
    return [*apply_items(site, run, others, held), *(upload_chunk(site, run, tracks, held) if tracks else ())]


def finish_undo(site: Site, run: RunRef) -> list[ItemOutcome]:
    """Wait for text tracks to show, if there are any, and end the run."""
    if _apart(plan_of(site, run).items)[0]:
        settle(site, run)
    return finish(site, run, now=site.clock.now())


def _apart(items: Sequence[PlanItem]) -> tuple[list[int], list[int]]:
    """Return the numbers of the items that settle later, and of the others."""
    later = [item.number for item in items if ACTIONS[item.action].settles_later]
    return later, [item.number for item in items if item.number not in later]
