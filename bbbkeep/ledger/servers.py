"""The servers this ledger knows, by key, and what kind each was found to be; the name is only a label."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bbbkeep.ledger.schema import servers as table
from bbbkeep.ledger.upserts import upsert


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its key is its normalised API base URL.

    `profile` is the one it goes under; `found` the one that probing found at
    `found_at`, None until it has; `version` what the server says of itself.
    """

    server: str
    name: str
    profile: str
    first_used: datetime
    last_used: datetime
    found: str | None = None
    found_because: str | None = None
    found_at: datetime | None = None
    version: str | None = None


def remember(conn: Connection, server_key: str, name: str, profile: str, now: datetime) -> None:
    """Note under which name and profile the server goes today."""
    row = {"server": server_key, "name": name, "profile": profile, "first_used": now, "last_used": now}
    upsert(conn, table, [row], keep={"first_used"})


def found(
    conn: Connection, server_key: str, profile: str, because: str, version: str | None, now: datetime
) -> None:
    """Note what probing a server that is remembered found, and when."""
    values = {"found": profile, "found_because": because, "found_at": now, "version": version}
    conn.execute(update(table).where(table.c.server == server_key).values(**values))


def get(conn: Connection, server_key: str) -> Server | None:
    """Return what is known of one server; None: it was never used."""
    row = conn.execute(select(table).where(table.c.server == server_key)).mappings().first()
    return Server(**row) if row else None


def listing(conn: Connection) -> list[Server]:
    """Return all servers ever used, by key."""
    return [Server(**row) for row in conn.execute(select(table).order_by(table.c.server)).mappings()]
