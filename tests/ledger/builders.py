"""What tests of the ledger are about: one server, one moment, recordings by number."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bbbkeep.ledger import sweeps
from bbbkeep.model import PlaybackFormat, Recording

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
SERVER = "https://bbb.example.org/bigbluebutton/api"
OTHER = "https://other.example.org/bigbluebutton/api"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def an_id(number: int) -> str:
    return f"{number:040x}-1700000000000"


def a_recording(number: int = 1, **changes: Any) -> Recording:
    known = {
        "meeting_id": "room-7",
        "name": "Lecture",
        "state": "published",
        "published": True,
        "start": NOW - DAY,
        "end": NOW - DAY + HOUR,
        "start_status": "ok",
        "end_status": "ok",
        "participants": 12,
        "protected": False,
        "metadata": {"bbb-origin": "Moodle"},
        "formats": (PlaybackFormat("presentation", "https://bbb.example.org/p", 60, 1000),),
    }
    return Recording(an_id(number), **known | changes)


def a_sweep(
    conn: Connection,
    at: datetime = NOW,
    *,
    scope: str = "all",
    complete: bool | None = None,
    server: str = SERVER,
) -> int:
    """Start a sweep, and seal it at once where *complete* says how."""
    sweep_id = sweeps.start(conn, server, scope, at)
    if complete is not None:
        sweeps.seal(conn, sweep_id, complete=complete, because="", now=at)
    return sweep_id
