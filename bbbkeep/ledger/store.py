"""The ledger's file or database: opened, locked, migrated, closed.

Everything that differs between SQLite and PostgreSQL beyond the upsert is
here.  One writer at a time on both: SQLite's BEGIN IMMEDIATE, on PostgreSQL
an advisory lock, so that what reads and then writes needs no thought of its own.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bbbkeep.errors import LedgerError
from bbbkeep.interrupts import put_off
from bbbkeep.ledger import compiled, migrations
from bbbkeep.ledger.migrations import MIGRATIONS, Step
from bbbkeep.ledger.schema import SCHEMA_VERSION
from bbbkeep.ledger.trouble import ledger_error

LOCK_WAIT_SECONDS = 30

_WRITES = "bbbkeep_writes"
_ADVISORY_LOCK = 0x6262626B656570  # "bbbkeep": any number will do, as long as all of us take the same


class Ledger:
    """An open ledger; `read` and `write` hand out one transaction each.

    Safe to share between threads, not between processes that fork.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine, self._where = engine, where

    @classmethod
    def open(
        cls,
        where: Path | str | URL,
        *,
        version: int = SCHEMA_VERSION,
        steps: Mapping[int, Step] = MIGRATIONS,
        lock_wait: float = LOCK_WAIT_SECONDS,
    ) -> Self:
        """Open the ledger in a file (Path) or at an SQLAlchemy URL; create or migrate it.

        Raises:
            LedgerError: it can't be opened, is not a ledger, or a newer bbbkeep made it.
        """
        url = _url(where)
        file = _file(url)
        name = str(file) if file else url.render_as_string(hide_password=True)
        if file:
            _make_private(file)
        ledger = cls(_engine(url, name, lock_wait), name)
        try:
            ledger._prepare(file, version, steps)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def read(self) -> AbstractContextManager[Connection]:
        """Hand out a connection that sees one moment of the ledger and can't write."""
        return self._transaction(writes=False)

    def write(self) -> AbstractContextManager[Connection]:
        """Hand out the only connection that writes; commit at the end, roll back on an error.

        Not to be nested: the inner one would wait for the outer one.
        """
        return self._uninterrupted()

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _uninterrupted(self) -> Iterator[Connection]:
        with put_off(), self._transaction(writes=True) as conn:
            yield conn

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as conn:
                marked = conn.execution_options(**{_WRITES: writes})
                with marked.begin():
                    yield marked
        except (DBAPIError, sqlite3.Error) as error:
            raise ledger_error(error, self._where) from error
        except PoolTimeoutError as error:
            raise LedgerError(f"{self._where}: too many threads use it at once; run fewer") from error

    def _prepare(self, file: Path | None, version: int, steps: Mapping[int, Step]) -> None:
        with self.read() as conn:
            if migrations.found_version(conn, self._where) == version:
                return
        with self.write() as conn:
            found = migrations.found_version(
                conn, self._where
            )  # again: another process may have been quicker
            if found is None:
                migrations.create(conn, version)
            elif found != version:
                path = migrations.path_between(found, version, steps, self._where)
                if file:
                    _copy(file, file.with_name(f"{file.name}.version-{found}"))
                migrations.migrate(conn, path, version)


def _url(where: Path | str | URL) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    try:
        return make_url(where)
    except ArgumentError:
        # The text may hold a password, and SQLAlchemy's message quotes it.
        raise LedgerError("the ledger's database URL can't be read; write DIALECT://USER@HOST/NAME") from None


def _file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _make_private(file: Path) -> None:
    """Create the file before SQLite does, because SQLite would let others read it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600))
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except OSError as error:
        raise LedgerError(
            f"{file}: {error.strerror}; name a state folder that this user may write to"
        ) from error


def _copy(file: Path, target: Path) -> None:
    """Copy what is committed in *file*, also what still lies in its write-ahead log."""
    _make_private(target)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _engine(url: URL, name: str, lock_wait: float) -> Engine:
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ImportError, ArgumentError) as error:
        raise LedgerError(
            f"{name}: this kind of database can't be used: {error}; install its driver"
        ) from error
    if engine.dialect.name == "sqlite":
        _for_sqlite(engine, name, lock_wait)
    elif engine.dialect.name == "postgresql":
        _for_postgresql(engine, lock_wait)
    else:
        raise LedgerError(f"{name}: {engine.dialect.name} can't hold a ledger; use SQLite or PostgreSQL")
    return engine


def _for_sqlite(engine: Engine, name: str, lock_wait: float) -> None:
    engine.update_execution_options(compiled_cache=compiled.FOR_SQLITE)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin on its own, and too late
        connection.execute(f"PRAGMA busy_timeout = {int(lock_wait * 1000)}")
        [mode] = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode not in ("wal", "memory"):
            raise LedgerError(f"{name}: its file system takes no write-ahead log; keep it on a local disk")
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        writes = conn.get_execution_options()[_WRITES]
        # By the driver itself: by SQLAlchemy these two took longer than most of what follows them.
        driver: Any = conn.connection.driver_connection
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _for_postgresql(engine: Engine, lock_wait: float) -> None:
    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        if not conn.get_execution_options()[_WRITES]:
            conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = {int(lock_wait * 1000)}")
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
