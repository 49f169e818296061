"""Rows of applied metadata sheets: what was asked for, what was there before, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, update

from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import sheet_rows, sheets
from bbbkeep.ledger.upserts import insert_new, upsert

_SENT = ("verified", "unverified", "failed")
_FINAL = ("verified", "unchanged", "skipped", "refused")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One cell to write; a `value` of None removes the key.

    `before` is what the server had when this was first planned, None where
    the key was absent; without `before_known` it says nothing yet.
    """

    number: int
    record_id: str
    key: str
    value: str | None
    before: str | None = None
    outcome: str | None = None
    because: str = ""
    tries: int = 0
    before_known: bool = False


def remember(
    conn: Connection, server: str, digest: str, name: str, rows: Sequence[SheetRow], now: datetime
) -> None:
    """Keep the rows of a sheet; those known already stay with what became of them."""
    sheet = {"server": server, "digest": digest, "name": name, "remembered_at": now}
    upsert(conn, sheets, [sheet], keep={"remembered_at"})
    for some in in_slices(rows):
        insert_new(conn, sheet_rows, [_spread(server, digest, row) for row in some])


def rows(conn: Connection, server: str, digest: str) -> dict[int, SheetRow]:
    """Return the rows of a sheet by number; none for a sheet that was never applied."""
    columns = [sheet_rows.c[name] for name in SheetRow.__dataclass_fields__]
    query = select(*columns).where(sheet_rows.c.server == server, sheet_rows.c.digest == digest)
    found = conn.execute(query.order_by(sheet_rows.c.number)).mappings()
    return {row["number"]: SheetRow(**row) for row in found}


def last_value(conn: Connection, server: str, record_id: str, key: str, *, besides: str) -> str | None:
    """Return what the newest sheet but *besides* asks for a key; None where it takes it away, or none says a word."""
    same_sheet = (sheet_rows.c.server == sheets.c.server) & (sheet_rows.c.digest == sheets.c.digest)
    query = (
        select(sheet_rows.c.value)
        .join(sheets, same_sheet)
        .where(sheet_rows.c.server == server, sheet_rows.c.record_id == record_id, sheet_rows.c.key == key)
        .where(sheet_rows.c.digest != besides)
        .order_by(sheets.c.remembered_at.desc(), sheet_rows.c.number.desc())
    )
    return conn.execute(query.limit(1)).scalar()


def set_before(conn: Connection, server: str, digest: str, number: int, before: str | None) -> None:
    """Note what the server had when the row was first planned; only the first time counts."""
    change = update(sheet_rows).where(*_one(server, digest, number), sheet_rows.c.before_known.is_(False))
    conn.execute(change.values(before=before, before_known=True))


def set_outcome(
    conn: Connection,
    server: str,
    digest: str,
    number: int,
    outcome: str,
    because: str,
    now: datetime,
) -> None:
    """Note what became of a row; an outcome of something sent counts as a try."""
    tries = sheet_rows.c.tries + (1 if outcome in _SENT else 0)
    change = update(sheet_rows).where(*_one(server, digest, number))
    conn.execute(change.values(outcome=outcome, because=because, tries=tries, outcome_at=now))


def erase_values(conn: Connection, server: str, moment: datetime) -> int:
    """Forget what was written by rows that were done before *moment*, and what was there before; return how many."""
    done = (sheet_rows.c.outcome.in_(_FINAL), sheet_rows.c.outcome_at < moment)
    kept = or_(sheet_rows.c.value.is_not(None), sheet_rows.c.before.is_not(None))
    change = update(sheet_rows).where(sheet_rows.c.server == server, *done, kept)
    return conn.execute(change.values(value=None, before=None)).rowcount


def unfinished(conn: Connection, server: str) -> list[tuple[str, str]]:
    """Return digest and name of the sheets with a row that has no outcome, failed or is unverified."""
    open_row = or_(sheet_rows.c.outcome.is_(None), sheet_rows.c.outcome.not_in(_FINAL))
    same_sheet = (sheet_rows.c.server == sheets.c.server) & (sheet_rows.c.digest == sheets.c.digest)
    query = select(sheets.c.digest, sheets.c.name).where(
        sheets.c.server == server, select(sheet_rows.c.number).where(same_sheet, open_row).exists()
    )
    found = conn.execute(query.order_by(sheets.c.remembered_at, sheets.c.digest))
    return [(row.digest, row.name) for row in found]


def _one(server: str, digest: str, number: int) -> tuple[ColumnElement[bool], ...]:
    return (
        sheet_rows.c.server == server,
        sheet_rows.c.digest == digest,
        sheet_rows.c.number == number,
    )


def _spread(server: str, digest: str, row: SheetRow) -> dict[str, object]:
    spread = {name: getattr(row, name) for name in SheetRow.__dataclass_fields__}
    spread["before_known"] = row.before_known or row.before is not None
    return spread | {"server": server, "digest": digest}
