"""What guards count against: the inventory of the last sweep, the last 24 hours, the server's own past."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bbbkeep.ledger import baselines, intents, inventory, runs, sweeps
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.plans.baseline import SWEEP_COUNTS_FOR, Baseline, Values
from bbbkeep.plans.document import Plan
from bbbkeep.plans.guards import GUARDED, Population
from bbbkeep.site import Site


def population_of(
    site: Site,
    *,
    now: datetime,
    holds: int | None = None,
    protections: Mapping[str, int] | None = None,
    lapsed: int = 0,
) -> Population:
    """Return what the ledger knows; *holds*, *protections* and *lapsed* holds are what a policy found."""
    with site.ledger.read() as conn:
        latest = sweeps.latest(conn, site.key)
        states = inventory.count_in_sweep(conn, site.key, latest.sweep_id) if latest else {}
        standing = states.get("published", 0) + states.get("unpublished", 0)
        values = Values(sum(states.values()), standing, holds, protections, lapsed)
        taken = _taken_today(conn, site, now)
        complete, because = _proven(latest)
        return Population(
            complete,
            because,
            standing,
            taken,
            {action: _bytes(conn, site, ids) for action, ids in taken.items()},
            latest.clock_apart if latest else None,
            values if complete else None,
            _baseline(conn, site, latest, now) if complete and latest else None,
        )


def compared_with(site: Site) -> datetime | None:
    """Return since when a server's holds are compared; None: not yet."""
    with site.ledger.read() as conn:
        remembered = baselines.current(conn, site.key)
    return remembered.seen_at if remembered else None


def values_of(plan: Plan) -> Values | None:
    """Return what *plan* saw of its server; None where its sweep was incomplete."""
    return Values(**plan.values) if plan.values else None


def remember(conn: Connection, site: Site, plan: Plan, *, reason: str = "") -> None:
    """Compare with this plan from now on: it was applied, or a person approved it."""
    if plan.values:
        swept = sweeps.get(conn, plan.sweep_id) if plan.sweep_id is not None else None
        # When a recording was first seen is the sweep's time; the plan's own may be older, or younger.
        seen_at = swept.ended_at if swept and swept.ended_at else datetime.fromisoformat(plan.created_at)
        baselines.take(conn, baselines.Remembered(site.key, plan.plan_id, seen_at, plan.values, reason))
    if reason and plan.sweep_id is not None:
        sweeps.trust(conn, plan.sweep_id)


def as_document(values: Values | None) -> dict[str, Any]:
    """Return what a plan keeps of what it saw."""
    return asdict(values) if values else {}


def _proven(latest: Sweep | None) -> tuple[bool, str]:
    if latest is None:
        return False, "there was no sweep yet"
    complete = latest.status == "complete"
    return complete, "" if complete else latest.because or "it did not end"


def _taken_today(conn: Connection, site: Site, now: datetime) -> dict[str, set[str]]:
    """Count what was taken away, and what may have been: an intent without an outcome went out, for all we know."""
    day = now - timedelta(hours=24)
    with_outcome = [
        (one.action, one.record_id)
        for one in runs.outcomes_since(conn, site.key, day)
        if one.outcome in {"verified", "unverified"}
    ]
    without = [(one.action, one.record_id) for one in intents.open_since(conn, site.key, day)]
    gone = [*with_outcome, *without]
    return {wanted: {record_id for action, record_id in gone if action == wanted} for wanted in GUARDED}


def _bytes(conn: Connection, site: Site, record_ids: Collection[str]) -> int | None:
    sizes = [row.recording.whole_size for row in inventory.many(conn, site.key, record_ids).values()]
    known = [size for size in sizes if size]
    return sum(known) if len(known) == len(record_ids) else None


def _baseline(conn: Connection, site: Site, latest: Sweep, now: datetime) -> Baseline | None:
    """Return the last plan applied or approved, or else the last sweep that nothing spoke against."""
    remembered = baselines.current(conn, site.key)
    if remembered is not None:
        values, seen_at = Values(**remembered.values), remembered.seen_at
    else:
        before = sweeps.last_trusted(conn, site.key, before=latest.sweep_id)
        if before is None or before.ended_at is None or now - before.ended_at > SWEEP_COUNTS_FOR:
            return None
        values, seen_at = Values(before.count), before.ended_at
    known = inventory.count_known(conn, site.key, latest.sweep_id, since=seen_at)
    return Baseline(values, seen_at, known, len(_deleted_since(conn, site, seen_at)))


def _deleted_since(conn: Connection, site: Site, moment: datetime) -> set[str]:
    """Return what we deleted; an unverified one may be there still, so it explains nothing."""
    since = runs.outcomes_since(conn, site.key, moment)
    return {one.record_id for one in since if (one.action, one.outcome) == ("delete", "verified")}
