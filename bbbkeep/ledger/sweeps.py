"""What has been listed of a server, when, and whether it was all of it.

A sweep runs, then is sealed once.  Only a complete sweep of scope "all" may
be decided upon; one that tripped the jump or identity guard is distrusted
and makes nothing vanish.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from bbbkeep.errors import LedgerError
from bbbkeep.ledger.schema import inventory, slices
from bbbkeep.ledger.schema import sweeps as table
from bbbkeep.ledger.upserts import upsert

ALL = "all"


@dataclass(frozen=True, slots=True)
class Sweep:
    """One listing; `count` is how many recordings it saw, 0 until it is sealed."""

    sweep_id: int
    server: str
    scope: str
    started_at: datetime
    ended_at: datetime | None
    status: Literal["running", "complete", "incomplete"]
    because: str
    count: int


_COLUMNS = [table.c[name] for name in Sweep.__dataclass_fields__]


def start(conn: Connection, server: str, scope: str, now: datetime) -> int:
    """Begin a sweep and return its id; ids grow."""
    row = {
        "server": server,
        "scope": scope,
        "started_at": now,
        "status": "running",
        "because": "",
        "count": 0,
    }
    key = conn.execute(insert(table).values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def slice_done(conn: Connection, sweep_id: int, prefix: str, count: int, now: datetime) -> None:
    """Note that the slice under *prefix* is listed; again replaces the time."""
    upsert(conn, slices, [{"sweep_id": sweep_id, "prefix": prefix, "count": count, "done_at": now}])


def slices_done(conn: Connection, sweep_id: int) -> dict[str, datetime]:
    """Return when each slice of the sweep was listed last."""
    query = select(slices.c.prefix, slices.c.done_at).where(slices.c.sweep_id == sweep_id)
    return {row.prefix: row.done_at for row in conn.execute(query.order_by(slices.c.prefix))}


def slice_counts(conn: Connection, sweep_id: int) -> dict[str, int]:
    """Return how many recordings each listed slice of the sweep held."""
    query = select(slices.c.prefix, slices.c.count).where(slices.c.sweep_id == sweep_id)
    return {row[0]: row[1] for row in conn.execute(query.order_by(slices.c.prefix))}


def seal(conn: Connection, sweep_id: int, *, complete: bool, because: str, now: datetime) -> None:
    """End a running sweep and count what it saw.

    Raises:
        LedgerError: it is not running; what is sealed stays as it is.
    """
    seen = select(func.count()).where(inventory.c.sweep_id == sweep_id)
    status = "complete" if complete else "incomplete"
    change = update(table).where(table.c.sweep_id == sweep_id, table.c.status == "running")
    values = {"ended_at": now, "status": status, "because": because, "count": seen.scalar_subquery()}
    if conn.execute(change.values(values)).rowcount != 1:
        raise LedgerError(f"sweep {sweep_id} is not running, so it can't be sealed {status}; sweep again")


def distrust(conn: Connection, sweep_id: int, because: str) -> None:
    """Let the sweep make nothing vanish, because it tripped the jump or identity guard."""
    conn.execute(update(table).where(table.c.sweep_id == sweep_id).values(distrusted=because))


def last_complete(conn: Connection, server: str) -> Sweep | None:
    """Return the newest complete sweep of scope "all", distrusted or not."""
    return _first(conn, _complete(server))


def last_trusted(conn: Connection, server: str, *, before: int | None = None) -> Sweep | None:
    """Return the newest complete sweep of scope "all" that tripped no guard, older than sweep *before*."""
    query = _complete(server).where(table.c.distrusted.is_(None))
    return _first(conn, query if before is None else query.where(table.c.sweep_id < before))


def latest(conn: Connection, server: str) -> Sweep | None:
    """Return the newest sweep of any scope and status."""
    return _first(conn, select(*_COLUMNS).where(table.c.server == server))


def get(conn: Connection, sweep_id: int) -> Sweep | None:
    """Return one sweep."""
    return _first(conn, select(*_COLUMNS).where(table.c.sweep_id == sweep_id))


def _complete(server: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(
        table.c.server == server, table.c.scope == ALL, table.c.status == "complete"
    )


def _first(conn: Connection, query: Select[tuple[object, ...]]) -> Sweep | None:
    row = conn.execute(query.order_by(table.c.sweep_id.desc()).limit(1)).mappings().first()
    return Sweep(**row) if row else None
