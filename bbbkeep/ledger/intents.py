"""What may have been written to a server: each intent, and the answer it got.

The chain of events is what counts; this table is derived from it in the same
transaction, so that finding the intents of a run takes no walk along the chain.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select, update

from bbbkeep.ledger import events
from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import intents as table
from bbbkeep.ledger.schema import outcomes
from bbbkeep.ledger.upserts import upsert

OVERTAKEN = "overtaken"
"""Stands for the answer to a write that may still be sent by a process that was taken for dead."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One write that is about to be sent, or was; `before` is the digest of its before-image."""

    run_id: str
    number: int
    record_id: str
    action: str
    rule: str | None
    before: str
    sends: int
    seq: int = 0
    at: datetime | None = None
    answer: str | None = None
    """None: nothing was heard of it, so it may still be on its way."""


# Built once: it is needed at every write.
_ANSWERED = (
    update(table)
    .where(table.c.run_id == bindparam("run"), table.c.number == bindparam("item"))
    .values(answer=bindparam("said"))
)

_IN_CHAIN = ("run_id", "number", "record_id", "action", "rule", "before", "sends")


def intend(conn: Connection, server: str, intents: Sequence[Intent], now: datetime) -> None:
    """Make intents durable with the caller's transaction; a later one of the same item replaces it."""
    bodies = [{name: getattr(one, name) for name in _IN_CHAIN} for one in intents]
    added = events.append_all(conn, server, "intent", bodies, now)
    rows = [
        asdict(one) | {"server": server, "seq": event.seq, "at": now, "answer": None}
        for one, event in zip(intents, added, strict=True)
    ]
    upsert(conn, table, rows)


def answered(conn: Connection, server: str, run_id: str, answers: Mapping[int, str], now: datetime) -> None:
    """Note what the server answered, by the number of the item."""
    bodies = [{"run_id": run_id, "number": number, "answer": answer} for number, answer in answers.items()]
    events.append_all(conn, server, "answer", bodies, now)
    conn.execute(
        _ANSWERED, [{"run": run_id, "item": number, "said": answer} for number, answer in answers.items()]
    )


def of_run(conn: Connection, run_id: str, numbers: Collection[int] | None = None) -> dict[int, Intent]:
    """Return the last intent of each item of a run, by its number; only of these *numbers*, if given."""
    query = select(table).where(table.c.run_id == run_id).order_by(table.c.number)
    if numbers is None:
        return _by_number(conn, query)
    found: dict[int, Intent] = {}
    for some in in_slices(sorted(numbers)):
        found |= _by_number(conn, query.where(table.c.number.in_(some)))
    return found


def open_since(conn: Connection, server: str, since: datetime, *, besides: str = "") -> list[Intent]:
    """Return the intents without an outcome: what may have been written, and nobody knows.

    Those of the run *besides* are left out.
    """
    ended = and_(outcomes.c.run_id == table.c.run_id, outcomes.c.number == table.c.number)
    query = select(table).outerjoin(outcomes, ended).where(outcomes.c.run_id.is_(None))
    query = query.where(table.c.server == server, table.c.at >= since, table.c.run_id != besides)
    return list(_intents(conn, query.order_by(table.c.seq)))


def last_sent(conn: Connection, server: str, action: str, since: datetime) -> dict[str, datetime]:
    """Return the recordings that had an intent of *action* since then, and when the last one was."""
    query = select(table.c.record_id, table.c.at).where(table.c.server == server, table.c.at >= since)
    return {
        row.record_id: row.at
        for row in conn.execute(query.where(table.c.action == action).order_by(table.c.seq))
    }


def overtaken_since(conn: Connection, server: str, since: datetime) -> set[str]:
    """Return the recordings to which a write may still arrive from a process that was taken for dead since then."""
    ended = and_(outcomes.c.run_id == table.c.run_id, outcomes.c.number == table.c.number)
    query = select(table.c.record_id).join(outcomes, ended)
    late = and_(table.c.answer == OVERTAKEN, outcomes.c.at >= since)
    return set(conn.scalars(query.where(table.c.server == server, late)))


def _by_number(conn: Connection, query: Select[Any]) -> dict[int, Intent]:
    return {one.number: one for one in _intents(conn, query)}


def _intents(conn: Connection, query: Select[Any]) -> list[Intent]:
    rows = conn.execute(query).mappings()
    return [Intent(**{name: row[name] for name in Intent.__dataclass_fields__}) for row in rows]
