"""Begin a run, or begin it again: the checks before the first write.

A plan is compared with what the ledger knows of it; anything that differs
refuses the whole plan with its own message, before any write.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bbbkeep.errors import PlanRefusedError
from bbbkeep.ledger import events, intents, leases, plans, runs
from bbbkeep.liveness import this_process
from bbbkeep.plans.approving import MAJOR, check_guards, note_applied, waits_for_approval
from bbbkeep.plans.document import Plan, PlanKind, read_plan
from bbbkeep.plans.run import LEASE_FOR, RunRef
from bbbkeep.plans.take_over import end_dead_runs, running_meetings
from bbbkeep.settings_digest import configuration_digest
from bbbkeep.settings_values import Caps
from bbbkeep.site import Site

_USED_UP = (
    "it was applied already; a plan is good for one run: `bbbkeep runs list` shows it, "
    "`bbbkeep runs resume` goes on with one that broke off"
)
_BROKE_OFF = "had been killed; what it may have written was read back first"

CLOCKS_DIFFER = timedelta(minutes=5)
COMMANDS = {
    "metadata": "metadata apply",
    "captions": "captions upload",
    "retention": "retention apply",
    "undo": "runs undo",
    "publish": "publish",
    "unpublish": "unpublish",
}
"""Kind of plan -> the command that applies it."""


def check(
    site: Site, path: Path, *, now: datetime, kind: PlanKind | None = None, resumed: bool = False
) -> Plan:
    """Return the plan at *path* if it may still be applied to this server, as a plan of that *kind*.

    *resumed*: by the run that has used it up.

    Raises:
        PlanRefusedError: changed, consumed, expired, unknown here, another server's, of another kind, or
            made under another configuration.
    """
    plan, digest = read_plan(path)
    if kind not in (None, plan.kind):
        raise PlanRefusedError(
            f"{plan.plan_id}: a {plan.kind} plan; apply it with `bbbkeep {COMMANDS[plan.kind]}`"
        )
    with site.ledger.read() as conn:
        known = plans.get(conn, plan.plan_id)
    if known is None:
        raise PlanRefusedError(f"{path}: this ledger made no plan {plan.plan_id}; plan again here")
    if plan.server_key != site.key or known.server != site.key:
        raise PlanRefusedError(f"{plan.plan_id}: made for {plan.server_key}, not for {site.key}; plan again")
    if known.digest != digest:
        raise PlanRefusedError(f"{plan.plan_id}: the file was changed after it was planned; plan again")
    if known.status == "consumed" and not resumed:
        raise PlanRefusedError(f"{plan.plan_id}: {_USED_UP}")
    if known.status == "expired" or now >= datetime.fromisoformat(plan.expires_at):
        raise PlanRefusedError(f"{plan.plan_id}: it expired at {plan.expires_at}; plan again")
    if datetime.fromisoformat(plan.created_at) > now + CLOCKS_DIFFER:
        raise PlanRefusedError(
            f"{plan.plan_id}: made at {plan.created_at}, which is yet to come; set the clock, then plan again"
        )
    if plan.configuration_digest != configuration_digest(site.settings, site.server):
        raise PlanRefusedError(
            f"{plan.plan_id}: bbbkeep.yaml says something else by now about what is written to {plan.server}; plan again"
        )
    if plan.version.split(".")[0] != MAJOR:
        raise PlanRefusedError(f"{plan.plan_id}: made by version {plan.version}; plan again")
    return plan


def begin(
    site: Site,
    path: Path,
    *,
    command: str,
    now: datetime,
    limits: Mapping[str, Caps] | None = None,
    token: str | None = None,
) -> RunRef:
    """Check the plan and its guards once more, take the lease, and use the plan up.

    Raises:
        PlanRefusedError: see `check`; also where no approval covers it.
        GuardError: a guard trips now.
        LeaseHeldError: another run writes to this server.
        BbbError: the server does not tell which meetings are running, though it could.
    """
    plan = check(site, path, now=now)
    if plan.reports_only:
        raise PlanRefusedError(f"{plan.plan_id}: its policy only reports (mode: report); nothing is written")
    if waits_for_approval(site, plan):
        raise PlanRefusedError(
            f"{plan.plan_id}: no approval covers it; run `bbbkeep retention approve {plan.plan_id}`"
        )
    dead = end_dead_runs(site, now=site.clock.now()) if token is None else []

    def judge() -> None:
        check_guards(site, plan, limits, now=now)

    run_id = f"run-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    begun = Begun(run_id, command, tuple(f"{one} {_BROKE_OFF}" for one in dead))
    return start(site, plan, path, begun, judge, now=now, token=token)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a run is called, and what people should know of how it began."""

    run_id: str
    command: str
    remarks: tuple[str, ...] = ()


def start(
    site: Site,
    plan: Plan,
    path: Path,
    begun: Begun,
    judge: Callable[[], None],
    *,
    now: datetime,
    token: str | None,
) -> RunRef:
    """Take the lease and use the plan up; a run that is known already goes on.

    *judge* raises where a guard trips: before anything is asked, and once more
    under the lease, when no other run can take anything away.

    Raises:
        PlanRefusedError: it was applied by another run meanwhile.
        GuardError, LeaseHeldError, BbbError: see `begin`.
    """
    judge()
    running, found = running_meetings(site) if plan.items else ((), ())
    run_id, remarks = begun.run_id, (*begun.remarks, *found)
    with site.ledger.write() as conn:
        moment = site.clock.now()  # a lease runs on the clock; a night's `now` may be hours old
        process = this_process()
        held = token or leases.take(conn, site.key, run_id, now=moment, ttl=LEASE_FOR, process=process)
        leases.check(conn, site.key, held, now=moment)
        judge()
        resumed = runs.get(conn, run_id) is not None
        if not resumed and not plans.consume(conn, plan.plan_id, now):
            raise PlanRefusedError(f"{plan.plan_id}: {_USED_UP}")
        runs.start(conn, run_id, site.key, begun.command, plan.plan_id, now)
        runs.remark(conn, run_id, remarks)
        note_applied(conn, site, plan)
        events.append(conn, site.key, "run_resumed" if resumed else "run_started", _begun(plan, run_id), now)
        leave = tuple(sorted(intents.overtaken_since(conn, site.key, now)))
    return RunRef(run_id, str(path), held, token is None, running, leave, remarks)


def _begun(plan: Plan, run_id: str) -> dict[str, object]:
    """Name plan and policy for the chain: it says for ever which policy each write of the run goes back to."""
    return {
        "run_id": run_id,
        "plan_id": plan.plan_id,
        "plan": plan.digest,
        "policy": plan.policy_digest,
        "items": len(plan.items),
    }
