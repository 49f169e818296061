"""Read a list of holds that people or another system keep: CSV with `record_id,until,reason`.

A list that can't be read whole holds recordings that nobody can name, so it
is refused as a whole: nothing may be judged without it.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from os import stat_result
from pathlib import Path

from bbbkeep.errors import HoldListError
from bbbkeep.retention.spans import read_date

COLUMNS = ("record_id", "until", "reason")
MAX_BYTES = 64 * 1024**2
MAX_REASON = 500
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)


def read_holds(paths: Iterable[Path]) -> dict[str, str]:
    """Return record_id -> the value of its hold, of all lists; where two name one recording, the later wins.

    Values read as those of the metadata key do: an ISO date in front is the last day.

    Raises:
        HoldListError: a list is missing, unreadable, cut, or wrong in any line.
    """
    found: dict[str, str] = {}
    for path in paths:
        for record_id, value in _holds(path, _text(path)).items():
            found[record_id] = _longer(found.get(record_id), value)
    return found


def _longer(one: str | None, other: str) -> str:
    """Return the hold that lasts longer: dated ones sort by their day, endless ones come last."""
    return other if one is None else max(one, other, key=_last_day)


def _last_day(value: str) -> str:
    return value[:10] if read_date(value[:10]) else "~"


def _text(path: Path) -> str:
    try:
        before = path.stat()
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        after = path.stat()
    except OSError as error:
        remedy = "nothing is judged without it: bring it back, or take it out of the policy"
        raise HoldListError(path, f"can't be read: {error.strerror}", remedy) from None
    if len(raw) > MAX_BYTES:
        raise HoldListError(path, f"is larger than {MAX_BYTES:,} bytes", "split it into several lists")
    if _changed(before, after) or len(raw) != after.st_size:
        raise HoldListError(path, "was being written while it was read", "write it aside, then rename it")
    if not raw.endswith(b"\n"):
        remedy = "it may be cut: write it whole, and end each line with a newline"
        raise HoldListError(path, "its last line has no end", remedy, raw.count(b"\n") + 1)
    return _decoded(path, raw)


def _changed(before: stat_result, after: stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ino) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    )


def _decoded(path: Path, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise HoldListError(path, "is not UTF-8", "save it as CSV in UTF-8", line) from None
    if "\0" in text:
        raise HoldListError(path, "holds a NUL character", "save it as CSV in UTF-8")
    return text


def _holds(path: Path, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path, text):
        record_id, value = _hold(path, line, row)
        if record_id in lines:
            problem = f"{record_id} is listed twice, first in line {lines[record_id]}"
            raise HoldListError(path, problem, "leave one: nobody knows which `until` is meant", line)
        found[record_id], lines[record_id] = value, line
    return found


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row below the header."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise HoldListError(path, "has another header", f"its first line is {','.join(COLUMNS)}", 1)
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise HoldListError(path, f"is no CSV: {error}", "check its quotes", reader.line_num) from None


def _hold(path: Path, line: int, row: list[str]) -> tuple[str, str]:
    if len(row) != len(COLUMNS):
        remedy = "write record_id,until,reason; quote a reason that holds a comma"
        raise HoldListError(path, f"has {len(row)} cells instead of {len(COLUMNS)}", remedy, line)
    record_id, until, reason = (cell.strip() for cell in row)
    if not _ID.fullmatch(record_id):
        raise HoldListError(path, "names no whole record ID", "one full ID a line, no patterns", line)
    if until and read_date(until) is None:
        problem = "`until` is no date that exists"
        raise HoldListError(path, problem, "write 2027-03-31, or nothing for a hold without end", line)
    if len(reason) > MAX_REASON:
        raise HoldListError(path, f"has a reason of more than {MAX_REASON} characters", "shorten it", line)
    # The words in front keep a reason that begins with a date from being read as the last day.
    return record_id, f"{until or 'without end'} {reason}".rstrip()
