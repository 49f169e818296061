"""Holds that we were asked to set: they count whether or not the server stored them."""

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from bbbkeep.ledger.schema import holds as table
from bbbkeep.ledger.upserts import insert_new, upsert


def asked(conn: Connection, server: str, record_id: str, value: str, now: datetime) -> None:
    """Hold the recording from now on, before the server is told."""
    row = {"server": server, "record_id": record_id, "value": value, "asked_at": now, "withdrawn_at": None}
    upsert(conn, table, [row])


def withdrawn(conn: Connection, server: str, record_id: str, now: datetime) -> None:
    """Lift a hold, also one that somebody else had set on the server; it ends with the night."""
    lifted = {"server": server, "record_id": record_id, "value": "", "asked_at": now, "withdrawn_at": now}
    insert_new(conn, table, [lifted])
    change = update(table).where(table.c.server == server, table.c.record_id == record_id)
    conn.execute(change.values(withdrawn_at=now))


def in_force(conn: Connection, server: str, *, night_started: datetime) -> dict[str, str]:
    """Return the values of the holds that count tonight, by record id.

    A hold lifted this night, which began at *night_started*, still counts: no run may
    lift a hold and delete the recording in one go.
    """
    counts = or_(table.c.withdrawn_at.is_(None), table.c.withdrawn_at >= night_started)
    query = select(table.c.record_id, table.c.value).where(table.c.server == server, counts)
    return {row.record_id: row.value for row in conn.execute(query.order_by(table.c.record_id))}


def standing(conn: Connection, server: str) -> dict[str, str]:
    """Return the values of the holds that nobody has withdrawn, by record id."""
    query = select(table.c.record_id, table.c.value).where(
        table.c.server == server, table.c.withdrawn_at.is_(None)
    )
    return {row.record_id: row.value for row in conn.execute(query)}
