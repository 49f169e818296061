"""Read a long table in pages by its key, so that memory stays bounded on every database.

Each page is a query of its own: rows may be written over the same connection
between pages, and PostgreSQL needs no server-side cursor.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, RowMapping, Select

PAGE = 500

Item = TypeVar("Item")


def in_pages(
    conn: Connection, query: Select[Any], key: Column[Any], *, after: object = None, size: int = PAGE
) -> Iterator[RowMapping]:
    """Yield the rows of *query* in the order of *key*, which must be unique within it and selected by it."""
    while True:
        page = query if after is None else query.where(key > after)
        rows = conn.execute(page.order_by(key).limit(size)).mappings().all()
        yield from rows
        if len(rows) < size:
            return
        after = rows[-1][key]


def in_slices(items: Sequence[Item], size: int = PAGE) -> Iterator[Sequence[Item]]:
    """Cut *items* into pieces that one statement can take."""
    return (items[first : first + size] for first in range(0, len(items), size))
