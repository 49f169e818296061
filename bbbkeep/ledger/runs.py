"""What was run, and what became of each of its items."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Text, and_, func, or_, select, type_coerce, update

from bbbkeep.exits import FINISHED
from bbbkeep.ledger import intents
from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import outcomes as items
from bbbkeep.ledger.schema import runs as table
from bbbkeep.ledger.upserts import upsert
from bbbkeep.model import ItemOutcome

_ALL = 10_000
_TROUBLE = ("failed", "unverified")
_SETTLED = ("verified", "unchanged")


@dataclass(frozen=True, slots=True)
class Run:
    """One command at work on one server."""

    run_id: str
    server: str
    command: str
    plan_id: str | None
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    remarks: Sequence[str] = ()
    """What the run could not find out, or left open, for people."""


_COLUMNS = [table.c[name] for name in Run.__dataclass_fields__]


def start(
    conn: Connection, run_id: str, server: str, command: str, plan_id: str | None, now: datetime
) -> None:
    """Begin a run; one that is resumed keeps its first start and is open again."""
    row: dict[str, object] = {
        "run_id": run_id,
        "server": server,
        "command": command,
        "plan_id": plan_id,
        "started_at": now,
        "remarks": [],
    }
    reopened = update(table).where(table.c.run_id == run_id).values(finished_at=None, exit_code=None)
    if conn.execute(reopened).rowcount == 0:
        conn.execute(table.insert(), row)


def finish(conn: Connection, run_id: str, exit_code: int, now: datetime) -> None:
    """End a run."""
    conn.execute(update(table).where(table.c.run_id == run_id).values(finished_at=now, exit_code=exit_code))


def get(conn: Connection, run_id: str) -> Run | None:
    """Return one run."""
    return next(iter(_runs(conn, select(*_COLUMNS).where(table.c.run_id == run_id), 1)), None)


def latest(conn: Connection, server: str, command: str) -> Run | None:
    """Return the newest run of that command, finished or not."""
    query = select(*_COLUMNS).where(table.c.server == server, table.c.command == command)
    return next(iter(_runs(conn, query, 1)), None)


def last_good(conn: Connection, server: str, command: str) -> datetime | None:
    """Return when a run of that command last came to its end, nothing having stopped it; None: never."""
    good = (table.c.server == server, table.c.command == command, table.c.exit_code.in_(FINISHED))
    ended: datetime | None = conn.execute(select(func.max(table.c.finished_at)).where(*good)).scalar()
    return ended


def unfinished(conn: Connection, server: str) -> list[str]:
    """Return the runs of a server that never ended, oldest first."""
    query = select(table.c.run_id).where(table.c.server == server, table.c.finished_at.is_(None))
    return list(conn.scalars(query.order_by(table.c.number)))


def broken_off(conn: Connection, server: str) -> list[Run]:
    """Return the runs of a server that never ended, or that ended with items left open, oldest first."""
    detail = type_coerce(items.c.detail, Text)
    left = or_(detail.like('%"open":true%'), detail.like('%"untried":true%'))
    left_open = select(items.c.run_id).where(items.c.server == server, left)
    open_ones = or_(table.c.finished_at.is_(None), table.c.run_id.in_(left_open))
    found = _runs(conn, select(*_COLUMNS).where(table.c.server == server, open_ones), _ALL)
    return sorted(found, key=lambda run: run.started_at)


def listing(conn: Connection, limit: int) -> list[Run]:
    """Return the newest runs of all servers, newest first."""
    return _runs(conn, select(*_COLUMNS), limit)


def remark(conn: Connection, run_id: str, remarks: Sequence[str]) -> None:
    """Keep what people should know about a run."""
    conn.execute(update(table).where(table.c.run_id == run_id).values(remarks=list(remarks)))


def record(conn: Connection, server: str, *outcomes: ItemOutcome) -> None:
    """Keep the outcomes of items of a known run; again replaces them."""
    names = ItemOutcome.__dataclass_fields__
    rows = [{name: getattr(one, name) for name in names} | {"server": server} for one in outcomes]
    upsert(conn, items, rows)


def outcomes(conn: Connection, run_id: str, numbers: Collection[int] | None = None) -> list[ItemOutcome]:
    """Return the outcomes of a run in the order of its items; only of these *numbers*, if given."""
    query = select(items).where(items.c.run_id == run_id).order_by(items.c.number)
    if numbers is None:
        return [_outcome(row) for row in conn.execute(query).mappings()]
    some = (query.where(items.c.number.in_(part)) for part in in_slices(sorted(numbers)))
    return [_outcome(row) for part in some for row in conn.execute(part).mappings()]


def outcomes_since(conn: Connection, server: str, since: datetime) -> list[ItemOutcome]:
    """Return the outcomes from *since* on, oldest first."""
    return [_outcome(row) for row in conn.execute(_since(server, since)).mappings()]


def troubled_since(conn: Connection, server: str, since: datetime, *, besides: str = "") -> set[str]:
    """Return the recordings with a write that failed or is unverified since then, and was not made good.

    Made good means: a later run did the same action to it and had no trouble.
    What was skipped or refused wrote nothing, so it neither makes trouble nor
    ends it.  A write that may have gone out and has no outcome is trouble too.
    What the run *besides* did, or has under way, is left out.
    """
    under_way = {one.record_id for one in intents.open_since(conn, server, since, besides=besides)}
    latest_run: dict[tuple[str, str], str] = {}
    trouble: dict[tuple[str, str], bool] = defaultdict(bool)
    wrote = (items.c.run_id != besides, items.c.outcome.in_(_TROUBLE + _SETTLED))
    for row in conn.execute(_since(server, since).where(*wrote)):
        write = (row.record_id, row.action)
        before = trouble[write] if latest_run.get(write) == row.run_id else False
        latest_run[write] = row.run_id
        trouble[write] = before or row.outcome in _TROUBLE
    return under_way | {record_id for (record_id, _), is_trouble in trouble.items() if is_trouble}


def _since(server: str, since: datetime) -> Select[Any]:
    # An outcome without a time of its own counts from the start of its run.
    at = func.coalesce(items.c.at, table.c.started_at)
    query = select(items).join(table, table.c.run_id == items.c.run_id)
    # Each half names server and time, as the index does; else SQLite reads all that was ever done to the server.
    timed = and_(items.c.server == server, items.c.at >= since)
    untimed = and_(items.c.server == server, items.c.at.is_(None), table.c.started_at >= since)
    return query.where(or_(timed, untimed)).order_by(at, table.c.number, items.c.number)


def _outcome(row: RowMapping) -> ItemOutcome:
    return ItemOutcome(**{name: row[name] for name in ItemOutcome.__dataclass_fields__})


def _runs(conn: Connection, query: Select[Any], limit: int) -> list[Run]:
    newest_first = query.order_by(table.c.number.desc()).limit(limit)
    found = conn.execute(newest_first).mappings()
    return [Run(**{**row, "remarks": tuple(row["remarks"])}) for row in found]
