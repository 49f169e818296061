"""Keep account of a sheet's rows: asked, written, done; then move it aside with a receipt."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bbbkeep.errors import SheetError
from bbbkeep.ledger import holds, sheets
from bbbkeep.ledger.sheets import SheetRow
from bbbkeep.metadata.sheet import Sheet
from bbbkeep.model import ItemOutcome
from bbbkeep.operations.sheets import AGAIN, FINAL, is_final, is_given_up
from bbbkeep.plans.applying import FOR_NOW
from bbbkeep.plans.document import Plan
from bbbkeep.plans.make import write_private
from bbbkeep.reports.cells import neutral
from bbbkeep.site import Site


def accept(site: Site, plan: Plan, *, hold_key: str, now: datetime) -> None:
    """Remember every row of the plan before the first write: from here on it was asked for.

    A hold that a row asks for counts from this moment, also where the server
    will not store it, and where the row is refused: then without end.
    """
    digest, rows = plan.source["digest"], list(_rows(plan))
    with site.ledger.write() as conn:
        known = sheets.rows(conn, site.key, digest)
        new = [row for row in rows if row.number not in known]
        sheets.remember(conn, site.key, digest, plan.source["sheet"], new, now)
        for row in rows:
            if row.outcome is not None and row.outcome in FINAL and row.because != AGAIN:
                sheets.set_outcome(conn, site.key, digest, row.number, row.outcome, row.because, now)
        for row in (*new, *(row for row in rows if row.because == AGAIN)):
            if row.key == hold_key.lower():
                _hold(conn, site, row, now)


def _hold(conn: Connection, site: Site, row: SheetRow, now: datetime) -> None:
    """Hold or lift what a row says; a refused one lifts nothing, and whoever wrote it may have meant any day."""
    if row.outcome == "refused":
        if row.value is not None:
            holds.asked(
                conn, site.key, row.record_id, f"line {row.number} of a sheet, which was refused", now
            )
    elif row.value is None:
        holds.withdrawn(conn, site.key, row.record_id, now)
    else:
        holds.asked(conn, site.key, row.record_id, row.value, now)


def _rows(plan: Plan) -> list[SheetRow]:
    written = [
        SheetRow(
            number=item.params["lines"][key],
            record_id=item.record_id,
            key=key,
            value=change["new"],
            before=change["old"],
            before_known=True,
            outcome=None,
            because="",
            tries=0,
        )
        for item in plan.items
        for key, change in item.params["changes"].items()
    ]
    left = [
        SheetRow(
            number=int(one["line"]),
            record_id=one["record_id"],
            key=one["key"],
            value=one.get("value"),
            before=None,
            outcome=one["outcome"],
            because=one["because"],
            tries=0,
        )
        for one in plan.refused
    ]
    return written + left


def note_outcomes(site: Site, plan: Plan, outcomes: Sequence[ItemOutcome], *, now: datetime) -> None:
    """Give each row the outcome of the write that it was part of; one that only had to wait stays open."""
    items = {item.number: item for item in plan.items}
    with site.ledger.write() as conn:
        for outcome in outcomes:
            if outcome.detail.get("untried") or outcome.because in FOR_NOW:
                continue
            for line in items[outcome.number].params["lines"].values():
                digest = plan.source["digest"]
                sheets.set_outcome(conn, site.key, digest, line, outcome.outcome, outcome.because, now)


def given_up(site: Site, plan: Plan) -> int:
    """Count the rows of the plan that were tried on as many nights as they get, in vain."""
    lines = [line for item in plan.items for line in item.params["lines"].values()]
    with site.ledger.read() as conn:
        rows = sheets.rows(conn, site.key, plan.source["digest"])
    return sum(is_given_up(rows[line]) for line in lines)


def put_aside(site: Site, path: Path, sheet: Sheet) -> Path | None:
    """Move a sheet whose every row has an outcome into `done/`, a receipt beside it."""
    with site.ledger.read() as conn:
        rows = sheets.rows(conn, site.key, sheet.digest)
    lines = {edit.line for edit in sheet.rows} | {line for line, _ in (*sheet.refused, *sheet.repeated)}
    if not all(line in rows and is_final(rows[line]) for line in lines):
        return None
    folder, name = path.parent / "done", f"{path.stem}.{sheet.digest[:8]}"
    receipt = folder / f"{name}.receipt.csv"
    try:
        write_private(receipt, _receipt([rows[line] for line in sorted(lines)]))
        path.replace(folder / f"{name}{path.suffix}")
    except OSError as error:
        problem = f"is done, but can't be moved to {folder} ({error.strerror})"
        raise SheetError(path, problem, "let this user write there") from None
    return receipt


def _receipt(rows: Sequence[SheetRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "record_id", "key", "outcome", "because"))
    writer.writerows((row.number, row.record_id, row.key, row.outcome, neutral(row.because)) for row in rows)
    return text.getvalue().encode()
