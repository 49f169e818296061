"""The inventory as one JSON document: a stable contract with scripts.

It may hold half a million recordings, so it is written as it is read.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import Recording
from bbbkeep.operations.inventory import selected
from bbbkeep.selection import Selection
from bbbkeep.site import Site


def recordings(site: Site, sweep: Sweep, selection: Selection) -> Iterator[dict[str, Any]]:
    """Return what was asked for, one recording at a time; an incomplete sweep shows only what it saw."""
    sweep_id = None if sweep.status == "complete" else sweep.sweep_id
    return (_recording(row.recording) for row in selected(site, selection, sweep_id=sweep_id))


def document(site: Site, sweep: Sweep, selection: Selection, *, ascii_only: bool = False) -> Iterator[str]:
    """Return the document's text, a piece at a time; `count` comes last, when it is known."""
    complete = sweep.status == "complete"
    head = {
        "server": site.server.name,
        "profile": site.profile,
        "complete": complete,
        "incomplete_because": None if complete else sweep.because,
    }
    yield json.dumps(head, ensure_ascii=ascii_only)[:-1] + ', "recordings": ['
    count = 0
    for recording in recordings(site, sweep, selection):
        yield (",\n" if count else "\n") + json.dumps(recording, ensure_ascii=ascii_only)
        count += 1
    yield f'\n], "count": {count}}}\n'


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "record_id": recording.record_id,
        "meeting_id": recording.meeting_id,
        "name": recording.name,
        "state": recording.state,
        "published": recording.published,
        "start": _moment(recording.start),
        "end": _moment(recording.end),
        "date_status": recording.date_status,
        "participants": recording.participants,
        "protected": recording.protected,
        "metadata": None if recording.metadata is None else dict(recording.metadata),
        "formats": [_format(recording, one) for one in recording.formats],
    }


def _format(recording: Recording, one: Any) -> dict[str, Any]:
    """A protected recording's URL carries a token that opens it."""
    return {
        "type": one.type,
        "url": None if recording.protected else one.url,
        "length_minutes": one.length_minutes,
        "size_bytes": one.size_bytes,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
