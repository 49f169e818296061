"""Begin and end a run: the checks before the first write, and the last word.

A plan is compared with what the ledger knows of it; anything that differs
refuses the whole plan with its own message, before any write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from bbbkeep import __version__
from bbbkeep.errors import GuardError, PlanRefusedError
from bbbkeep.exits import worst
from bbbkeep.ledger import events, leases, plans, runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.document import Plan, PlanItem, PlanKind, read_plan
from bbbkeep.plans.guards import Limits, are_guarded, evaluate
from bbbkeep.plans.journal import intents
from bbbkeep.plans.make import population_of
from bbbkeep.site import Site

LEASE_FOR = timedelta(minutes=15)
CLOCKS_DIFFER = timedelta(minutes=5)
COMMANDS = {"metadata": "metadata apply", "captions": "captions upload", "retention": "retention apply"}
"""Kind of plan -> the command that applies it."""

BROKEN_OFF = 3
"""Exit code of a run that was killed: whatever it did, it was not all."""

MAJOR = __version__.split(".")[0]


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run that has begun, by name: what a task carries from chunk to chunk."""

    run_id: str
    plan_path: str
    token: str
    owns_lease: bool
    after: int = 0
    """The number of the event that the run began with."""


def check(site: Site, path: Path, *, now: datetime, kind: PlanKind | None = None) -> Plan:
    """Return the plan at *path* if it may still be applied to this server, as a plan of that *kind*.

    Raises:
        PlanRefusedError: changed, consumed, expired, unknown here, another server's, or of another kind.
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
        raise PlanRefusedError(f"{plan.plan_id}: made for {plan.server}, not for {site.server.name}")
    if known.digest != digest:
        raise PlanRefusedError(f"{plan.plan_id}: the file was changed after it was planned; plan again")
    if known.status == "consumed":
        raise PlanRefusedError(f"{plan.plan_id}: it was applied already; a plan is good for one run")
    if known.status == "expired" or now >= datetime.fromisoformat(plan.expires_at):
        raise PlanRefusedError(f"{plan.plan_id}: it expired at {plan.expires_at}; plan again")
    if datetime.fromisoformat(plan.created_at) > now + CLOCKS_DIFFER:
        raise PlanRefusedError(
            f"{plan.plan_id}: made at {plan.created_at}, which is yet to come; set the clock, then plan again"
        )
    if plan.version.split(".")[0] != MAJOR:
        raise PlanRefusedError(f"{plan.plan_id}: made by version {plan.version}; plan again")
    return plan


def waits_for_approval(site: Site, plan: Plan) -> bool:
    """Tell whether a plan that comes from a policy is not covered by an approval yet."""
    if plan.policy_digest is None:
        return False
    with site.ledger.read() as conn:
        return plans.approval(conn, site.key, plan.policy_digest, MAJOR) is None


def approve(site: Site, plan: Plan, *, reason: str, now: datetime) -> None:
    """Let this plan and later ones of the same server, policy and major version run."""
    counts = {"items": len(plan.items), "kept": plan.kept}
    with site.ledger.write() as conn:
        plans.approve(
            conn,
            plan.plan_id,
            server=site.key,
            policy_digest=str(plan.policy_digest),
            major=MAJOR,
            reason=reason,
            counts=counts,
            now=now,
        )
        events.append(
            conn, site.key, "approved", {"plan_id": plan.plan_id, "policy": plan.policy_digest}, now
        )


def begin(
    site: Site,
    path: Path,
    *,
    command: str,
    now: datetime,
    limits: dict[str, Limits] | None = None,
    token: str | None = None,
) -> RunRef:
    """Check the plan and its guards once more, take the lease, and use the plan up.

    Raises:
        PlanRefusedError: see `check`; also where no approval covers it.
        GuardError: a guard trips now.
        LeaseHeldError: another run writes to this server.
    """
    plan = check(site, path, now=now)
    if plan.reports_only:
        raise PlanRefusedError(f"{plan.plan_id}: its policy only reports (mode: report); nothing is written")
    if waits_for_approval(site, plan):
        raise PlanRefusedError(
            f"{plan.plan_id}: no approval covers it; run `bbbkeep retention approve {plan.plan_id}`"
        )
    if token is None:
        end_dead_runs(site, now=site.clock.now())
    _check_guards(site, plan, limits, now)
    run_id = f"run-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with site.ledger.write() as conn:
        moment = site.clock.now()  # a lease runs on the clock; a night's `now` may be hours old
        held = token or leases.take(conn, site.key, run_id, now=moment, ttl=LEASE_FOR)
        leases.check(conn, site.key, held, now=moment)
        if not plans.consume(conn, plan.plan_id, now):
            raise PlanRefusedError(f"{plan.plan_id}: it was applied already; a plan is good for one run")
        runs.start(conn, run_id, site.key, command, plan.plan_id, now)
        body = {"run_id": run_id, "plan_id": plan.plan_id, "plan": plan.digest, "items": len(plan.items)}
        started = events.append(conn, site.key, "run_started", body, now)
    return RunRef(run_id, str(path), held, owns_lease=token is None, after=started.seq)


def end_dead_runs(site: Site, *, now: datetime) -> None:
    """End the runs of a server that were killed: nobody holds its lease, so they are not at work.

    What such a run may have sent is unverified from now on: guards count it,
    and this night leaves those recordings alone.

    Raises:
        LeaseHeldError: another run writes to this server.
    """
    with site.ledger.write() as conn:
        token = leases.take(conn, site.key, "who ends what broke off", now=now, ttl=LEASE_FOR)
        for dead in runs.unfinished(conn, site.key):
            _conclude_the_sent(conn, site, RunRef(dead, "", "", owns_lease=False), now)
            runs.finish(conn, dead, BROKEN_OFF, now)
            events.append(conn, site.key, "run_finished", {"run_id": dead, "exit": BROKEN_OFF}, now)
        leases.release(conn, site.key, token)


def plan_of(site: Site, run: RunRef) -> Plan:
    """Return the plan of a run, as it was when the run began.

    Raises:
        PlanRefusedError: its file is gone, or was changed since.
    """
    plan, digest = read_plan(Path(run.plan_path))
    with site.ledger.read() as conn:
        known = plans.get(conn, plan.plan_id)
        begun = runs.get(conn, run.run_id)
    if known is None or begun is None or begun.plan_id != plan.plan_id or known.digest != digest:
        raise PlanRefusedError(
            f"{run.plan_path}: the file was changed while its run was under way; plan again"
        )
    return plan


def _check_guards(site: Site, plan: Plan, limits: dict[str, Limits] | None, now: datetime) -> None:
    if not are_guarded(plan.kind, plan.items):
        return
    again = evaluate(plan.items, population_of(site, now=now), limits or {})
    tripped = tuple(dict.fromkeys(str(guard) for guard in (*plan.tripped, *again) if guard.tripped))
    if tripped:
        raise GuardError(tripped)


def finish(site: Site, run: RunRef, *, now: datetime) -> list[ItemOutcome]:
    """End a run: every item gets an outcome, and the lease is given back; return every outcome.

    What was sent and never concluded is unverified; what nobody came to is
    skipped.

    Raises:
        PlanRefusedError: the plan's file is not what it was when the run began;
            the run is ended all the same.
    """
    try:
        items, refusal = plan_of(site, run).items, None
    except PlanRefusedError as error:
        items, refusal = (), error
    with site.ledger.write() as conn:
        _conclude_the_sent(conn, site, run, now)
        _conclude_the_untried(conn, site, run, items, now)
        outcomes = runs.outcomes(conn, run.run_id)
        code = worst([exit_code(outcomes), refusal.exit_code if refusal else 0])
        runs.finish(conn, run.run_id, code, now)
        events.append(conn, site.key, "run_finished", {"run_id": run.run_id, "exit": code}, now)
        if run.owns_lease:
            leases.release(conn, site.key, run.token)
    if refusal is not None:
        raise refusal
    return outcomes


def _conclude_the_sent(conn: Connection, site: Site, run: RunRef, now: datetime) -> None:
    known = {outcome.number for outcome in runs.outcomes(conn, run.run_id)}
    because = "it may have been sent, but the run stopped before it was read back"
    for number, intent in intents(conn, site.key, run.run_id, run.after).items():
        if number not in known:
            record_id, action, rule = intent["record_id"], intent["action"], {"rule": intent["rule"]}
            left = ItemOutcome(record_id, action, "unverified", because, run.run_id, number, now, rule)
            runs.record(conn, site.key, left)
            body = {"run_id": run.run_id, "number": number, "record_id": record_id, "outcome": "unverified"}
            events.append(conn, site.key, "outcome", body, now)


def _conclude_the_untried(
    conn: Connection, site: Site, run: RunRef, items: Sequence[PlanItem], now: datetime
) -> None:
    known = {outcome.number for outcome in runs.outcomes(conn, run.run_id)}
    because = "the run stopped before it"
    for item in items:
        if item.number not in known:
            left = ItemOutcome(item.record_id, item.action, "skipped", because, run.run_id)
            untried = {"rule": item.rule, "untried": True}
            runs.record(conn, site.key, replace(left, number=item.number, at=now, detail=untried))


def exit_code(outcomes: Sequence[ItemOutcome]) -> int:
    """Return 3 where something failed, was refused, could not be verified or was never tried; else 0."""
    bad = {"failed", "unverified", "refused"}
    return worst(3 for outcome in outcomes if outcome.outcome in bad or outcome.detail.get("untried"))
