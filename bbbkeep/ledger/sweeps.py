"""What has been listed of a server, when, and whether it was all of it.

A sweep runs, then is sealed once.  Only a complete sweep of scope "all" may
be decided upon; one that tripped the jump or identity guard is distrusted
and makes nothing vanish.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from bbbkeep.errors import LedgerError
from bbbkeep.ledger.schema import inventory
from bbbkeep.ledger.schema import sweeps as table

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
    clock_seconds: float | None = None
    """How many seconds the server's clock was ahead of ours; None: it told no time."""
    distrusted: str | None = None

    @property
    def clock_apart(self) -> timedelta | None:
        return None if self.clock_seconds is None else timedelta(seconds=self.clock_seconds)


_COLUMNS = [table.c[name] for name in Sweep.__dataclass_fields__]


def start(
    conn: Connection, server: str, scope: str, now: datetime, total: tuple[int, bool] | None = None
) -> int:
    """Begin a sweep and return its id; ids grow.

    *total* is what the server says there is, and whether it counts recordings (else formats).
    """
    row = {
        "server": server,
        "scope": scope,
        "started_at": now,
        "status": "running",
        "because": "",
        "count": 0,
        "total": total[0] if total else None,
        "total_of_recordings": total[1] if total else None,
    }
    key = conn.execute(insert(table).values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def seal(conn: Connection, sweep_id: int, *, complete: bool, because: str, now: datetime) -> None:
    """End a running sweep and count what it saw.

    Raises:
        LedgerError: it is not running; what is sealed stays as it is.
    """
    count = select(func.count()).where(inventory.c.sweep_id == sweep_id)
    status = "complete" if complete else "incomplete"
    change = update(table).where(table.c.sweep_id == sweep_id, table.c.status == "running")
    values = {"ended_at": now, "status": status, "because": because, "count": count.scalar_subquery()}
    if conn.execute(change.values(values)).rowcount != 1:
        raise LedgerError(f"sweep {sweep_id} is not running, so it can't be sealed {status}; sweep again")


def total_before(conn: Connection, sweep_id: int) -> tuple[int, bool] | None:
    """Return what the server said there was when the sweep began."""
    query = select(table.c.total, table.c.total_of_recordings).where(table.c.sweep_id == sweep_id)
    row = conn.execute(query).first()
    return (row[0], row[1]) if row and row[0] is not None else None


def seen(conn: Connection, sweep_id: int) -> int:
    """Count the recordings that a sweep saw, and no later one yet."""
    return int(conn.execute(select(func.count()).where(inventory.c.sweep_id == sweep_id)).scalar_one())


def distrust(conn: Connection, sweep_id: int, because: str) -> None:
    """Let the sweep make nothing vanish, because it tripped the jump or identity guard."""
    conn.execute(update(table).where(table.c.sweep_id == sweep_id).values(distrusted=because))


def trust(conn: Connection, sweep_id: int) -> None:
    """Let the sweep count after all: a person looked at what it shows."""
    conn.execute(update(table).where(table.c.sweep_id == sweep_id).values(distrusted=None))


def note_clock(conn: Connection, sweep_id: int, seconds: float) -> None:
    """Note how far the server's clock was ahead of ours while the sweep ran."""
    conn.execute(update(table).where(table.c.sweep_id == sweep_id).values(clock_seconds=seconds))


def last_complete(conn: Connection, server: str) -> Sweep | None:
    """Return the newest complete sweep of scope "all", distrusted or not."""
    return _first(conn, _complete(server))


def last_trusted(conn: Connection, server: str, *, before: int | None = None) -> Sweep | None:
    """Return the newest complete sweep of scope "all" that tripped no guard, older than sweep *before*."""
    query = _complete(server).where(table.c.distrusted.is_(None))
    return _first(conn, query if before is None else query.where(table.c.sweep_id < before))


def trusted(conn: Connection, server: str) -> list[Sweep]:
    """Return every complete sweep of scope "all" that tripped no guard, oldest first."""
    query = _complete(server).where(table.c.distrusted.is_(None)).order_by(table.c.sweep_id)
    return [Sweep(**row) for row in conn.execute(query).mappings()]


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
