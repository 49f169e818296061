"""Which caption files were sent to which recordings, and whether they arrived."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, func, select

from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import uploads as table
from bbbkeep.ledger.upserts import upsert

Status = Literal["pending", "verified", "unverified", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Upload:
    """One caption file for one recording; `digest` is the file's sha256, `webvtt_digest` that of what was sent."""

    server: str
    digest: str
    record_id: str
    kind: str
    lang: str
    label: str | None
    webvtt_digest: str
    cues: int
    status: Status
    because: str = ""
    sent_at: datetime | None = None
    checked_at: datetime | None = None
    tries: int = 0
    replaces: bool = False
    """Whether the recording may have had such a track before: its old cues prove nothing."""


def put(conn: Connection, upload: Upload) -> None:
    """Keep an upload; again replaces it."""
    upsert(conn, table, [asdict(upload)])


def get(conn: Connection, server: str, digest: str, record_id: str, kind: str, lang: str) -> Upload | None:
    """Return what became of this file for this recording, kind and lang."""
    found = _uploads(
        conn,
        table.c.server == server,
        table.c.digest == digest,
        table.c.record_id == record_id,
        table.c.kind == kind,
        table.c.lang == lang,
    )
    return next(found, None)


def with_status(conn: Connection, server: str, statuses: Collection[Status]) -> list[Upload]:
    """Return the uploads that stand so; "pending": accepted and not yet seen on the server."""
    return list(_uploads(conn, table.c.server == server, table.c.status.in_(statuses)))


def pending(conn: Connection, server: str) -> list[Upload]:
    """Return the uploads that were accepted and not yet seen on the server."""
    return with_status(conn, server, ["pending"])


def count_pending(conn: Connection, server: str) -> int:
    """Count the uploads that were accepted and not yet seen on the server."""
    query = select(func.count()).where(table.c.server == server, table.c.status == "pending")
    return conn.execute(query).scalar_one()


def of_recordings(conn: Connection, server: str, record_ids: Collection[str]) -> list[Upload]:
    """Return all uploads for these recordings."""
    return [
        upload
        for some in in_slices(sorted(record_ids))
        for upload in _uploads(conn, table.c.server == server, table.c.record_id.in_(some))
    ]


def listing(conn: Connection, server: str) -> list[Upload]:
    """Return all uploads, by recording."""
    return list(_uploads(conn, table.c.server == server))


def _uploads(conn: Connection, *conditions: ColumnElement[bool]) -> Iterator[Upload]:
    order = (table.c.record_id, table.c.kind, table.c.lang, table.c.digest)
    rows = conn.execute(select(table).where(*conditions).order_by(*order)).mappings()
    return (Upload(**row) for row in rows)
