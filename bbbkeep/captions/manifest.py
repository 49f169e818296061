"""Read a manifest: a CSV file that says what each caption file becomes, where names don't.

Columns, in any order: `file` and `recording` (a record ID, or a meeting ID and
its day), `lang`; and, where wanted, `kind`, `label`, `offset` (seconds to move all
cues by, as in `-2.5`) and `encoding` (what the file is read as, where its bytes
don't tell).  Pure: bytes in, rows out.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from bbbkeep.captions.decode import named
from bbbkeep.captions.language import canonical
from bbbkeep.captions.naming import Match, Meeting, one_spelling, recording_named
from bbbkeep.errors import CaptionError, SheetError, UsageError
from bbbkeep.model import KINDS, RECORD_ID, Kind

NAME = "manifest.csv"
"""What a manifest in the drop folder is called."""

MAX_BYTES = 64_000_000
NEEDED = ("file", "recording", "lang")
COLUMNS = (*NEEDED, "kind", "label", "offset", "encoding")
_OFFSET = re.compile(r"[+-]?[0-9]{1,5}(?:\.[0-9]{1,3})?", re.ASCII)
_LABEL = re.compile(r"[^\x00-\x1f\x7f-\x9f\"\\]{1,200}")


@dataclass(frozen=True, slots=True)
class Row:
    """What one file becomes; `problem` says why it can't.  `label` empty: the language's own name; `encoding` empty: told by the bytes."""

    line: int
    file: str
    match: Match | None = None
    label: str = ""
    offset_ms: int = 0
    problem: str = ""
    encoding: str = ""


def read_manifest(
    data: bytes, name: str, *, default_kind: Kind = "captions", record_ids: re.Pattern[str] = RECORD_ID
) -> dict[str, Row]:
    """Return the rows by file, which is relative to the manifest; a row that is wrong says why.

    Raises:
        SheetError: not UTF-8, too large, no CSV, or without a header of these columns.
    """
    rows: dict[str, Row] = {}
    for line, values, problem in _rows(data, name):
        row = _row(line, values, problem, default_kind, record_ids)
        earlier = rows.get(row.file)
        if earlier is not None:
            row = Row(
                line, row.file, problem=f"{name} names it in lines {earlier.line} and {line}; leave one"
            )
        rows[row.file] = row
    return rows


def _rows(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, str], str]]:
    if len(data) > MAX_BYTES:
        raise SheetError(name, f"larger than {MAX_BYTES:,} bytes", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(name, "is not UTF-8", "save it as CSV in UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = _header(next(reader, []), name)
        for values in reader:
            if any(value.strip() for value in values):
                yield reader.line_num, *_named(header, values)
    except csv.Error as error:
        raise SheetError(name, str(error), "save it as CSV", reader.line_num) from None


def _named(header: list[str], values: list[str]) -> tuple[Mapping[str, str], str]:
    named = dict.fromkeys(header, "") | dict(zip(header, (value.strip() for value in values), strict=False))
    if len(values) == len(header):
        return named, ""
    return named, f"{len(values)} values, the header has {len(header)}; quote values that hold commas"


def _header(values: list[str], name: str) -> list[str]:
    header = [value.strip().lower() for value in values]
    unknown = [column for column in header if column not in COLUMNS]
    missing = [column for column in NEEDED if column not in header]
    if unknown or missing or len(set(header)) != len(header):
        wrong = f"unknown column {unknown[0]!r}" if unknown else f"not one column each of {', '.join(NEEDED)}"
        raise SheetError(name, wrong, f"the columns are {','.join(COLUMNS)}", 1)
    return header


def _row(
    line: int, values: Mapping[str, str], problem: str, default_kind: Kind, record_ids: re.Pattern[str]
) -> Row:
    file = one_spelling(str(PurePosixPath(values["file"]))) if values["file"] else f"line {line}"
    problem = problem or ("" if values["file"] else "names no file")
    if problem:
        return _wrong(line, file, problem)
    try:
        found = _match(values, default_kind, record_ids)
        encoding = named(values["encoding"]) if values.get("encoding") else ""
        return Row(line, file, found, _label(values), _offset_ms(values), encoding=encoding)
    except CaptionError as error:
        return _wrong(line, file, error.problem)
    except UsageError as error:
        return _wrong(line, file, str(error))


def _wrong(line: int, file: str, problem: str) -> Row:
    return Row(line, file, problem=f"line {line} of the manifest: {problem}")


def _match(values: Mapping[str, str], default_kind: Kind, record_ids: re.Pattern[str]) -> Match:
    recording = recording_named(values["recording"], record_ids)
    if recording is None:
        remedy = "name a full record ID, or a meeting ID and its day as in course-7 2026-02-22"
        raise CaptionError(values["file"], f"{values['recording'][:80]!r} is no recording; {remedy}")
    kind = next((kind for kind in KINDS if kind == values.get("kind")), None)
    if values.get("kind") and kind is None:
        raise CaptionError(values["file"], f"kind {values['kind'][:40]!r} is not one of {', '.join(KINDS)}")
    lang, used = canonical(values["lang"]), kind or default_kind
    return (
        Match("", lang, used, recording) if isinstance(recording, Meeting) else Match(recording, lang, used)
    )


def _label(values: Mapping[str, str]) -> str:
    label = values.get("label", "")
    if label and not _LABEL.fullmatch(label):
        problem = f"label {label[:80]!r} is too long, or holds quotes, backslashes or control characters"
        raise CaptionError(values["file"], problem)
    return label


def _offset_ms(values: Mapping[str, str]) -> int:
    offset = values.get("offset") or "0"
    if not _OFFSET.fullmatch(offset):
        raise CaptionError(values["file"], f"offset {offset[:40]!r} is not in seconds, as in 2.5 or -0.8")
    return round(float(offset) * 1000)
