"""What each server looked like to the last plan that was applied or approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bbbkeep.ledger.schema import baselines as table
from bbbkeep.ledger.upserts import upsert


@dataclass(frozen=True, slots=True)
class Remembered:
    """One server's baseline: the values of a plan, and why they were taken if a person said so."""

    server: str
    plan_id: str
    seen_at: datetime
    values: Mapping[str, Any]
    reason: str


def take(conn: Connection, remembered: Remembered) -> None:
    """Compare with these values from now on."""
    row = {name: getattr(remembered, name) for name in Remembered.__dataclass_fields__}
    upsert(conn, table, [row])


def current(conn: Connection, server: str) -> Remembered | None:
    """Return what the server is compared with, if a plan was ever applied or approved."""
    row = conn.execute(select(table).where(table.c.server == server)).mappings().first()
    return Remembered(**row) if row else None
