"""What a database's own error means to whoever runs bbbkeep, and the remedy.

Never the statement or its values: they hold names of people and meetings.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError

from bbbkeep.errors import LedgerError

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_IOERR: "the disk does not take or give what it should: check its space, quota and health",
    sqlite3.SQLITE_READONLY: "it is read-only: let this user write to the file and its folder",
    sqlite3.SQLITE_PERM: "it may not be opened: let this user read and write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened: let this user read and write the file and its folder",
    sqlite3.SQLITE_BUSY: "another process keeps it locked: wait for it, or end it",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked: wait for it, or end it",
    sqlite3.SQLITE_CORRUPT: "it is damaged: restore it from a backup, or move it away and sweep again",
    sqlite3.SQLITE_NOTADB: "it is not a ledger: name another state folder, or move the file away",
}

_POSTGRESQL = {
    "53100": "the database's disk is full: free some space",
    "25006": "the database is read-only: connect to the primary, as a user who may write",
    "42501": "this user may not do that: grant it the ledger's schema",
    "55P03": "another process keeps it locked: wait for it, or end it",
}


def ledger_error(error: DBAPIError | sqlite3.Error, where: str) -> LedgerError:
    """Tell *error* of the ledger at *where* with its remedy."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = str(cause).partition("\n")[0]
    return LedgerError(f"{where}: {_remedy(cause)} ({said})")


def _remedy(cause: BaseException | None) -> str:
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest its shade
        return _SQLITE.get(code, "the ledger refuses this")
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return "the database can't be reached: check that it runs, and its URL, user and password"
    return _POSTGRESQL.get(state, "the database refuses this")
