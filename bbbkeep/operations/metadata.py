"""Apply a metadata sheet: plan, ask for it, write chunk by chunk, account for each row."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bbbkeep.model import ItemOutcome
from bbbkeep.operations import sheet_rows, sheets
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.retention import hold_key
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.begin import begin, check
from bbbkeep.plans.document import Plan, read_plan
from bbbkeep.plans.finish import finish
from bbbkeep.plans.run import RunRef
from bbbkeep.selection import Selection
from bbbkeep.site import Site


def plan_sheet(site: Site, path: Path, selection: Selection, *, now: datetime) -> PlanRef:
    """Plan one sheet.

    Raises:
        SheetError: it can't be read as a whole.
    """
    sheet, key = sheets.read(site, path), hold_key(site)
    return refer(sheets.plan_sheet(site, sheet, selection, hold_key=key, now=now))


def begin_sheet(site: Site, plan: PlanRef, *, now: datetime, token: str | None = None) -> RunRef:
    """Ask for what the plan holds: its rows, its holds, and the lease to write."""
    checked = check(site, Path(plan.path), now=now, kind="metadata")
    run = begin(site, Path(plan.path), command="metadata apply", now=now, token=token)
    accept(site, checked, now=now)
    return run


def accept(site: Site, plan: Plan, *, now: datetime) -> None:
    """Take up the rows and the holds of a plan; those that were taken up before stay as they are."""
    sheet_rows.accept(site, plan, hold_key=hold_key(site), now=now)


def apply_chunk(site: Site, run: RunRef, numbers: Sequence[int]) -> list[ItemOutcome]:
    """Write the items with these numbers; a hold never stops metadata edits."""
    return apply_items(site, run, numbers, lambda _: None)


def finish_sheet(site: Site, run: RunRef, path: Path | None) -> list[ItemOutcome]:
    """End the run, account for its rows, and move a finished sheet aside."""
    now = site.clock.now()
    outcomes = finish(site, run, now=now)
    plan, _ = read_plan(Path(run.plan_path))
    sheet_rows.note_outcomes(site, plan, outcomes, now=now)
    if path is not None and path.is_file():
        sheet_rows.put_aside(site, path, sheets.read(site, path))
    return outcomes


def given_up(site: Site, run: RunRef) -> int:
    """Count the rows of a run's sheet that no further night tries."""
    return sheet_rows.given_up(site, read_plan(Path(run.plan_path))[0])


def in_drop_folder(site: Site, path: Path) -> Path | None:
    """Return *path* if it lies in the server's drop folder: only such a sheet is moved aside."""
    return path if path.absolute().parent == site.server.sheets_dir else None


def sheet_of(plan: Plan) -> str:
    """Return the name of the sheet that a plan was made from."""
    return plan.source.get("sheet", "")
