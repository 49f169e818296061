"""How the ledger is: its kind, size and soundness, for `bbbkeep doctor`."""

from dataclasses import dataclass

from sqlalchemy import Connection

_PAGES = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


@dataclass(frozen=True, slots=True)
class Health:
    """What the database says of itself; `damage` is empty where it finds none."""

    kind: str
    size_bytes: int
    damage: str


def health(conn: Connection) -> Health:
    """Ask the database; SQLite walks through the whole file, which takes seconds for a large one."""
    if conn.dialect.name == "sqlite":
        said = str(conn.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        size = conn.exec_driver_sql(_PAGES).scalar()
        return Health("SQLite", int(size or 0), "" if said == "ok" else said)
    size = conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
    return Health("PostgreSQL", int(size or 0), "")
