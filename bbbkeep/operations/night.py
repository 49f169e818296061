"""Begin and end a night: one run, one lease and one `now` for all that it does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bbbkeep.exits import worst
from bbbkeep.ledger import events, inventory, leases, runs
from bbbkeep.liveness import this_process
from bbbkeep.operations.policy_items import require_fitting
from bbbkeep.operations.retention import policy_of
from bbbkeep.operations.summary import Summary
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.run import LEASE_FOR, exit_code
from bbbkeep.plans.take_over import end_dead_runs
from bbbkeep.site import UNKNOWN, Site


@dataclass(frozen=True, slots=True)
class Night:
    """A night that has begun, by name: what tasks carry."""

    run_id: str
    token: str
    now: datetime


def begin_night(site: Site, *, command: str, now: datetime) -> Night:
    """Check the policy, then take the lease for the whole run.

    Raises:
        PolicyError: the policy can't be obeyed as written: no request is sent.
        LeaseHeldError: another run writes to this server.
    """
    policy = policy_of(site)
    if site.profile != UNKNOWN:
        require_fitting(site, policy)
    end_dead_runs(site, now=now)
    run_id = f"night-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with site.ledger.write() as conn:
        token = leases.take(conn, site.key, run_id, now=now, ttl=LEASE_FOR, process=this_process())
        runs.start(conn, run_id, site.key, command, None, now)
        events.append(conn, site.key, "night_started", {"run_id": run_id}, now)
    return Night(run_id, token, now)


def keep_lease(site: Site, night: Night) -> None:
    """Hold on to the lease: the night is still at work."""
    with site.ledger.write() as conn:
        leases.renew(conn, site.key, night.token, now=site.clock.now(), ttl=LEASE_FOR)


def reread_changed(site: Site, night: Night) -> int:
    """Bring the inventory up to date with what this night changed; return how many it looked at."""
    with site.ledger.read() as conn:
        outcomes = runs.outcomes_since(conn, site.key, night.now)
    changed = sorted(
        {
            one.record_id
            for one in outcomes
            if one.outcome in {"verified", "unverified", "failed"} and not ACTIONS[one.action].settles_later
        }
    )
    if not changed:
        return 0
    with site.reader() as reader:
        shown = reader.recordings(changed)
    with site.ledger.write() as conn:
        for record_id in changed:
            if record_id in shown:
                inventory.refresh(conn, site.key, shown[record_id], site.clock.now())
            else:
                inventory.mark_gone(conn, site.key, record_id, site.clock.now())
    return len(changed)


def end_night(site: Site, night: Night, summary: Summary) -> Summary:
    """Give the lease back and count what the run came to."""
    now = site.clock.now()
    with site.ledger.write() as conn:
        outcomes = [one for one in runs.outcomes_since(conn, site.key, night.now) if one.run_id]
        code = worst([*(one.exit for one in summary.problems), exit_code(outcomes)])
        runs.finish(conn, night.run_id, code, now)
        events.append(conn, site.key, "night_finished", {"run_id": night.run_id, "exit": code}, now)
        leases.release(conn, site.key, night.token)
    summary.run_id, summary.exit = night.run_id, code
    summary.count(outcomes)
    return summary
