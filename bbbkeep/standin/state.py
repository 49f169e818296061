"""The truth of the local server: SQLite in a temporary file.

Every public method takes the lock, so that a test may look and alter from
its own thread while the server answers from another.
"""

import json
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bbbkeep.standin import store as stores
from bbbkeep.standin.recording import SeedFormat, SeedRecording, SeedTrack

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA mmap_size = 1073741824;
    CREATE TABLE recordings (record_id TEXT, state TEXT, metadata TEXT, facts TEXT, xml TEXT,
        meeting_id TEXT, start_ms INTEGER, formats INTEGER, scatter INTEGER);
    CREATE UNIQUE INDEX by_id ON recordings (record_id, state);
    CREATE INDEX by_any_case ON recordings (record_id COLLATE NOCASE);
    CREATE TABLE tracks (record_id TEXT, kind TEXT, lang TEXT, label TEXT, source TEXT, webvtt TEXT,
        PRIMARY KEY (record_id, kind, lang));
    CREATE TABLE tokens (token TEXT PRIMARY KEY, path TEXT, expires_ms INTEGER);
    CREATE TABLE inbox (number INTEGER PRIMARY KEY, record_id TEXT, kind TEXT, lang TEXT, label TEXT,
        content BLOB, due_ms INTEGER);
