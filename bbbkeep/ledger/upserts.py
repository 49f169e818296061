"""The one statement that SQLite and PostgreSQL share but SQLAlchemy spells twice."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Dialect, Table, TextClause, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: Mapping[str, Callable[..., Dialect]] = {
    "postgresql": postgresql.dialect,
    "sqlite": sqlite.dialect,
}


def upsert(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, keep: Collection[str] = ()
) -> None:
    """Insert *rows*; where the primary key is there already, replace all columns but those in *keep*.

    All rows name the same columns; a column that they leave out is not touched.
    """
    if rows:
        conn.execute(_statement(conn.dialect.name, table, tuple(rows[0]), frozenset(keep)), list(rows))


def insert_new(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert those of *rows* whose primary key is not there yet; leave the others as they are."""
    if rows:
        conn.execute(_insert(conn.dialect.name, table).on_conflict_do_nothing(), list(rows))


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _statement(dialect: str, table: Table, names: tuple[str, ...], keep: frozenset[str]) -> TextClause:
    """Spell the statement out: SQLAlchemy keeps no compiled form of an upsert and would compile it each time."""
    spelled = _upsert(dialect, table, names, keep).compile(
        dialect=_DIALECTS[dialect](paramstyle="named"), column_keys=list(names)
    )
    return text(str(spelled)).bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))


def _upsert(
    dialect: str, table: Table, names: tuple[str, ...], keep: frozenset[str]
) -> postgresql.Insert | sqlite.Insert:
    insert = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    replaced = {name: insert.excluded[name] for name in names if name not in key and name not in keep}
    return insert.on_conflict_do_update(index_elements=key, set_=replaced)
