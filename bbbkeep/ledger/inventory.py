"""Every recording that a server ever admitted to: one row each, first and last seen.

Vanished means not seen since the start of the last complete sweep of scope
"all" that tripped no guard.  Rows are never removed: an id that was ever
known still counts when a write must not hit two recordings.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, or_, select, update

from bbbkeep.ledger import metadata_keys, sweeps
from bbbkeep.ledger.pages import PAGE, in_pages, in_slices
from bbbkeep.ledger.recording_rows import (
    DATED_COLUMNS,
    dated_row,
    formats_from_json,
    from_row,
    merged,
    to_row,
)
from bbbkeep.ledger.schema import inventory as table
from bbbkeep.ledger.schema import outcomes
from bbbkeep.ledger.schema import tracks as text_tracks
from bbbkeep.ledger.upserts import upsert as upsert_rows
from bbbkeep.model import InventoryRow, Recording

UNKNOWN_STATE = "unknown"
DATED_PAGE = 4 * PAGE  # rows without names and metadata are short
ID_LENGTH, ID_HYPHEN = 54, 41
"""How long BigBlueButton's own IDs are, and which character is the hyphen: no ID of this form begins another."""


def upsert(
    conn: Connection, server: str, sweep_id: int, recordings: Sequence[Recording], now: datetime
) -> None:
    """Note what a sweep saw.

    Formats and metadata of one recording seen twice within the same sweep are
    merged; the next sweep replaces them.
    """
    for some in in_slices(recordings):
        seen = _merged_among_themselves(some)
        _merge_with_this_sweep(conn, server, sweep_id, seen)
        sighting = {"server": server, "first_seen": now, "last_seen": now, "sweep_id": sweep_id}
        rows = [to_row(recording) | sighting for recording in seen.values()]
        upsert_rows(conn, table, rows, keep={"first_seen"})
        _end_graces(conn, server, [one for one in seen.values() if not one.is_unpublished])
        metadata_keys.note(conn, server, seen.values(), now)


def refresh(conn: Connection, server: str, recording: Recording, now: datetime) -> None:
    """Replace what is known by an exact re-read; the sweep that saw it last stays."""
    refresh_all(conn, server, [recording], now)


def refresh_all(conn: Connection, server: str, recordings: Sequence[Recording], now: datetime) -> None:
    """Replace what is known of several recordings, in one statement."""
    sighting = {"server": server, "first_seen": now, "last_seen": now}
    upsert_rows(conn, table, [to_row(recording) | sighting for recording in recordings], keep={"first_seen"})
    _end_graces(conn, server, [one for one in recordings if not one.is_unpublished])
    metadata_keys.note(conn, server, recordings, now)


def begin_grace(conn: Connection, server: str, record_id: str, now: datetime) -> None:
    """Note that a recording is unpublished because of us, from now on."""
    here = update(table).where(table.c.server == server, table.c.record_id == record_id)
    conn.execute(here.values(unpublished_at=now))


def _end_graces(conn: Connection, server: str, recordings: Sequence[Recording]) -> None:
    """Forget that we unpublished what is seen in another state: it was published since."""
    for some in in_slices([one.record_id for one in recordings]):
        here = update(table).where(table.c.server == server, table.c.record_id.in_(some))
        conn.execute(here.where(table.c.unpublished_at.is_not(None)).values(unpublished_at=None))


def mark_gone(conn: Connection, server: str, record_id: str, now: datetime) -> None:
    """Note that no state shows the recording any more: it is deleted, and its row is kept."""
    change = update(table).where(table.c.server == server, table.c.record_id == record_id)
    conn.execute(change.values(state="deleted", published=False, gone_at=now, unpublished_at=None))


def unsee(conn: Connection, server: str, sweep_id: int, prefixes: Sequence[str]) -> None:
    """Forget that a sweep saw what begins with *prefixes* (none: everything), because it lists that anew.

    Otherwise what was deleted between its two looks would count as seen.
    """
    here = update(table).where(table.c.server == server, table.c.sweep_id == sweep_id)
    if not prefixes:
        conn.execute(here.values(sweep_id=None))
    for prefix in prefixes:
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        within = here.where(table.c.record_id >= prefix, table.c.record_id < after)
        conn.execute(within.values(sweep_id=None))


