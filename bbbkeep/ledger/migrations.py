"""Bring an older ledger to the version that this bbbkeep knows, or refuse it.

A step gets the connection of the one transaction in which all of them run;
`MIGRATIONS[n]` turns version n into n + 1.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, inspect, select, text, update

from bbbkeep.errors import LedgerError
from bbbkeep.ledger import metadata_keys, schema
from bbbkeep.ledger.schema_notices import metadata

Step = Callable[[Connection], None]


def _know_graces_and_keys(conn: Connection) -> None:
    """Version 2 notes since when a recording is unpublished because of us, and every metadata key ever seen."""
    known = schema.inventory.c
    kind = known.unpublished_at.type.compile(conn.dialect)
    conn.execute(text(f"ALTER TABLE inventory ADD COLUMN unpublished_at {kind}"))
    metadata.tables["metadata_keys"].create(conn)
    found: dict[str, tuple[set[str], datetime]] = {}
    for server, values, at in conn.execute(select(known.server, known.metadata, known.last_seen)):
        keys, _ = found.setdefault(server, (set(), at))
        keys |= {key.lower() for key in values or ()}
    for server, (keys, at) in found.items():
        metadata_keys.note_keys(conn, server, keys, at)


def _find_outcomes_by_recording(conn: Connection) -> None:
    """Version 3 finds what became of one recording without reading what became of all others."""
    [index] = (one for one in schema.outcomes.indexes if one.name == "outcomes_of_recording")
    index.create(conn)


MIGRATIONS: Mapping[int, Step] = {1: _know_graces_and_keys, 2: _find_outcomes_by_recording}


def found_version(conn: Connection, where: str) -> int | None:
    """Return the version of the ledger behind *conn*, or None where there is none yet.

    Raises:
        LedgerError: there are tables of these names, but no version: this is no ledger of ours.
    """
    names = set(inspect(conn).get_table_names())
    if schema.about.name not in names:
        if names & set(metadata.tables):
            raise LedgerError(f"{where}: holds tables of something else; name another file or database")
        return None
    value = conn.execute(select(schema.about.c.value).where(schema.about.c.name == "version")).scalar()
    if value is None or not value.isdecimal():
        raise LedgerError(f"{where}: its version is unreadable ({value!r}); restore it from a backup")
    return int(value)


def create(conn: Connection, version: int) -> None:
    """Lay out a ledger where `found_version` found none, and so no table of ours."""
    metadata.create_all(conn, checkfirst=False)
    conn.execute(insert(schema.about), {"name": "version", "value": str(version)})


def path_between(found: int, wanted: int, steps: Mapping[int, Step], where: str) -> list[Step]:
    """Return the steps that lead from one version to the other, in order.

    Raises:
        LedgerError: the ledger is newer, or a step is missing.
    """
    if found > wanted:
        raise LedgerError(
            f"{where}: made by a newer bbbkeep (version {found}, this one knows {wanted}); install that one"
        )
    missing = [number for number in range(found, wanted) if number not in steps]
    if missing:
        raise LedgerError(
            f"{where}: version {found} is too old for this bbbkeep; install one in between first"
        )
    return [steps[number] for number in range(found, wanted)]


def migrate(conn: Connection, path: list[Step], wanted: int) -> None:
    """Walk the steps and note the new version, all in the caller's transaction."""
    for step in path:
        step(conn)
    conn.execute(
        update(schema.about).where(schema.about.c.name == "version").values(value=str(wanted)),
    )
