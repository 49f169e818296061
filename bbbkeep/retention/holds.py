"""Whether a recording is on hold, which stops every action of retention.

A hold is the metadata key in any letter case with any value, also empty or
`false`.  A value that begins with an ISO date holds through that day; any
other, also an impossible date, holds without end.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bbbkeep.model import Recording
from bbbkeep.retention.facts import plainly
from bbbkeep.retention.spans import read_date

_DATE = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])", re.ASCII)


def on_hold(recording: Recording, hold_key: str, now: datetime, zone: ZoneInfo) -> str | None:
    """Say why *recording* is on hold as of *now*, or return None.

    Unknown metadata can't rule a hold out, so it holds.
    """
    if recording.metadata is None:
        return f"metadata is unknown: a hold ({hold_key}) can't be ruled out"
    for key, value in recording.metadata.items():
        if key.lower() == hold_key.lower() and holds(value, now, zone):
            return f"on hold: {hold_key} is {plainly(value)}"
    return None


def holds(value: str, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a hold with this value is in force as of *now*."""
    found = _DATE.match(value)
    last_day = read_date(found[1]) if found else None
    return last_day is None or now.astimezone(zone).date() <= last_day