"""
_FACTS = (
    "meeting_id",
    "name",
    "start_ms",
    "end_ms",
    "participants",
    "raw_size",
    "is_breakout",
    "parent_id",
    "sequence",
    "knows_meeting",
    "rewritten",
    "has_captions_list",
    "has_captions_file",
    "published",
    "protected",
)
_AT_ONCE = 500
_BEYOND = "\U0010ffff"
_PLACES: dict[stores.Order, str] = {
    "hash": "scatter & :mask",  # a hash map is laid out anew when it grows
    "newest first": "-start_ms",
    "as imported": "rowid",
}


class Found(NamedTuple):
    """A recording that a call asks for: its ID, its metadata as JSON, and how many formats it has."""

    record_id: str
    metadata: str
    formats: int


class State:
    """Recordings, text tracks, tokens and the caption inbox of one server."""

    def __init__(self, store: stores.Store = stores.BBB) -> None:
        self._store = store
        self._folder = tempfile.TemporaryDirectory(prefix="bbbkeep-standin-")
        path = Path(self._folder.name) / "state.sqlite"
        self.lock = threading.RLock()
        self._sql = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._sql.executescript(_SCHEMA)
        self._found: list[Found] = []
        self._asked: object = None

    def close(self) -> None:
        """Remove the file."""
        with self.lock:
            self._sql.close()
        self._folder.cleanup()

    def run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run one statement and fetch everything."""
        with self.lock:
            return self._sql.execute(statement, values).fetchall()

    def add(self, *recordings: SeedRecording) -> None:
        """Add recordings, each in place of one of the same record ID."""
        with self.lock:
            for recording in recordings:
                self.delete_row(recording.record_id)
            self.fill(recordings)

    def fill(self, recordings: Iterable[SeedRecording]) -> None:
        """Add recordings whose record IDs are new, in one transaction."""
        with self.lock:
            self._sql.execute("BEGIN")
            for recording in recordings:
                self._insert(recording)
            self._sql.execute("COMMIT")

    def _insert(self, recording: SeedRecording) -> None:
        recording = self._store.kept(recording)
        self._sql.execute("INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._row(recording))
        for track in recording.tracks:
            self.put_track(recording.record_id, track)

    def recording(self, record_id: str) -> SeedRecording | None:
        """Return what is true of one recording, with its text tracks."""
        rows = self.run(
            "SELECT record_id, state, metadata, facts FROM recordings WHERE record_id = ?", record_id
        )
        if not rows:
            return None
        return replace(_recording(*map(str, rows[0])), tracks=self.text_tracks(record_id))

    def record_ids(self, states: Collection[str] = ()) -> list[str]:
        """List record IDs in order, of all states unless told."""
        return sorted(found.record_id for found in self.select([""], states))

    def delete_row(self, record_id: str) -> None:
        """Forget a recording entirely, as an administrator's `bbb-record --delete` does."""
        self.run("DELETE FROM recordings WHERE record_id = ?", record_id)
        self.run("DELETE FROM tracks WHERE record_id = ?", record_id)

    def set_state(self, record_id: str, state: str) -> None:
        """Move a recording to *state*, as the server itself would."""
        self.alter(record_id, state=state)

    def set_metadata(self, record_id: str, changes: Mapping[str, str | None]) -> None:
        """Set metadata keys; None or an empty value removes the key."""
        with self.lock:
            recording = self.recording(record_id)
            if recording is not None:
                kept = {key: value for key, value in recording.metadata.items() if key not in changes}
                added = {key: value for key, value in changes.items() if value}
                self.alter(record_id, metadata={**kept, **added})

    def alter(self, record_id: str, **changes: object) -> None:
        """Change facts of a recording, by their names in SeedRecording."""
        with self.lock:
            recording = self.recording(record_id)
            if recording is not None:
                altered = self._row(replace(recording, rewritten=True, **changes))  # type: ignore[arg-type]  # names checked by replace
                self.run(
                    "UPDATE recordings SET state = ?, metadata = ?, facts = ?, xml = ?, meeting_id = ?,"
                    " start_ms = ?, formats = ?, scatter = ? WHERE record_id = ?",
                    *altered[1:],
                    record_id,
                )

    def _row(self, recording: SeedRecording) -> tuple[object, ...]:
        return (
            recording.record_id,
            recording.state,
            json.dumps(dict(recording.metadata)),
            _facts(recording),
            self._store.written(recording),
            recording.meeting_id,
            recording.start_ms,
            len(recording.formats),
            zlib.crc32(recording.record_id.encode()),
        )

    def select(
        self, prefixes: Iterable[str], states: Collection[str], meetings: Collection[str] = ()
    ) -> list[Found]:
        """List, in this server's order, what begins with one of *prefixes*.

        No *states* or no *meetings* means all. The last answer is kept until
        something changes, so that the pages of a long listing are quick.
        """
        with self.lock:
            asked = (*_disjoint(prefixes),), (*states,), (*meetings,), self._sql.total_changes
            if asked != self._asked:
                self._found = self._selected(*asked[:3])
                self._asked = None if self._sql.in_transaction else asked
            return self._found

    def _selected(
        self, prefixes: tuple[str, ...], states: tuple[str, ...], meetings: tuple[str, ...]
    ) -> list[Found]:
        where = " AND ".join(["record_id >= :first", "record_id < :beyond", *_among(states, meetings)])
        place = _PLACES[self._store.order]
        statement = f"SELECT {place}, record_id, metadata, formats FROM recordings WHERE {where}"  # noqa: S608  # only placeholders
        values = {"states": json.dumps(states), "meetings": json.dumps(meetings), "mask": self._mask()}
        rows = [
            row
            for prefix in prefixes
            for row in self._sql.execute(statement, {**values, "first": prefix, "beyond": prefix + _BEYOND})
        ]
        rows.sort()
        return [Found(*row[1:]) for row in rows]

    def _mask(self) -> int:
        """Return the hash map's size less one: the next power of two above 4/3 of what is in it."""
        [(count,)] = self.run("SELECT count(*) FROM recordings")
        return (1 << (int(str(count)) * 4 // 3).bit_length()) - 1

    def spelled(self, record_ids: Collection[str], *, any_case: bool) -> list[tuple[str, str]]:
        """Find (record ID, state) of whole record IDs."""
        collation = "COLLATE NOCASE" if any_case else ""
        statement = f"SELECT record_id, state FROM recordings WHERE record_id {collation} = ?"  # noqa: S608  # two constants
        found = [row for record_id in record_ids for row in self.run(statement, record_id)]
        return [(str(record_id), str(state)) for record_id, state in found]

    def documents(self, record_ids: list[str]) -> Iterator[str]:
        """Yield the XML of recordings in the order of *record_ids*, some hundred at a time."""
        for first in range(0, len(record_ids), _AT_ONCE):
            some = record_ids[first : first + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            statement = f"SELECT record_id, xml FROM recordings WHERE record_id IN ({marks})"  # noqa: S608  # only placeholders
            written = {str(record_id): str(xml) for record_id, xml in self.run(statement, *some)}
            yield "".join(written.get(record_id, "") for record_id in some)

    def written(self, recording: SeedRecording) -> str:
        """Write a recording as this server lists it."""
        return self._store.written(recording)

    def text_tracks(self, record_id: str) -> tuple[SeedTrack, ...]:
        """List the text tracks of a recording, with their files."""
        rows = self.run(
            "SELECT kind, lang, label, source, webvtt FROM tracks WHERE record_id = ? ORDER BY rowid",
            record_id,
        )
        return tuple(SeedTrack(*map(str, row)) for row in rows)

    def put_track(self, record_id: str, track: SeedTrack) -> None:
        """Store a text track in place of one of the same kind and language."""
        self.run(
            "INSERT OR REPLACE INTO tracks VALUES (?, ?, ?, ?, ?, ?)",
            record_id,
            track.kind,
            track.lang,
            track.label,
            track.source,
            track.webvtt,
        )


def _among(states: Collection[str], meetings: Collection[str]) -> list[str]:
    conditions = {
        "state IN (SELECT value FROM json_each(:states))": states,
        "meeting_id IN (SELECT value FROM json_each(:meetings))": meetings,
    }
    return [condition for condition, values in conditions.items() if values]


def _facts(recording: SeedRecording) -> str:
    facts = [getattr(recording, name) for name in _FACTS]
    formats = [
        (form.type, form.length_ms, form.processing_ms, form.size, form.previews)
        for form in recording.formats
    ]
    return json.dumps([formats, *facts])


def _recording(record_id: str, state: str, metadata: str, facts: str) -> SeedRecording:
    formats, *values = json.loads(facts)
    return SeedRecording(
        record_id=record_id,
        state=state,
        metadata=json.loads(metadata),
        formats=tuple(
            SeedFormat(kind, length, took, size, tuple(alts)) for kind, length, took, size, alts in formats
        ),
        **dict(zip(_FACTS, values, strict=True)),
    )


def _disjoint(prefixes: Iterable[str]) -> list[str]:
    """Sort prefixes and leave out those that another one covers."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return kept
