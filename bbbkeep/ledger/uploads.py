"""Which caption files were sent to which recordings, and whether they arrived."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, select

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


def pending(conn: Connection, server: str) -> list[Upload]:
    """Return the uploads that were accepted and not yet seen on the server."""
    return list(_uploads(conn, table.c.server == server, table.c.status == "pending"))


def listing(conn: Connection, server: str) -> list[Upload]:
    """Return all uploads, by recording."""
    return list(_uploads(conn, table.c.server == server))


def _uploads(conn: Connection, *conditions: ColumnElement[bool]) -> Iterator[Upload]:
    order = (table.c.record_id, table.c.kind, table.c.lang, table.c.digest)
    rows = conn.execute(select(table).where(*conditions).order_by(*order)).mappings()
    return (Upload(**row) for row in rows)
