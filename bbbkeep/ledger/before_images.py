"""What a recording was like before a write: erasable, and referred to by a salted hash.

The hash may stay in the chain for ever: once image and salt are erased,
nobody can tell from it what the image was, not even by guessing.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bbbkeep.ledger.canon import canonical
from bbbkeep.ledger.schema import before_images as table


def keep(conn: Connection, server: str, body: Mapping[str, object], now: datetime) -> str:
    """Keep an image and return the digest to refer to it by; the same image twice gives two."""
    salt, text = secrets.token_hex(16), canonical(body)
    digest = hashlib.sha256((salt + text).encode()).hexdigest()
    row = {"digest": digest, "server": server, "salt": salt, "body": text, "kept_at": now}
    conn.execute(insert(table), row)
    return digest


def get(conn: Connection, digest: str) -> Mapping[str, Any] | None:
    """Return the image, or None once it is erased, or if it no longer gives its digest."""
    row = conn.execute(select(table).where(table.c.digest == digest)).first()
    if row is None or hashlib.sha256((row.salt + row.body).encode()).hexdigest() != digest:
        return None
    image: Mapping[str, Any] = json.loads(row.body)
    return image


def erase_before(conn: Connection, moment: datetime) -> int:
    """Erase images and salts kept before *moment*; return how many."""
    return conn.execute(delete(table).where(table.c.kept_at < moment)).rowcount
