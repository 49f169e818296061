"""The servers this ledger knows, by key; the name is only a label."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bbbkeep.ledger.schema import servers as table
from bbbkeep.ledger.upserts import upsert


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its key is its normalised API base URL."""

    server: str
    name: str
    profile: str
    first_used: datetime
    last_used: datetime


def remember(conn: Connection, server_key: str, name: str, profile: str, now: datetime) -> None:
    """Note under which name and profile the server goes today."""
    row = {"server": server_key, "name": name, "profile": profile, "first_used": now, "last_used": now}
    upsert(conn, table, [row], keep={"first_used"})


def listing(conn: Connection) -> list[Server]:
    """Return all servers ever used, by key."""
    return [Server(**row) for row in conn.execute(select(table).order_by(table.c.server)).mappings()]