def rows(
    conn: Connection,
    server: str,
    *,
    states: Collection[str] = (),
    sweep_id: int | None = None,
    vanished: bool = False,
    tracks: bool = False,
) -> Iterator[InventoryRow]:
    """Yield recordings in the order of their ids, without the vanished unless asked for.

    No *states* means all; a *sweep_id* leaves those that this sweep saw last;
    *tracks* adds what was last known of their text tracks.
    """
    query = (_beside_tracks() if tracks else select(table)).where(table.c.server == server)
    if states:
        query = query.where(table.c.state.in_(states))
    if sweep_id is not None:
        query = query.where(table.c.sweep_id == sweep_id)
    elif not vanished:
        query = query.where(not_(_is_vanished(conn, server)))
    return _stream(conn, query)


def dated(conn: Connection, server: str) -> Iterator[InventoryRow]:
    """Yield the recordings that have not vanished by state, meeting and dates alone; all else of them is unknown."""
    columns = (table.c[name] for name in DATED_COLUMNS)
    query = select(*columns).where(table.c.server == server, not_(_is_vanished(conn, server)))
    return (dated_row(row) for row in in_pages(conn, query, table.c.record_id, size=DATED_PAGE))


def vanished(conn: Connection, server: str, *, seen_by: int | None = None) -> Iterator[InventoryRow]:
    """Yield the recordings that the last trusted complete sweep no longer saw, but for those that were deleted.

    Deleted: the server said so before it forgot them, or we did it ourselves and read it back.
    *seen_by*: only those that this sweep or a later one still saw.
    """
    ours = exists().where(
        outcomes.c.server == server,
        outcomes.c.record_id == table.c.record_id,
        outcomes.c.action == "delete",
        outcomes.c.outcome == "verified",
    )
    said = and_(table.c.state == "deleted", table.c.gone_at.is_(None))
    deleted = or_(func.coalesce(said, false()), and_(table.c.gone_at.is_not(None), ours))
    gone = select(table).where(table.c.server == server, _is_vanished(conn, server), not_(deleted))
    return _stream(conn, gone if seen_by is None else gone.where(table.c.sweep_id >= seen_by))


def get(conn: Connection, server: str, record_id: str) -> InventoryRow | None:
    """Return one recording, vanished or not, and what was last known of its text tracks."""
    return many(conn, server, [record_id], tracks=True).get(record_id)


def many(
    conn: Connection, server: str, record_ids: Collection[str], *, tracks: bool = False
) -> dict[str, InventoryRow]:
    """Return those of *record_ids* that are known, vanished or not."""
    query = (_beside_tracks() if tracks else select(table)).where(table.c.server == server)
    return {
        row["record_id"]: from_row(row)
        for some in in_slices(list(record_ids))
        for row in conn.execute(query.where(table.c.record_id.in_(some))).mappings()
    }


def extended(conn: Connection, server: str, record_ids: Collection[str]) -> set[str]:
    """Return those of *record_ids* that another known id begins with (see `extensions`)."""
    return {record_id for record_id in record_ids if extensions(conn, server, record_id)}


def extensions(conn: Connection, server: str, record_id: str) -> bool:
    """Tell whether another known id, in any state, begins with this one.

    Several servers take a record ID as a prefix: such a write would hit both.
    """
    # In code point order nothing lies between a text and the first one that goes on from it.
    query = select(table.c.record_id).where(table.c.server == server, table.c.record_id > record_id)
    following = conn.execute(query.order_by(table.c.record_id).limit(1)).scalar()
    return following is not None and following.startswith(record_id)


