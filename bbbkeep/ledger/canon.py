"""One spelling for every JSON text in the ledger: sorted keys, no spaces, ASCII.

The same value always gives the same bytes, so hashes can be taken over them.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def canonical(value: object) -> str:
    """Spell *value* as JSON; mappings become objects, aware times RFC 3339 in UTC.

    Raises:
        TypeError, ValueError: something in it has no JSON form (NaN, a naive time, an object).
    """
    return _ENCODER.encode(value)


def timestamp(moment: datetime) -> str:
    """Spell an aware time in UTC, always with six decimals."""
    if moment.tzinfo is None:
        msg = f"a time without a zone can't be kept: {moment!r}"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return timestamp(value)
    msg = f"{type(value).__name__} has no JSON form"
    raise TypeError(msg)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)
