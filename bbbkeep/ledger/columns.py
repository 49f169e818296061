"""How values lie in columns: times as UTC microseconds, JSON as canonical text, keys in code point order.

The same for SQLite and PostgreSQL.  PostgreSQL sorts text by the language of
the database unless told otherwise; keys are read in pages by their order and
prefixes are found by it, so keys carry the collation "C", which is how
SQLite sorts anyway.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, Text, TypeDecorator

from bbbkeep.ledger.canon import canonical

KEY = String().with_variant(Text(collation="C"), "postgresql")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_of(microseconds: int) -> datetime:
    """Read a time as it is stored.

    Raises:
        OverflowError: no calendar reaches that far.
    """
    return _EPOCH + timedelta(microseconds=microseconds)


class Utc(TypeDecorator[datetime]):
    """An aware time, stored as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a time without a zone can't be kept: {value!r}"
            raise ValueError(msg)
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else moment_of(value)


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text; None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else json.loads(value)
