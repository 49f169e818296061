"""Every metadata key that a recording of a server ever had: without values, so it never expires.

A policy that protects by a key that no recording ever had is likely misspelt.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema_notices import metadata_keys as table
from bbbkeep.ledger.upserts import insert_new
from bbbkeep.model import Recording

MOST = 10_000
"""Keys kept for one server: a server that makes up more has its later ones left out, and policies that ask for one wait."""

_KEY = re.compile(r"[a-z][a-z0-9-]{0,99}", re.ASCII)


def note(conn: Connection, server: str, recordings: Iterable[Recording], now: datetime) -> None:
    """Note the keys of recordings; those that no policy could name are left out."""
    found = {key.lower() for one in recordings for key in one.metadata or ()}
    note_keys(conn, server, found, now)


def note_keys(conn: Connection, server: str, keys: Collection[str], now: datetime) -> None:
    """Note keys in lower case."""
    named = {key for key in keys if _KEY.fullmatch(key)}
    new = sorted(named - seen(conn, server, named))
    if not new:
        return
    count = conn.execute(select(func.count()).where(table.c.server == server)).scalar_one()
    rows = [{"server": server, "key": key, "first_seen": now} for key in new[: max(0, MOST - count)]]
    insert_new(conn, table, rows)


def seen(conn: Connection, server: str, keys: Collection[str]) -> set[str]:
    """Return those of *keys* that some recording has or had."""
    here = select(table.c.key).where(table.c.server == server)
    return {
        key
        for some in in_slices(sorted(keys))
        for key in conn.execute(here.where(table.c.key.in_(some))).scalars()
    }
