"""Who may write to a server right now: at most one, for a limited time, by token.

The owner is a label for people; only the token proves a lease, so two runs
that bear the same name still exclude each other.  A lease protects within one
ledger: two ledgers for one server know nothing of each other.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bbbkeep.errors import LeaseHeldError
from bbbkeep.ledger.schema import leases as table
from bbbkeep.ledger.upserts import upsert
from bbbkeep.liveness import Process

_LOST = "perhaps another run (the lease of this one ran out)"
_NOBODY = Process()

# Built once: they are needed at every write.
_HELD = select(table).where(table.c.server == bindparam("name"))
_RENEWED = update(table).where(table.c.server == bindparam("name")).values(until=bindparam("moment"))


def take(
    conn: Connection,
    server: str,
    owner: str,
    *,
    now: datetime,
    ttl: timedelta,
    process: Process = _NOBODY,
) -> str:
    """Take the lease of *server* until now + *ttl* and return its token.

    One that ran out is taken over, and at once one whose *process* is
    provably gone.

    Raises:
        LeaseHeldError: there is one that has not run out, whatever its owner is called.
    """
    held = _held(conn, server)
    if held is not None and now < held.until and not _process(held).is_gone():
        raise _refusal(server, held.owner, held.until)
    token = secrets.token_hex(16)
    who = {"owner": owner, "place": process.place, "pid": process.pid, "started": process.started}
    upsert(conn, table, [{"server": server, "token": token, "until": now + ttl} | who])
    return token


def left_by_the_living(conn: Connection, server: str) -> bool:
    """Tell whether there is a lease, of whatever age, whose process may still wake up and send what it had begun."""
    held = _held(conn, server)
    return held is not None and not _process(held).is_gone()


def check(conn: Connection, server: str, token: str, *, now: datetime) -> None:
    """Make sure, before a write, that the lease is still ours.

    Raises:
        LeaseHeldError: it ran out, was released, or another run took it over.
    """
    held = _held(conn, server)
    if held is None:
        raise _refusal(server, _LOST, now)
    if held.token != token:
        raise _refusal(server, held.owner, held.until)
    if now >= held.until:
        raise _refusal(server, _LOST, held.until)


def renew(conn: Connection, server: str, token: str, *, now: datetime, ttl: timedelta) -> None:
    """Keep the lease until now + *ttl*; one that ran out is kept too, if nobody took it over.

    Raises:
        LeaseHeldError: it is not ours any more.
    """
    held = _held(conn, server)
    if held is None or held.token != token:
        check(conn, server, token, now=now)
    conn.execute(_RENEWED, {"name": server, "moment": now + ttl})


def release(conn: Connection, server: str, token: str) -> None:
    """Give the lease back; nothing happens if it is not ours any more."""
    conn.execute(delete(table).where(table.c.server == server, table.c.token == token))


def _held(conn: Connection, server: str) -> Row[Any] | None:
    return conn.execute(_HELD, {"name": server}).first()


def _process(held: Row[Any]) -> Process:
    return Process(held.place, held.pid, held.started)


def _refusal(server: str, owner: str, until: datetime) -> LeaseHeldError:
    return LeaseHeldError(server, owner, until.isoformat(timespec="seconds"))
