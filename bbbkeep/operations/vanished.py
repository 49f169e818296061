"""What went without us, as lines for people and as one document."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bbbkeep.ledger import gone, sweeps
from bbbkeep.ledger.gone import Gone
from bbbkeep.selection import Selection
from bbbkeep.site import Site


def vanished(site: Site, selection: Selection) -> Iterator[Gone]:
    """Yield what went without us and was, when last seen, what is asked for."""
    with site.ledger.read() as conn:
        for one in gone.vanished(conn, site.key):
            if one.row.recording in selection:
                yield one


def as_of(site: Site) -> datetime | None:
    """Return when the listing began that all of this is told by; None: no complete one was trusted yet."""
    with site.ledger.read() as conn:
        last = sweeps.last_trusted(conn, site.key)
    return last.started_at if last else None


def document(site: Site, selection: Selection, *, ascii_only: bool = False) -> Iterator[str]:
    """Return the document's text, a piece at a time; `count` comes last, when it is known."""
    head = {"server": site.server.name, "as_of": _moment(as_of(site))}
    yield json.dumps(head, ensure_ascii=ascii_only)[:-1] + ', "vanished": ['
    count = 0
    for one in vanished(site, selection):
        yield (",\n" if count else "\n") + json.dumps(_plain(one), ensure_ascii=ascii_only)
        count += 1
    yield f'\n], "count": {count}}}\n'


def _plain(one: Gone) -> dict[str, Any]:
    recording = one.row.recording
    return {
        "record_id": recording.record_id,
        "meeting_id": recording.meeting_id,
        "name": recording.name,
        "state": recording.state,
        "first_seen": _moment(one.row.first_seen),
        "last_seen": _moment(one.row.last_seen),
        "missed_at": _moment(one.missed_at),
        "unverified_delete_in": one.ours.run_id if one.ours else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
