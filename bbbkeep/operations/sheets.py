"""Plan a metadata sheet, row by row.

A row is known by the sheet's digest and its line.  Once it has an outcome it
is never written again by the same sheet, whatever the value is by then.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from bbbkeep.errors import SheetError
from bbbkeep.ledger import inventory, sheets
from bbbkeep.ledger.attempts import NIGHTS
from bbbkeep.ledger.sheets import SheetRow
from bbbkeep.metadata.changes import changes
from bbbkeep.metadata.sheet import MAX_BYTES, MAX_WRITE, Edit, Sheet, comparable, read_sheet
from bbbkeep.model import InventoryRow, Outcome
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import Plan, PlanItem
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.selection import Selection
from bbbkeep.site import Site

FINAL: Collection[str] = ("verified", "unchanged", "skipped", "refused")

AGAIN = "this very sheet was applied before: nothing is written again, but the hold counts from now on"


@dataclass(frozen=True, slots=True)
class Judged:
    """What to do with one row now: write it (no outcome), or why not."""

    edit: Edit
    before: str | None = None
    outcome: Outcome | None = None
    because: str = ""


def sheets_in(folder: Path) -> list[Path]:
    """Return the sheets laid into *folder*, by name."""
    found = folder.glob("*.csv") if folder.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def read(site: Site, path: Path) -> Sheet:
    """Read a sheet.

    Raises:
        SheetError: it can't be read as a whole.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more, so that it is seen to be too large
        return read_sheet(data, path.name, site.record_ids)
    except OSError as error:
        raise SheetError(
            path, f"can't be read ({error.strerror})", "check the name and its permissions"
        ) from None


def is_final(row: SheetRow) -> bool:
    """Tell whether a row needs no further night."""
    return row.outcome in FINAL or (row.outcome is not None and row.tries >= NIGHTS)


def is_given_up(row: SheetRow) -> bool:
    """Tell whether a row was tried on as many nights as it gets, in vain."""
    return is_final(row) and row.outcome not in FINAL


def plan_sheet(
    site: Site, sheet: Sheet, selection: Selection, *, hold_key: str, now: datetime
) -> tuple[Plan, Path]:
    """Plan what the rows of *sheet* that have no outcome yet would write.

    A sheet of which nothing is left to do was laid there again: what it holds,
    it asks to be held anew.
    """
    with site.ledger.read() as conn:
        known = sheets.rows(conn, site.key, sheet.digest)
        open_edits = [edit for edit in sheet.rows if edit.line not in known or not is_final(known[edit.line])]
        rows = inventory.many(conn, site.key, [edit.record_id for edit in open_edits])
    asked = [edit for edit in open_edits if _asked_for(rows.get(edit.record_id), selection)]
    judged = [_judge(edit, rows.get(edit.record_id), known.get(edit.line)) for edit in asked]
    judged += [] if open_edits else _held_again(sheet, hold_key)
    draft = Draft(
        "metadata",
        tuple(_items([one for one in judged if one.outcome is None], rows)),
        kept=len(sheet.rows) - len(open_edits),
        refused=(*_not_read(sheet, known), *_given_up(sheet, known), *_left(judged)),
        source={"sheet": sheet.name, "digest": sheet.digest},
    )
    return make_plan(site, draft, now=now)


def _asked_for(row: InventoryRow | None, selection: Selection) -> bool:
    """A row about an unknown recording is answered too, unless only some recordings were asked for."""
    return row.recording in selection if row is not None else not (selection.states or selection.meta)


def _judge(edit: Edit, row: InventoryRow | None, known: SheetRow | None) -> Judged:
    compared = changes([edit], {} if row is None else {edit.record_id: row.recording})
    for skipped in compared.skipped:
        return Judged(edit, outcome="skipped", because=skipped.because)
    if row is not None and row.recording.state == "deleted":
        return Judged(edit, outcome="skipped", because="the recording is deleted")
    for change in compared.unchanged:
        return Judged(edit, change.old, "unchanged", "the server has it already")
    [change] = compared.changed
    if known is not None and comparable(change.old) != comparable(known.before):
        return Judged(
            edit, change.old, "skipped", "somebody changed the value since this row was first tried"
        )
    return Judged(edit, change.old)


