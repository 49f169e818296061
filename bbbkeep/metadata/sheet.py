"""Read a sheet of metadata edits: a CSV file with the columns record_id, key, value.

Pure: bytes in, edits out.  A row that can't be carried out is refused with
its line and the others go on; a file that can't be read as a whole is a
`SheetError`.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bbbkeep.errors import SheetError
from bbbkeep.model import RECORD_ID

COLUMNS = ["record_id", "key", "value"]
REMOVE = "!remove"
MAX_BYTES = 64_000_000
MAX_VALUE = 2_000
MAX_KEY = 100
MAX_WRITE = 3000
"""Characters of metadata in one write: with call, ID and checksum it stays below what any front end passes."""

# BigBlueButton accepts `meta_[a-zA-Z][a-zA-Z0-9-]*`, ignores other keys silently, and stores them in lower case.
KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
PROTECTED = re.compile(
    r"meetingid|meetingname|isbreakout|tenant-id|bbblb-.*|endcallbackurl|.*-recording-ready-url|analytics-callback-url"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edit:
    """Set one metadata key of one recording; value None removes it.

    `key` is in lower case, as servers store it; `value` is stripped.
    """

    line: int
    record_id: str
    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The edits in the order of the file, and the lines left out with the reason.

    `digest` is the SHA-256 of the file; `repeated` holds rows that say again
    what an earlier row says; `meant` holds what those refused rows ask for
    that name a recording and a key, with the value as it stands there.
    """

    digest: str
    name: str
    rows: tuple[Edit, ...]
    refused: tuple[tuple[int, str], ...] = ()
    repeated: tuple[tuple[int, str], ...] = ()
    meant: tuple[Edit, ...] = ()


def read_sheet(data: bytes, name: str, record_id: re.Pattern[str] = RECORD_ID) -> Sheet:
    """Read a sheet; *name* names it in errors, *record_id* is the form of a full record ID.

    Each line holds one row; line 1 is the first.  Lines that begin with `#`
    and empty ones are skipped.

    Raises:
        SheetError: not UTF-8, too large, another header, or a row that is
            not three values.
    """
    edits: list[Edit] = []
    refused: list[tuple[int, str]] = []
    meant: list[Edit] = []
    for line, row in _rows(_text(data, name), name):
        problem = _problem(row, record_id)
        if problem:
            refused.append((line, problem))
            meant += _meant(line, row, record_id)
        else:
            edits.append(_edit(line, row))
    rows, conflicts, repeated = _settle(edits)
    contradicting = {line for line, _ in conflicts}
    meant += [edit for edit in edits if edit.line in contradicting]
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(digest, name, rows, tuple(sorted((*refused, *conflicts))), repeated, tuple(meant))


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise SheetError(name, f"is larger than {MAX_BYTES} bytes", "split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SheetError(name, "is not UTF-8", "save it as CSV UTF-8", line) from None


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line, after the header, which tells the delimiter."""
    delimiter = ""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if line.startswith("#") or not line.strip(" ,;"):
            continue
        if not delimiter:
            delimiter = _delimiter(line, name, number)
            continue
        row = _cells(line, delimiter, name, number)
        if len(row) != len(COLUMNS):
            problem = f"{len(row)} values, not {len(COLUMNS)}"
            raise SheetError(name, problem, 'put a value that holds the delimiter in quotes: "a, b"', number)
        yield number, row
    if not delimiter:
        raise SheetError(name, "holds no header", f"start it with {','.join(COLUMNS)}")


def _delimiter(line: str, name: str, number: int) -> str:
    for delimiter in ",;":
        if [cell.strip() for cell in _cells(line, delimiter, name, number)] == COLUMNS:
            return delimiter
    remedy = f"the first line is {','.join(COLUMNS)} (or with semicolons), no other columns"
    raise SheetError(name, "the header is not a metadata sheet's", remedy, number)


def _cells(line: str, delimiter: str, name: str, number: int) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        problem = "quotes that don't close on their line, or a value that is far too long"
        raise SheetError(name, problem, "a value stands on one line", number) from None


def _problem(row: list[str], record_id: re.Pattern[str]) -> str | None:
    """Say why a row can't be carried out, or return None."""
    identity, key, value = (cell.strip() for cell in row)
    if not record_id.fullmatch(identity):
        return "record_id is not a full record ID: copy it from the inventory"
    return key_problem(key) or value_problem(value)


def key_problem(key: str) -> str | None:
    """Say why no sheet and no policy may write this key, or return None."""
    if not KEY.fullmatch(key) or len(key) > MAX_KEY:
        return (
            f"key {_quoted(key)} is not a letter followed by letters, digits and hyphens: servers ignore it"
        )
    if PROTECTED.fullmatch(key.lower()):
        return f"key {key.lower()} is protected: the server or its front end relies on it"
    return None


def value_problem(value: str) -> str | None:
    """Say why a key can't be given this value, or return None."""
    if not value:
        return f"value is empty: write {REMOVE} to remove the key"
    if value != REMOVE and value.lower() == REMOVE:
        return f"value {value} is not {REMOVE}: write it in lower case"
    if len(value) > MAX_VALUE:
        return f"value has {len(value)} characters, more than {MAX_VALUE}"
    if _CONTROL.search(value):
        return "value holds a control character: servers drop it, or can't be read afterwards"
    return None


def _edit(line: int, row: list[str]) -> Edit:
    identity, key, value = (cell.strip() for cell in row)
    return Edit(line, identity, key.lower(), None if value == REMOVE else value)


def _meant(line: int, row: list[str], record_id: re.Pattern[str]) -> list[Edit]:
    """Return what a refused row asks for, if it says of what; no way of writing `!remove` asks for a value."""
    identity, key, value = (cell.strip() for cell in row)
    if not (record_id.fullmatch(identity) and KEY.fullmatch(key)):
        return []
    return [Edit(line, identity, key.lower(), None if value.lower() == REMOVE else value)]


def _settle(
    edits: list[Edit],
) -> tuple[tuple[Edit, ...], list[tuple[int, str]], tuple[tuple[int, str], ...]]:
    """Tell apart the edits that stand, those that contradict each other, and repetitions."""
    said: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        said.setdefault((edit.record_id, edit.key), []).append(edit)
    rows: list[Edit] = []
    conflicts: list[tuple[int, str]] = []
    repeated: list[tuple[int, str]] = []
    for same in said.values():
        lines = ", ".join(str(edit.line) for edit in same[:5])
        if len({comparable(edit.value) for edit in same}) > 1:
            reason = f"lines {lines} want different values of {same[0].key} for one recording: keep one"
            conflicts += [(edit.line, reason) for edit in same]
            continue
        rows.append(same[0])
        repeated += [(edit.line, f"says the same as line {same[0].line}") for edit in same[1:]]
    return tuple(rows), conflicts, tuple(sorted(repeated))


def comparable(value: str | None) -> str | None:
    """Return a value as two servers would agree on it; None is absent.

    BigBlueButton writes metadata.xml through a pretty printer, which wraps
    long values: runs of whitespace are one space.
    """
    return None if value is None else " ".join(value.split())


def _quoted(text: str) -> str:
    return repr(text if len(text) <= MAX_KEY else text[:MAX_KEY] + "...")
