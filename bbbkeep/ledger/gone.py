"""Recordings that are no longer there: by whose doing, and between which two looks they went.

What went without us is what `inventory.vanished` tells; a sweep that is
incomplete, or that tripped a guard, makes nothing vanish.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from bbbkeep.ledger import inventory, sweeps
from bbbkeep.ledger.schema import outcomes, plans, runs
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import InventoryRow

How = Literal["deleted by us", "deleted by others", "vanished"]


@dataclass(frozen=True, slots=True)
class OurDelete:
    """A delete that we sent: `outcome` is "verified", or "unverified" where the server still showed it then."""

    run_id: str
    at: datetime | None
    rule: str | None
    outcome: str
    plan_id: str | None
    policy_digest: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A recording that went, as it was last seen, and the sweep that first no longer showed it.

    `ours`: the last delete that we sent; of what vanished it is one that was never verified.
    """

    row: InventoryRow
    how: How
    missed_at: datetime | None
    ours: OurDelete | None = None


def vanished(conn: Connection, server: str) -> Iterator[Gone]:
    """Yield what went without us, in the order of the ids."""
    looks = sweeps.trusted(conn, server)
    sent = _sent(conn, server)
    for row in inventory.vanished(conn, server):
        yield Gone(row, "vanished", _missed(row, looks), sent.get(row.recording.record_id))


def fate(conn: Connection, server: str, row: InventoryRow) -> Gone | None:
    """Say what became of a recording; None: it is there, as far as we know."""
    missed = _missed(row, sweeps.trusted(conn, server))
    deleted = row.recording.state == "deleted"
    if not deleted and missed is None:
        return None
    ours = _sent(conn, server, row.recording.record_id).get(row.recording.record_id)
    if ours is not None and ours.outcome == "verified":
        return Gone(row, "deleted by us", missed, ours)
    return Gone(row, "deleted by others" if deleted else "vanished", missed, ours)


def _missed(row: InventoryRow, looks: list[Sweep]) -> datetime | None:
    """Return when the first trusted sweep began that no longer showed *row*; None: none yet."""
    later = looks[bisect_right(looks, row.sweep_id, key=lambda sweep: sweep.sweep_id) :]
    # By time as well as by id, as `inventory.vanished` has it.
    return next((sweep.started_at for sweep in later if row.last_seen < sweep.started_at), None)


def _sent(conn: Connection, server: str, record_id: str | None = None) -> dict[str, OurDelete]:
    """Return the last delete that we sent for each recording, or for one; a verified one outranks a later try."""
    query = (
        select(outcomes, runs.c.plan_id, plans.c.policy_digest)
        .join(runs, runs.c.run_id == outcomes.c.run_id)
        .outerjoin(plans, plans.c.plan_id == runs.c.plan_id)
        .where(outcomes.c.server == server, outcomes.c.action == "delete")
        .where(outcomes.c.outcome.in_(("verified", "unverified") if record_id else ("unverified",)))
        .order_by(outcomes.c.outcome != "unverified", runs.c.number)
    )
    if record_id is not None:
        query = query.where(outcomes.c.record_id == record_id)
    return {
        row["record_id"]: OurDelete(
            row["run_id"],
            row["at"],
            row["detail"].get("rule"),
            row["outcome"],
            row["plan_id"],
            row["policy_digest"],
        )
        for row in conn.execute(query).mappings()
    }
