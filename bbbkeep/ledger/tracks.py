"""What is known of the text tracks on the servers, and since when.

Never the address of one: whoever has it can fetch the track.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bbbkeep.ledger.pages import in_pages
from bbbkeep.ledger.recording_rows import tracks_from_json
from bbbkeep.ledger.schema import tracks as table
from bbbkeep.ledger.upserts import upsert
from bbbkeep.model import KnownTracks, TextTrack

_KEPT = ("kind", "lang", "label", "source")


@dataclass(frozen=True, slots=True)
class Known(KnownTracks):
    """The last answer, and what the recording looked like then.

    Whether it has changed since is for whoever asks to tell.
    """

    looked_like: str | None = None


def remember(
    conn: Connection,
    server: str,
    record_id: str,
    tracks: Sequence[TextTrack] | None,
    now: datetime,
    *,
    looked_like: str | None = None,
) -> None:
    """Keep the answer; None means that the server does not support the question."""
    kept = None if tracks is None else [{name: getattr(one, name) for name in _KEPT} for one in tracks]
    row = {"server": server, "record_id": record_id, "tracks": kept, "asked_at": now}
    upsert(conn, table, [row | {"looked_like": looked_like}])


def known(conn: Connection, server: str, record_id: str) -> Known | None:
    """Return the last answer, or None if we never asked."""
    query = select(table).where(table.c.server == server, table.c.record_id == record_id)
    row = conn.execute(query).mappings().first()
    return _known(row) if row else None


def all_known(conn: Connection, server: str) -> Iterator[tuple[str, Known]]:
    """Yield record id and last answer, in the order of the ids."""
    query = select(table).where(table.c.server == server)
    for row in in_pages(conn, query, table.c.record_id):
        yield row["record_id"], _known(row)


def _known(row: Mapping[Any, Any]) -> Known:
    return Known(tracks_from_json(row["tracks"]), row["asked_at"], row["looked_like"])
