"""Which recording a meeting ID and a day mean.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bbbkeep.captions.naming import Meeting
from bbbkeep.model import Recording

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Unclear:
    """No one recording is meant: what becomes of the file, and why."""

    outcome: Literal["refused", "skipped"]
    because: str


def resolve(meeting: Meeting, recordings: Sequence[Recording], zone: ZoneInfo) -> str | Unclear:
    """Return the record ID of the recording that began on that day in *zone*, of those of the meeting.

    A deleted one counts only where there is no other.
    """
    fitting = [one for one in recordings if _fits(meeting, one.start, zone)]
    found = [one for one in fitting if one.state != "deleted"] or fitting
    if not found:
        return Unclear("skipped", f"no sweep has seen a recording of {meeting}; the file waits for it")
    if len(found) == 1:
        return found[0].record_id
    there = ", ".join(_shown(one, zone) for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    remedy = "add the time, as in 2026-02-22T1015, or name the file by its record ID"
    return Unclear("refused", f"{len(found)} recordings of {meeting}: {there}{more}; {remedy}")


def _fits(meeting: Meeting, start: datetime | None, zone: ZoneInfo) -> bool:
    if start is None:
        return False
    local = start.astimezone(zone)
    if local.date() != meeting.day:
        return False
    return meeting.at is None or (local.hour, local.minute) == (meeting.at.hour, meeting.at.minute)


def _shown(recording: Recording, zone: ZoneInfo) -> str:
    at = f"{recording.start.astimezone(zone):%H:%M}" if recording.start else ""
    return f"{recording.record_id} at {at}"
