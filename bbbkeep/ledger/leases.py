"""Who may write to a server right now: at most one, for a limited time, by token.

The owner is a label for people; only the token proves a lease, so two runs
that bear the same name still exclude each other.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bbbkeep.errors import LeaseHeldError
from bbbkeep.ledger.schema import leases as table
from bbbkeep.ledger.upserts import upsert

_LOST = "perhaps another run (the lease of this one ran out)"


def take(conn: Connection, server: str, owner: str, *, now: datetime, ttl: timedelta) -> str:
    """Take the lease of *server* until now + *ttl* and return its token; one that ran out is taken over.

    Raises:
        LeaseHeldError: there is one that has not run out, whatever its owner is called.
    """
    held = _held(conn, server)
    if held is not None and now < held.until:
        raise _refusal(server, held.owner, held.until)
    token = secrets.token_hex(16)
    upsert(conn, table, [{"server": server, "token": token, "owner": owner, "until": now + ttl}])
    return token


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
    conn.execute(update(table).where(table.c.server == server).values(until=now + ttl))


def release(conn: Connection, server: str, token: str) -> None:
    """Give the lease back; nothing happens if it is not ours any more."""
    conn.execute(delete(table).where(table.c.server == server, table.c.token == token))


def _held(conn: Connection, server: str) -> Row[Any] | None:
    return conn.execute(select(table).where(table.c.server == server)).first()


def _refusal(server: str, owner: str, until: datetime) -> LeaseHeldError:
    return LeaseHeldError(server, owner, until.isoformat(timespec="seconds"))
