"""What an action is shown and asked, without a server."""

from datetime import UTC, datetime
from typing import Any

from bbbkeep.model import PlaybackFormat, Recording, TextTrack
from bbbkeep.plans.action import Found

RECORD = "a" * 40 + "-1700000000000"


def a_recording(**facts: Any) -> Recording:
    standard: dict[str, Any] = {
        "state": "published",
        "published": True,
        "name": "Algebra",
        "meeting_id": "course-7",
        "start": datetime(2026, 1, 1, 9, tzinfo=UTC),
        "end": datetime(2026, 1, 1, 10, tzinfo=UTC),
        "metadata": {"category": "lecture"},
        "formats": (PlaybackFormat("presentation"),),
    }
    return Recording(RECORD, **{**standard, **facts})


def shown(*tracks: TextTrack, **facts: Any) -> Found:
    return Found(a_recording(**facts), tracks)


GONE = Found(None)
EVERY_STATE = ("published", "unpublished", "processing", "processed", "deleted", None)
EDITABLE = {"published", "unpublished"}
