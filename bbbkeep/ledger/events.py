"""Journal and audit in one: what was intended and what came of it, in one hash chain per server.

Append-only and free of personal data (that is the caller's part).  The chain
shows what was edited, moved, taken out or put in; a cut tail or a chain
rewritten from some record on shows against a head that was noted elsewhere.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, RowMapping, Select, bindparam, insert, select, type_coerce

from bbbkeep.ledger.canon import canonical
from bbbkeep.ledger.columns import moment_of
from bbbkeep.ledger.pages import in_pages
from bbbkeep.ledger.schema import events as table

NOTHING = "0" * 64
"""The hash before the first record."""

# Built once: it is asked for at every write.
_NEWEST = (
    select(table.c.seq, table.c.hash)
    .where(table.c.server == bindparam("server"))
    .order_by(table.c.seq.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Event:
    """One record of a server's chain; `seq` counts from 1."""

    seq: int
    server: str
    at: datetime
    kind: str
    body: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad record of a chain, and what is wrong with it."""

    seq: int
    problem: str


def append(conn: Connection, server: str, kind: str, body: Mapping[str, object], now: datetime) -> Event:
    """Add a record to the server's chain, within the caller's write transaction."""
    [event] = append_all(conn, server, kind, [body], now)
    return event


def append_all(
    conn: Connection, server: str, kind: str, bodies: Sequence[Mapping[str, object]], now: datetime
) -> list[Event]:
    """Add records of one *kind* to the server's chain, in order, within the caller's write transaction."""
    seq, prev_hash = head(conn, server)
    added: list[Event] = []
    rows: list[dict[str, object]] = []
    for body in bodies:
        seq, text = seq + 1, canonical(body)
        digest = _hash(prev_hash, server, seq, now, kind, json.loads(text))
        added.append(Event(seq, server, now, kind, json.loads(text), prev_hash, digest))
        row = {"server": server, "seq": seq, "at": now, "kind": kind, "body": text, "prev_hash": prev_hash}
        rows.append(row | {"hash": digest})
        prev_hash = digest
    if rows:
        conn.execute(insert(table), rows)
    return added


def events(conn: Connection, server: str, after: int = 0) -> Iterator[Event]:
    """Yield the records that follow number *after*."""
    for row in in_pages(conn, select(table).where(table.c.server == server), table.c.seq, after=after):
        yield Event(
            row["seq"], server, row["at"], row["kind"], json.loads(row["body"]), row["prev_hash"], row["hash"]
        )


def head(conn: Connection, server: str) -> tuple[int, str]:
    """Return number and hash of the newest record: what is worth noting elsewhere; (0, zeros) if none."""
    row = conn.execute(_NEWEST, {"server": server}).first()
    return (row.seq, row.hash) if row else (0, NOTHING)


def servers(conn: Connection) -> list[str]:
    """Return the servers that have a chain."""
    return list(conn.execute(select(table.c.server).distinct().order_by(table.c.server)).scalars())


def verify(conn: Connection, server: str, *, head: tuple[int, str] | None = None) -> Fault | None:
    """Return the first bad record, or None where the chain holds and reaches *head*."""
    noted_seq, noted_hash = head or (0, NOTHING)
    seq, previous = 0, NOTHING
    for row in in_pages(conn, _as_stored(server), table.c.seq):
        seq += 1
        problem = _problem(row, seq, previous)
        if problem is None and seq == noted_seq and row["hash"] != noted_hash:
            problem = "rewritten: it is not the record that was noted as head"
        if problem:
            return Fault(seq, problem)
        previous = row["hash"]
    if seq < noted_seq:
        return Fault(seq + 1, f"missing: the chain was cut after record {seq}, the noted head is {noted_seq}")
    return None


def _as_stored(server: str) -> Select[Any]:
    """Select the records with their time as it lies there: an edited one may be no time at all."""
    others = [column for column in table.c if column is not table.c.at]
    return select(type_coerce(table.c.at, BigInteger).label("at"), *others).where(table.c.server == server)


def _problem(row: RowMapping, seq: int, previous: str) -> str | None:
    if row["seq"] != seq:
        return f"missing, or a record was renumbered: the next one says {row['seq']}"
    if row["hash"] != _stored_hash(row):
        return "edited, or moved here from elsewhere: its contents do not give its hash"
    if row["prev_hash"] != previous:
        return "inserted, or the record before it was replaced: it does not follow that one"
    return None


def _stored_hash(row: RowMapping) -> str | None:
    """Hash what lies in the row; None where `append` can't have written it."""
    try:
        body = json.loads(row["body"])
        at = moment_of(row["at"])
        spelled = canonical(body)
        digest = _hash(row["prev_hash"], row["server"], row["seq"], at, row["kind"], body)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return digest if spelled == row["body"] else None


def _hash(prev_hash: str, server: str, seq: int, at: datetime, kind: str, body: object) -> str:
    record = {"prev_hash": prev_hash, "server": server, "seq": seq, "at": at, "kind": kind, "body": body}
    return hashlib.sha256(canonical(record).encode()).hexdigest()
