"""What BBBLB holds, read from its SQLite file and not through its API."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from contract.world import Known, Truth

_RECORDINGS = """
    SELECT record_id, state, meta, started, participants, group_concat(format)
    FROM recordings LEFT JOIN playback ON playback.recording_fk = recordings.id GROUP BY recordings.id
"""


def truth_of(database: Path) -> Truth:
    """Return every recording; BBBLB takes the name from its metadata."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(_RECORDINGS).fetchall()
    return {row[0]: _known(*row[1:]) for row in rows}


def _known(state: str, meta: str, started: str, participants: int, formats: str | None) -> Known:
    metadata = json.loads(meta)
    return Known(
        metadata["meetingName"],
        state.lower() == "published",
        metadata,
        frozenset((formats or "").split(",")) - {""},
        int(datetime.fromisoformat(started).replace(tzinfo=UTC).timestamp() * 1000),
        participants,
    )
