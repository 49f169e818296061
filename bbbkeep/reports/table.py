"""The inventory as a table: one row per recording, unknown cells empty, safe in a spreadsheet.

Streams: no more than one chunk of rows is in memory.  It holds no playback
address of any kind, because those may carry tokens.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from bbbkeep.model import InventoryRow, KnownTracks, Recording
from bbbkeep.reports import figures
from bbbkeep.reports.cells import neutral
from bbbkeep.reports.readable import stamp
from bbbkeep.reports.wholefile import whole_file

CHUNK_ROWS = 10_000

COLUMNS = (
    "server",
    "profile",
    "record_id",
    "meeting_id",
    "name",
    "state",
    "published",
    "protected",
    "start",
    "end",
    "duration_minutes",
    "age_days",
    "date_status",
    "participants",
    "formats",
    "size_bytes",
    "raw_size_bytes",
    "caption_langs",
    "captions_asked_at",
    "origin",
    "context",
    "hold",
    "first_seen",
    "last_seen",
)
OURS = frozenset(
    {"published", "protected", "start", "end", "date_status", "captions_asked_at", "first_seen", "last_seen"}
)
"""Text in our own words, which no server can turn into a formula."""
NUMBERS = ("duration_minutes", "age_days", "participants", "size_bytes", "raw_size_bytes")
_SAFE = tuple((column, column in OURS or column in NUMBERS) for column in COLUMNS)

ORIGIN_KEYS = ("bbb-origin-server-name", "bbb-origin")
CONTEXT_KEYS = ("bbb-context-name", "bbb-context-label", "bbb-context", "bbb-context-id")
"""What front ends (Moodle, Greenlight) say about the course or room; the first that has a value counts."""


def write_inventory_csv(
    rows: Iterable[InventoryRow],
    path: Path,
    *,
    now: datetime,
    server: str = "",
    profile: str = "",
    hold_key: str = "bbbkeep-hold",
) -> int:
    """Write the table as CSV (UTF-8, header, RFC 4180 quotes) and return how many recordings it holds."""
    cells = (_cells(row, now, hold_key) | {"server": server, "profile": profile} for row in rows)
    written = 0
    with whole_file(path) as file:
        pd.DataFrame(columns=list(COLUMNS)).to_csv(file, index=False, lineterminator="\n")
        for frame in _frames(cells):
            frame.to_csv(file, index=False, header=False, lineterminator="\n")
            written += len(frame)
    return written


def _frames(cells: Iterator[dict[str, Any]]) -> Iterator[pd.DataFrame]:
    while chunk := list(islice(map(_neutral_cells, cells), CHUNK_ROWS)):
        frame = pd.DataFrame.from_records(chunk, columns=list(COLUMNS))
        # Nullable, because a float column would turn 12 into 12.0 beside an unknown.
        yield frame.astype(dict.fromkeys(NUMBERS, "Int64"))


def _neutral_cells(cells: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the cells in the order of the columns."""
    return tuple(cells[column] if safe else neutral(cells[column]) for column, safe in _SAFE)


def _cells(row: InventoryRow, now: datetime, hold_key: str) -> dict[str, Any]:
    recording, metadata = row.recording, figures.lower_keys(row.recording.metadata)
    return {
        **_identity(recording),
        **_times(recording, now),
        "participants": figures.known(recording.participants),
        "formats": " ".join(sorted(playback.type for playback in recording.formats)),
        "size_bytes": figures.size_bytes(recording),
        "raw_size_bytes": figures.known(recording.raw_size_bytes),
        **_captions(row.tracks),
        "origin": figures.first_value(metadata, *ORIGIN_KEYS),
        "context": figures.first_value(metadata, *CONTEXT_KEYS),
        "hold": _hold(recording.metadata, metadata, hold_key.lower()),
        "first_seen": stamp(row.first_seen),
        "last_seen": stamp(row.last_seen),
    }


def _identity(recording: Recording) -> dict[str, Any]:
    return {
        "record_id": recording.record_id,
        "meeting_id": recording.meeting_id,
        "name": recording.name,
        "state": recording.state,
        "published": _claim(recording.published),
        "protected": _claim(recording.protected),
    }


def _times(recording: Recording, now: datetime) -> dict[str, Any]:
    lasted = figures.duration(recording)
    return {
        "start": stamp(recording.start),
        "end": stamp(recording.end),
        "duration_minutes": None if lasted is None else int(lasted.total_seconds() // 60),
        "age_days": figures.age_days(recording, now),
        "date_status": recording.date_status,
    }


def _captions(told: KnownTracks | None) -> dict[str, Any]:
    """Keep "asked, and there are none" apart from "not known": the latter is an empty cell."""
    if told is None or told.tracks is None:
        return {"caption_langs": None, "captions_asked_at": None}
    return {
        "caption_langs": " ".join(sorted(track.lang for track in told.tracks)) or "none",
        "captions_asked_at": stamp(told.asked_at),
    }


def _claim(truth: bool | None) -> str | None:
    return None if truth is None else str(truth).lower()


def _hold(metadata: Mapping[str, str] | None, lower: Mapping[str, str], hold_key: str) -> str | None:
    """Return "no", "yes" or "yes: VALUE"; the key holds with any value, also empty or `false`."""
    if metadata is None:
        return None
    if hold_key not in lower:
        return "no"
    value = next(value for key, value in metadata.items() if key.lower() == hold_key)
    return f"yes: {value}" if value.strip() else "yes"
