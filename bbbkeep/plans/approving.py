"""What lets a plan run: its policy's approval, and guards that hold now as they did then."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep import __version__
from bbbkeep.errors import GuardError
from bbbkeep.ledger import baselines, events, plans
from bbbkeep.ledger.plans import Approval
from bbbkeep.plans.baseline import COMPARING
from bbbkeep.plans.document import GuardResult, Plan
from bbbkeep.plans.guards import allowed, are_guarded, evaluate
from bbbkeep.plans.population import population_of, remember, values_of
from bbbkeep.settings_values import Caps
from bbbkeep.site import Site

MAJOR = __version__.split(".")[0]


def waits_for_approval(site: Site, plan: Plan) -> bool:
    """Tell whether a plan that comes from a policy is not covered by an approval yet."""
    if plan.policy_digest is None:
        return False
    return not is_approved(site, plan.policy_digest, plan.never_seen)


def is_approved(site: Site, policy_digest: str, never_seen: Collection[str]) -> bool:
    """Tell whether a policy is approved, and with it every key it keeps by that no recording ever had."""
    with site.ledger.read() as conn:
        found = plans.approval(conn, site.key, policy_digest, MAJOR)
    return found is not None and set(never_seen) <= set(found.counts.get("never_seen", ()))


def approval_of(site: Site, plan: Plan) -> Approval | None:
    """Return the approval of the policy that a plan comes from, if there is one."""
    if plan.policy_digest is None:
        return None
    with site.ledger.read() as conn:
        return plans.approval(conn, site.key, plan.policy_digest, MAJOR)


def approve(site: Site, plan: Plan, *, reason: str, now: datetime) -> None:
    """Let this plan and later ones of the same server, policy and major version run.

    With a reason, the server is compared with this plan from now on: a jump,
    another identity, fewer holds or protections that match nothing are as
    they should be.  Caps, an incomplete sweep and the clock stop it all the same.
    """
    counts = {
        "items": len(plan.items),
        "by_action": {action: total.count for action, total in plan.totals.items()},
        "kept": plan.kept,
        "never_seen": sorted(plan.never_seen),
    }
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
        if reason or not any(guard.tripped for guard in plan.guards if guard.name in COMPARING):
            remember(conn, site, plan, reason=reason)
        body = {"plan_id": plan.plan_id, "plan": plan.digest, "policy": plan.policy_digest, "counts": counts}
        events.append(conn, site.key, "approved", body, now)


def check_guards(site: Site, plan: Plan, policy: Mapping[str, Caps] | None, *, now: datetime) -> None:
    """Judge a plan once more before its first write.

    Raises:
        GuardError: a guard trips now, or tripped when it was planned and no person may pass it.
    """
    if not are_guarded(plan.kind, plan.items):
        return
    then = [guard for guard in plan.tripped if guard.name not in COMPARING]
    tripped = tuple(
        dict.fromkeys(
            str(guard) for guard in (*then, *guards_now(site, plan, policy, now=now)) if guard.tripped
        )
    )
    if tripped:
        raise GuardError(tripped)


def stopping(site: Site, plan: Plan) -> tuple[GuardResult, ...]:
    """Return the guards that tripped when a plan was made and still stop it.

    Those that compare with the past don't once a person has said, with a
    reason, that the server should look as this plan saw it.
    """
    with site.ledger.read() as conn:
        baseline = baselines.current(conn, site.key)
    passed = baseline is not None and bool(baseline.reason) and baseline.plan_id == plan.plan_id
    return tuple(guard for guard in plan.tripped if not (passed and guard.name in COMPARING))


def guards_now(
    site: Site, plan: Plan, policy: Mapping[str, Caps] | None, *, now: datetime
) -> tuple[GuardResult, ...]:
    """Judge a plan by what the ledger knows now; of holds and protections, by what it found itself."""
    seen = values_of(plan)
    population = population_of(
        site,
        now=now,
        holds=seen.holds if seen else None,
        protections=seen.protections if seen else None,
        lapsed=seen.lapsed if seen else 0,
    )
    return evaluate(plan.items, population, allowed(site.server.guards, policy))


def note_applied(conn: Connection, site: Site, plan: Plan) -> None:
    """Compare the server with this plan from now on, because it is being applied, or had nothing to write."""
    if plan.kind == "retention" and not plan.tripped:
        remember(conn, site, plan)
