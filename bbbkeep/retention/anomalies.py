"""What is odd about a recording, so that somebody looks at it: retention won't act on what it can't know."""

from bbbkeep.model import DateStatus, InventoryRow

_SAID: dict[DateStatus, str] = {
    "missing": "is missing",
    "floor": "is before 2007",
    "future": "is in the future",
    "mismatch": "is more than a day off the record ID's own",
}


def anomalies(row: InventoryRow) -> tuple[str, ...]:
    """Name what is unknown and should not be: dates, metadata, state."""
    recording = row.recording
    dates = (("start", recording.start_status), ("end", recording.end_status))
    found = [f"{name} {_SAID[status]}" for name, status in dates if status != "ok"]
    if recording.metadata is None:
        found.append("metadata could not be read")
    if recording.state is None:
        found.append("state is unknown")
    return tuple(found)
