"""How many nights in a row a write was sent in vain: after some it is left to people.

Only what was sent counts.  A write that was held back, refused beforehand or
never come to was no attempt.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import intents, outcomes, runs
from bbbkeep.model import ItemOutcome, Outcome

NIGHTS = 3
"""Nights that a write is tried; after that it is only reported."""

Write = tuple[str, str, str | None]
"""record_id, action, and the rule that asked for it."""


_outcomes = select(
    outcomes.c.record_id,
    outcomes.c.action,
    outcomes.c.outcome,
    outcomes.c.because,
    outcomes.c.detail,
    runs.c.number,
).join(runs, runs.c.run_id == outcomes.c.run_id)


@dataclass(frozen=True, slots=True)
class InVain:
    """The runs in a row that a write was sent in and did not show, and how the last one ended."""

    nights: int
    last: Outcome
    because: str


def in_vain(conn: Connection, server: str, command: str) -> Mapping[Write, InVain]:
    """Return the writes of *command* that were sent in vain since they last succeeded."""
    ours = (outcomes.c.server == server, runs.c.command == command)
    sent = and_(intents.c.run_id == outcomes.c.run_id, intents.c.number == outcomes.c.number)
    tried = _outcomes.join(intents, sent).where(*ours, outcomes.c.outcome.in_(("failed", "unverified")))
    found: dict[Write, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(tried.order_by(runs.c.number)):
        found[_write(row)].append(row)
    done = _last_done(conn, ours, {record_id for record_id, _, _ in found})
    since = {write: [row for row in rows if row.number > done.get(write, 0)] for write, rows in found.items()}
    return {
        write: InVain(len(rows), rows[-1].outcome, rows[-1].because) for write, rows in since.items() if rows
    }


def unverified(conn: Connection, server: str, action: str, since: datetime) -> list[ItemOutcome]:
    """Return the writes of one action that stayed unverified since then: the last try of each, unless it was done since."""
    ours = (outcomes.c.server == server, outcomes.c.action == action)
    tried = select(outcomes, runs.c.number.label("run")).join(runs, runs.c.run_id == outcomes.c.run_id)
    late = tried.where(*ours, outcomes.c.outcome == "unverified", outcomes.c.at >= since)
    last = {row.record_id: row for row in conn.execute(late.order_by(runs.c.number))}
    done = _last_done(conn, ours, last)
    names = ItemOutcome.__dataclass_fields__
    return [
        ItemOutcome(**{name: row._mapping[name] for name in names})  # noqa: SLF001  # SQLAlchemy's public name
        for row in last.values()
        if row.run > done.get(_write(row), 0)
    ]


def _last_done(
    conn: Connection, ours: Sequence[ColumnElement[bool]], record_ids: Collection[str]
) -> Mapping[Write, int]:
    """Return the writes to these recordings that the server showed done, each with the number of its last run."""
    done = _outcomes.where(*ours, outcomes.c.outcome.in_(("verified", "unchanged"))).order_by(runs.c.number)
    parts = (done.where(outcomes.c.record_id.in_(some)) for some in in_slices(sorted(record_ids)))
    return {_write(row): row.number for part in parts for row in conn.execute(part)}


def _write(row: Row[Any]) -> Write:
    return row.record_id, row.action, row.detail.get("rule")