def count_by_state(conn: Connection, server: str) -> dict[str, int]:
    """Count the recordings that have not vanished; those without a state are "unknown"."""
    state = func.coalesce(table.c.state, UNKNOWN_STATE)
    here = and_(table.c.server == server, not_(_is_vanished(conn, server)))
    counts = conn.execute(select(state, func.count()).where(here).group_by(state))
    return {row[0]: row[1] for row in counts}


def count_in_sweep(conn: Connection, server: str, sweep_id: int) -> dict[str, int]:
    """Count by state the recordings that this sweep saw last."""
    state = func.coalesce(table.c.state, UNKNOWN_STATE)
    seen = and_(table.c.server == server, table.c.sweep_id == sweep_id)
    return {row[0]: row[1] for row in conn.execute(select(state, func.count()).where(seen).group_by(state))}


def odd_ids(conn: Connection, server: str, sweep_id: int) -> Iterator[str]:
    """Yield the IDs, of those that this sweep saw, that have another form than BigBlueButton's own."""
    other_form = or_(
        func.length(table.c.record_id) != ID_LENGTH, func.substr(table.c.record_id, ID_HYPHEN, 1) != "-"
    )
    query = select(table.c.record_id).where(
        table.c.server == server, table.c.sweep_id == sweep_id, other_form
    )
    return (row["record_id"] for row in in_pages(conn, query, table.c.record_id, size=PAGE))


def count_known(conn: Connection, server: str, sweep_id: int, *, since: datetime) -> int:
    """Count the recordings that this sweep saw and that were there at *since* already."""
    seen = and_(table.c.server == server, table.c.sweep_id == sweep_id, table.c.first_seen <= since)
    return int(conn.execute(select(func.count()).where(seen)).scalar_one())


def count_unread(conn: Connection, server: str, sweep_id: int) -> int:
    """Count the recordings that this sweep saw and whose metadata could not be read."""
    seen = and_(table.c.server == server, table.c.sweep_id == sweep_id, table.c.metadata.is_(None))
    return int(conn.execute(select(func.count()).where(seen)).scalar_one())


def erase_names(conn: Connection, server: str, seen_before: datetime) -> int:
    """Forget names and metadata of the vanished that were last seen before then; return how many."""
    change = update(table).where(
        table.c.server == server,
        table.c.last_seen < seen_before,
        _is_vanished(conn, server),
        or_(table.c.name.is_not(None), table.c.metadata.is_not(None)),
    )
    return conn.execute(change.values(name=None, metadata=None)).rowcount


def _beside_tracks() -> Select[Any]:
    known = and_(text_tracks.c.server == table.c.server, text_tracks.c.record_id == table.c.record_id)
    beside = table.outerjoin(text_tracks, known)
    return select(table, text_tracks.c.tracks, text_tracks.c.asked_at).select_from(beside)


def _is_vanished(conn: Connection, server: str) -> ColumnElement[bool]:
    sweep = sweeps.last_trusted(conn, server)
    if sweep is None:
        return false()
    # By id as well as by time: a clock that was set back makes nothing vanish.
    unseen = func.coalesce(table.c.sweep_id, 0) < sweep.sweep_id
    return and_(unseen, table.c.last_seen < sweep.started_at)


def _stream(conn: Connection, query: Select[Any]) -> Iterator[InventoryRow]:
    return (from_row(row) for row in in_pages(conn, query, table.c.record_id, size=PAGE))


def _merged_among_themselves(recordings: Sequence[Recording]) -> dict[str, Recording]:
    seen: dict[str, Recording] = {}
    for recording in recordings:
        earlier = seen.get(recording.record_id)
        both = merged(recording, earlier.metadata, earlier.formats) if earlier else recording
        seen[recording.record_id] = both
    return seen


def _merge_with_this_sweep(conn: Connection, server: str, sweep_id: int, seen: dict[str, Recording]) -> None:
    query = select(table.c.record_id, table.c.metadata, table.c.formats).where(
        table.c.server == server, table.c.sweep_id == sweep_id, table.c.record_id.in_(list(seen))
    )
    for record_id, metadata, formats in conn.execute(query):
        seen[record_id] = merged(seen[record_id], metadata, formats_from_json(formats))
