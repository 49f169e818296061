"""Holds in an undo: one that the run asked for is withdrawn with it, and one that stays is told of.

A hold that we were asked to set counts on our side, whatever the server shows.
Taking its key away from the server alone would leave it in force, and nobody
would know why the recording is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bbbkeep.errors import PlanRefusedError
from bbbkeep.ledger import holds, plans, runs, sheets
from bbbkeep.operations.retention import hold_key
from bbbkeep.plans.document import Plan, PlanItem, read_plan
from bbbkeep.site import Site

LIFTED = "the hold is lifted; it still counts until the next night"
HELD = "the recording is held again"
STAYS = "the hold that was asked for stays in force; a sheet with !remove lifts it"


def told(items: Iterable[PlanItem], key: str) -> list[PlanItem]:
    """Return the items of an undo; those that lift or bring back a hold say so."""
    return [_told(item, key) for item in items]


def _told(item: PlanItem, key: str) -> PlanItem:
    change = _change(item, key)
    if change is None:
        return item
    return replace(item, reasons=(*item.reasons, LIFTED if change["new"] is None else HELD))


def staying(site: Site, run_id: str, items: Iterable[PlanItem]) -> list[Mapping[str, str]]:
    """Return the holds that *run_id* asked for and that undoing it by *items* does not lift."""
    key = hold_key(site)
    turned = {item.record_id for item in items if _change(item, key) is not None}
    with site.ledger.read() as conn:
        plan = _plan_of(conn, run_id)
        asked = set() if plan is None else set(_asked(plan, key))
        in_force = holds.standing(conn, site.key)
    return [
        {"record_id": one, "action": "set_metadata", "outcome": "refused", "because": STAYS}
        for one in sorted(asked - turned)
        if one in in_force
    ]


def take_up(site: Site, plan: Plan, *, now: datetime) -> None:
    """Withdraw the holds that an undo takes away, and ask for those that it brings back, before the first write.

    One that another run asked for since is not ours to withdraw, and one that
    an earlier sheet asked for and the server never showed is in force again.
    """
    key, run_id = hold_key(site), plan.source["run"]
    changes = {item.record_id: change for item in plan.items if (change := _change(item, key)) is not None}
    with site.ledger.write() as conn:
        sheet = _plan_of(conn, run_id)
        digest = "" if sheet is None else sheet.source.get("digest", "")
        in_force = holds.standing(conn, site.key)
        for record_id, change in changes.items():
            if in_force.get(record_id, change["old"]) != change["old"]:
                continue
            value = change["new"]
            if value is None:
                value = sheets.last_value(conn, site.key, record_id, key.lower(), besides=digest)
            if value is None:
                holds.withdrawn(conn, site.key, record_id, now)
            else:
                holds.asked(conn, site.key, record_id, value, now)


def _asked(plan: Plan, key: str) -> Iterator[str]:
    """Return what a plan asks to hold: by items that it writes, and by rows that it could not write."""
    for item in plan.items:
        change = _change(item, key)
        if change is not None and change["new"] is not None:
            yield item.record_id
    for row in plan.refused:
        if row.get("key") == key.lower() and "value" in row:
            yield row["record_id"]


def _change(item: PlanItem, key: str) -> Mapping[str, str | None] | None:
    """Return what an item does to the key of holds, in whatever letter case."""
    changes: Mapping[str, Mapping[str, str | None]] = item.params.get("changes") or {}
    return next((change for name, change in changes.items() if name.lower() == key.lower()), None)


def _plan_of(conn: Connection, run_id: str) -> Plan | None:
    run = runs.get(conn, run_id)
    known = plans.get(conn, run.plan_id) if run and run.plan_id else None
    try:
        return None if known is None else read_plan(Path(known.path))[0]
    except PlanRefusedError:
        return None  # erased: what it asked for is not known any more
