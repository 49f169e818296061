"""Notices that were sent: a fact, so that nobody is told the same thing twice."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema_notices import notices as table
from bbbkeep.ledger.upserts import insert_new


def note(conn: Connection, server: str, kind: str, keys: Sequence[str], digest: str, now: datetime) -> None:
    """Note that a notice about *keys* was sent; what was noted before stays."""
    for some in in_slices(keys):
        rows = [
            {"server": server, "kind": kind, "key": key, "digest": digest, "sent_at": now} for key in some
        ]
        insert_new(conn, table, rows)


def sent(conn: Connection, server: str, kind: str, keys: Collection[str]) -> dict[str, datetime]:
    """Return when a notice of this kind was sent about which of *keys*."""
    found: dict[str, datetime] = {}
    for some in in_slices(list(keys)):
        query = select(table.c.key, table.c.sent_at).where(
            table.c.server == server, table.c.kind == kind, table.c.key.in_(some)
        )
        found |= {row.key: row.sent_at for row in conn.execute(query)}
    return found


def all_sent(conn: Connection, server: str, kind: str) -> dict[str, datetime]:
    """Return when each notice of this kind was sent, by key."""
    query = select(table.c.key, table.c.sent_at).where(table.c.server == server, table.c.kind == kind)
    return {row.key: row.sent_at for row in conn.execute(query)}
