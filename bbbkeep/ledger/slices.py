"""Which slices a sweep has proven, so that one that breaks off goes on where it stopped."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bbbkeep.ledger.schema import slices as table
from bbbkeep.ledger.upserts import upsert


@dataclass(frozen=True, slots=True)
class ListedSlice:
    """A slice by its key, how many recordings it held, and when it was proven.

    `by_prefix`: it held an ID longer than what was asked for.
    """

    key: str
    count: int
    by_prefix: bool
    done_at: datetime


def done(conn: Connection, sweep_id: int, one: ListedSlice) -> None:
    """Note that a slice was listed; the last time counts."""
    row = {"sweep_id": sweep_id, "prefix": one.key, "count": one.count, "done_at": one.done_at}
    upsert(conn, table, [row | {"by_prefix": one.by_prefix}])


def forget(conn: Connection, sweep_id: int, *, before: datetime) -> None:
    """Forget the slices that were listed too long ago; they are to be listed anew."""
    conn.execute(delete(table).where(table.c.sweep_id == sweep_id, table.c.done_at < before))


def listed(conn: Connection, sweep_id: int, *, since: datetime | None = None) -> list[ListedSlice]:
    """Return the slices that the sweep proved, at *since* or later."""
    query = select(table.c.prefix, table.c["count"], table.c.by_prefix, table.c.done_at)
    query = query.where(table.c.sweep_id == sweep_id).order_by(table.c.prefix)
    return [
        ListedSlice(*row)
        for row in conn.execute(query if since is None else query.where(table.c.done_at >= since))
    ]
