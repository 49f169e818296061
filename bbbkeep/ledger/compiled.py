"""Statements that are compiled once in a process, however often it opens a ledger.

SQLAlchemy keeps what it compiled beside each engine, and a night opens the
ledger anew for each of its chunks.
"""

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

_MOST = 500  # as many as an engine's own cache holds


class _ForAllEngines(LRUCache[Any, Any]):
    """Takes engines of one kind for the same: a key names the engine's dialect, which is another object for each."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_engine(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_without_engine(key), value)


def _without_engine(key: Any) -> tuple[Any, ...]:
    return tuple(part for part in key if not isinstance(part, Dialect))


FOR_SQLITE = _ForAllEngines(_MOST)
