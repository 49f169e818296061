"""Go on with a run that broke off: nothing that is done is repeated, nothing that was planned is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bbbkeep.errors import PlanRefusedError, UsageError
from bbbkeep.ledger import plans, runs
from bbbkeep.ledger.runs import Run
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.approving import check_guards
from bbbkeep.plans.begin import Begun, check, start
from bbbkeep.plans.document import Plan, PlanItem
from bbbkeep.plans.run import RunRef, may_be_taken_up
from bbbkeep.plans.take_over import end_dead_runs
from bbbkeep.settings_values import Caps
from bbbkeep.site import Site


def resumable(site: Site) -> list[Run]:
    """Return the runs of a server that left items open, oldest first: killed, stopped, or at work right now."""
    with site.ledger.read() as conn:
        return [run for run in runs.broken_off(conn, site.key) if run.plan_id is not None]


def plan_path(site: Site, run_id: str) -> Path:
    """Return the file of the plan that a run applies.

    Raises:
        UsageError: there is no such run on this server, or it has no plan.
    """
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        known = plans.get(conn, run.plan_id) if run and run.plan_id else None
    if run is None or run.server != site.key:
        raise UsageError(
            f"there is no run {run_id!r} on {site.server.name}; `bbbkeep runs list` shows the newest"
        )
    if known is None:
        raise UsageError(f"{run_id} is a {run.command} run without a plan of its own: nothing to go on with")
    return Path(known.path)


def resume(
    site: Site,
    run_id: str,
    *,
    now: datetime,
    limits: Mapping[str, Caps] | None = None,
    token: str | None = None,
) -> tuple[RunRef, Plan]:
    """Begin *run_id* again where it broke off; what it may have sent has been read back by then.

    Raises:
        UsageError: there is no such run, or it left nothing open.
        PlanRefusedError: its plan expired, or was changed: what is left must be planned anew.
        GuardError: a guard trips now.
        LeaseHeldError: it is still at work, or another run is.
    """
    path = plan_path(site, run_id)
    dead = end_dead_runs(site, now=site.clock.now()) if token is None else []
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        outcomes = runs.outcomes(conn, run_id)
    plan = _checked(site, path, now)
    left = _open_items(plan, outcomes)
    if run is None or not (run_id in dead or left):
        raise UsageError(f"{run_id} left nothing open; `bbbkeep runs show {run_id}` shows what it did")
    # What is done counts as taken today already, and must not count as planned as well.
    rest = replace(plan, items=left)

    def judge() -> None:
        check_guards(site, rest, limits, now=now)

    return start(site, plan, path, Begun(run_id, run.command), judge, now=now, token=token), plan


def _checked(site: Site, path: Path, now: datetime) -> Plan:
    try:
        return check(site, path, now=now, resumed=True)
    except PlanRefusedError as error:
        raise PlanRefusedError(
            f"what the run had begun was read back; what is left waits: {error}"
        ) from error


def _open_items(plan: Plan, outcomes: Sequence[ItemOutcome]) -> tuple[PlanItem, ...]:
    ended = {one.number for one in outcomes if not may_be_taken_up(one)}
    return tuple(item for item in plan.items if item.number not in ended)
