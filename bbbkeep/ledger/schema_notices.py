"""The ledger's tables of notices and of metadata keys; `metadata` knows them and all the others."""

from sqlalchemy import Column, Table, Text

from bbbkeep.ledger.columns import KEY, Utc
from bbbkeep.ledger.schema import metadata

__all__ = ("metadata", "metadata_keys", "notices")

notices = Table(
    "notices",
    metadata,
    Column("server", KEY, primary_key=True),
    # What kind of notice, and what it was about: a night, or a recording and its stage.
    Column("kind", KEY, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("sent_at", Utc, nullable=False),
)

metadata_keys = Table(
    "metadata_keys",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("first_seen", Utc, nullable=False),
)