def _held_again(sheet: Sheet, hold_key: str) -> list[Judged]:
    holds = (edit for edit in sheet.rows if edit.key == hold_key.lower() and edit.value is not None)
    return [Judged(edit, outcome="skipped", because=AGAIN) for edit in holds]


def _left(judged: Iterable[Judged]) -> Iterator[Mapping[str, str]]:
    for one in judged:
        if one.outcome is not None:
            yield _entry(one.edit, one.outcome, one.because)


def _not_read(sheet: Sheet, known: Mapping[int, SheetRow]) -> Iterator[Mapping[str, str]]:
    """Return the rows that are wrong or say again what another says, the first time the sheet is seen."""
    meant = {edit.line: edit for edit in sheet.meant}
    for outcome, rows in (("refused", sheet.refused), ("skipped", sheet.repeated)):
        for line, because in rows:
            if line not in known:
                edit = meant.get(line, Edit(line, "", "", None))
                yield _entry(edit, outcome, because)


def _given_up(sheet: Sheet, known: Mapping[int, SheetRow]) -> Iterator[Mapping[str, str]]:
    for edit in sheet.rows:
        row = known.get(edit.line)
        if row is not None and is_given_up(row):
            because = f"tried {row.tries} times, last: {row.because}; not tried again by this sheet"
            yield _entry(edit, str(row.outcome), because)


def _entry(edit: Edit, outcome: str, because: str) -> Mapping[str, str]:
    """Return a row that is not in the plan, as the plan tells of it."""
    named = {"line": str(edit.line), "record_id": edit.record_id, "key": edit.key}
    value = {} if edit.value is None else {"value": edit.value}
    return {**named, "outcome": outcome, "because": because, **value}


def _items(judged: Iterable[Judged], rows: Mapping[str, InventoryRow]) -> Iterator[PlanItem]:
    """Put the rows of one recording that do the same into one write."""

    def group(one: Judged) -> tuple[str, bool]:
        return one.edit.record_id, one.edit.value is None

    for (record_id, _), together in groupby(sorted(judged, key=group), group):
        for edits in _fitting(together):
            yield _item(rows[record_id], edits)


def _fitting(judged: Iterable[Judged]) -> Iterator[list[Judged]]:
    """Cut one recording's rows so that each write's URL passes the front ends."""
    some: list[Judged] = []
    length = 0
    for one in judged:
        size = len(quote(f"{one.edit.key}={one.edit.value or ''}", safe="")) + len("&meta_")
        if some and length + size > MAX_WRITE:
            yield some
            some, length = [], 0
        some.append(one)
        length += size
    yield some


def _item(row: InventoryRow, edits: Sequence[Judged]) -> PlanItem:
    action = ACTIONS["remove_metadata" if edits[0].edit.value is None else "set_metadata"]
    params = {
        "changes": {one.edit.key: {"old": one.before, "new": one.edit.value} for one in edits},
        "lines": {one.edit.key: one.edit.line for one in edits},
    }
    return PlanItem(
        number=0,
        record_id=row.recording.record_id,
        action=action.name,
        fingerprint=action.fingerprint(row.recording, params),
        reasons=tuple(_in_words(one) for one in edits),
        size_bytes=row.recording.whole_size,
        undo="metadata can be set back",
        params=params,
    )


def _in_words(one: Judged) -> str:
    """Say what a row changes, with the value it changes."""
    if one.edit.value is None:
        return f"{one.edit.key}: {one.before!r} is removed"
    was = "was absent" if one.before is None else f"was {one.before!r}"
    return f"{one.edit.key}: {one.edit.value!r} ({was})"
