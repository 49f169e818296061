"""The inventory keeps every recording ever seen, and tells the vanished from the rest."""

import random
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger.builders import DAY, HOUR, NOW, OTHER, SERVER, a_recording, a_sweep, an_id
from sqlalchemy import Connection

from bbbkeep.errors import LedgerError
from bbbkeep.ledger import inventory, sweeps, tracks
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import InventoryRow, KnownTracks, PlaybackFormat, Recording, TextTrack

VIDEO = PlaybackFormat("video", "https://bbb.example.org/v", 60, 5000)
PRESENTATION = PlaybackFormat("presentation", "https://bbb.example.org/p", 60, 1000)


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def see(
    conn: Connection,
    *recordings: Recording,
    at: datetime = NOW,
    sweep_id: int | None = None,
    complete: bool = True,
) -> int:
    """Sweep the server, finding *recordings*."""
    sweep_id = sweep_id or a_sweep(conn, at)
    inventory.upsert(conn, SERVER, sweep_id, recordings, at)
    if complete:
        sweeps.seal(conn, sweep_id, complete=True, because="", now=at)
    return sweep_id


def ids(rows: Iterable[InventoryRow]) -> list[str]:
    return [row.recording.record_id for row in rows]


@pytest.mark.parametrize(
    "recording",
    [
        pytest.param(a_recording(), id="everything known"),
        pytest.param(Recording(an_id(1)), id="nothing known"),
        pytest.param(a_recording(metadata={}, formats=()), id="known to have no metadata"),
        pytest.param(
            a_recording(name="Vorlesung \u202e 🎓 'x'; --\n", metadata={"ключ": "\\u0000"}), id="odd text"
        ),
        pytest.param(a_recording(formats=(VIDEO, PRESENTATION)), id="two formats in the server's order"),
        pytest.param(a_recording(start=NOW + timedelta(microseconds=1)), id="microseconds"),
    ],
)
def test_a_recording_comes_back_as_it_was(conn: Connection, recording: Recording) -> None:
    sweep_id = see(conn, recording)

    row = inventory.get(conn, SERVER, recording.record_id)

    assert (row.recording, row.first_seen, row.last_seen, row.sweep_id) == (recording, NOW, NOW, sweep_id)


def test_a_time_comes_back_aware_in_utc(conn: Connection) -> None:
    see(conn, a_recording(start=NOW.astimezone(timezone(timedelta(hours=5)))))

    start = inventory.get(conn, SERVER, an_id(1)).recording.start

    assert start == NOW
    assert start.utcoffset() == timedelta(0)


def test_the_address_of_a_protected_recording_is_not_kept(conn: Connection) -> None:
    see(conn, a_recording(protected=True, formats=(VIDEO,)))

    assert inventory.get(conn, SERVER, an_id(1)).recording.formats == (replace(VIDEO, url=None),)


def test_a_count_that_no_database_holds_is_unknown(conn: Connection) -> None:
    see(conn, a_recording(participants=-1, size_bytes=10**30))

    recording = inventory.get(conn, SERVER, an_id(1)).recording
    assert (recording.participants, recording.size_bytes) == (None, None)


def test_first_seen_stays_and_last_seen_moves(conn: Connection) -> None:
    see(conn, a_recording())
    second = see(conn, a_recording(name="Renamed"), at=NOW + DAY)

    row = inventory.get(conn, SERVER, an_id(1))

    assert (row.first_seen, row.last_seen, row.sweep_id) == (NOW, NOW + DAY, second)
    assert row.recording.name == "Renamed"


@pytest.mark.parametrize(
    "at_once", [pytest.param(True, id="one answer"), pytest.param(False, id="two answers")]
)
def test_formats_and_metadata_are_merged_within_one_sweep(conn: Connection, at_once: bool) -> None:
    sightings = [
        a_recording(metadata={"a": "1", "b": "1"}, formats=(PRESENTATION,)),
        a_recording(metadata={"b": "2"}, formats=(VIDEO, replace(PRESENTATION, size_bytes=7))),
    ]
    sweep_id = a_sweep(conn)

    for answer in [sightings] if at_once else [[one] for one in sightings]:
        inventory.upsert(conn, SERVER, sweep_id, answer, NOW)

    recording = inventory.get(conn, SERVER, an_id(1)).recording
    assert recording.metadata == {"a": "1", "b": "2"}
    assert recording.formats == (replace(PRESENTATION, size_bytes=7), VIDEO)


def test_the_next_sweep_replaces_formats_and_metadata(conn: Connection) -> None:
    see(conn, a_recording(metadata={"a": "1"}, formats=(PRESENTATION, VIDEO)))
    see(conn, a_recording(metadata={"b": "2"}, formats=(VIDEO,)), at=NOW + DAY)

    recording = inventory.get(conn, SERVER, an_id(1)).recording
    assert (recording.metadata, recording.formats) == ({"b": "2"}, (VIDEO,))


def test_metadata_known_to_half_of_a_sweep_is_unknown(conn: Connection) -> None:
    sweep_id = see(conn, a_recording(metadata={"a": "1"}), complete=False)
    see(conn, a_recording(metadata=None), sweep_id=sweep_id)

    assert inventory.get(conn, SERVER, an_id(1)).recording.metadata is None


def test_a_sweep_that_was_never_started_sees_nothing(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.write() as conn:
        inventory.upsert(conn, SERVER, 99, [a_recording()], NOW)


def test_rows_come_in_the_order_of_their_ids_whatever_the_order_of_the_answers(conn: Connection) -> None:
    odd = ["a", "B", "_", "-", "z", "é", "0", "Z", "aa"]
    recordings = [Recording(one) for one in odd] + [a_recording(number) for number in range(1200)]
    random.Random(1).shuffle(recordings)  # noqa: S311 -- any order will do
    see(conn, *recordings)

    assert ids(inventory.rows(conn, SERVER)) == sorted(one.record_id for one in recordings)


def test_rows_of_another_server_are_not_shown(conn: Connection) -> None:
    see(conn, a_recording())

    assert ids(inventory.rows(conn, OTHER)) == []
    assert inventory.get(conn, OTHER, an_id(1)) is None


def test_rows_can_be_chosen_by_state(conn: Connection) -> None:
    see(conn, a_recording(1), a_recording(2, state="deleted"), a_recording(3, state=None))

    assert ids(inventory.rows(conn, SERVER, states=["deleted", "processing"])) == [an_id(2)]


def test_an_incomplete_sweep_lists_only_what_it_saw_and_vanishes_nothing(conn: Connection) -> None:
    see(conn, a_recording(1), a_recording(2))
    sweep_id = see(conn, a_recording(2), at=NOW + DAY, complete=False)
    sweeps.seal(conn, sweep_id, complete=False, because="timeout", now=NOW + DAY)

    assert ids(inventory.rows(conn, SERVER, sweep_id=sweep_id)) == [an_id(2)]
    assert ids(inventory.rows(conn, SERVER)) == [an_id(1), an_id(2)]
    assert ids(inventory.vanished(conn, SERVER)) == []


def test_what_a_complete_sweep_no_longer_sees_has_vanished(conn: Connection) -> None:
    see(conn, a_recording(1), a_recording(2))
    see(conn, a_recording(2), at=NOW + DAY)

    assert ids(inventory.vanished(conn, SERVER)) == [an_id(1)]
    assert ids(inventory.rows(conn, SERVER)) == [an_id(2)]
    assert ids(inventory.rows(conn, SERVER, vanished=True)) == [an_id(1), an_id(2)]
    assert inventory.count_by_state(conn, SERVER) == {"published": 1}


def test_a_recording_that_returns_keeps_the_day_it_was_first_seen(conn: Connection) -> None:
    see(conn, a_recording(1))
    see(conn, at=NOW + DAY)
    see(conn, a_recording(1), at=NOW + 2 * DAY)

    [row] = inventory.rows(conn, SERVER)
    assert (row.first_seen, row.last_seen) == (NOW, NOW + 2 * DAY)


def test_what_was_seen_while_the_sweep_ran_has_not_vanished(conn: Connection) -> None:
    see(conn, a_recording(1))
    sweep_id = a_sweep(conn, NOW + DAY)
    inventory.refresh(conn, SERVER, a_recording(1), NOW + DAY + HOUR)

    sweeps.seal(conn, sweep_id, complete=True, because="", now=NOW + DAY + 2 * HOUR)

    assert ids(inventory.vanished(conn, SERVER)) == []


def test_a_clock_that_was_set_back_makes_nothing_vanish(conn: Connection) -> None:
    sweep_id = a_sweep(conn, NOW)

    see(conn, a_recording(1), at=NOW - HOUR, sweep_id=sweep_id)

    assert ids(inventory.vanished(conn, SERVER)) == []


def test_a_distrusted_sweep_makes_nothing_vanish(conn: Connection) -> None:
    see(conn, a_recording(1))
    jumped = see(conn, at=NOW + DAY)

    sweeps.distrust(conn, jumped, "jump guard")

    assert ids(inventory.vanished(conn, SERVER)) == []


def test_a_refresh_replaces_what_is_known_and_keeps_the_sweep(conn: Connection) -> None:
    sweep_id = see(conn, a_recording(metadata={"a": "1"}, formats=(VIDEO,)))

    inventory.refresh(conn, SERVER, a_recording(metadata={}, formats=(), name="New"), NOW + HOUR)

    row = inventory.get(conn, SERVER, an_id(1))
    assert row.recording == a_recording(metadata={}, formats=(), name="New")
    assert (row.first_seen, row.last_seen, row.sweep_id) == (NOW, NOW + HOUR, sweep_id)


def test_a_refresh_of_an_unknown_recording_makes_it_known_to_no_sweep(conn: Connection) -> None:
    inventory.refresh(conn, SERVER, a_recording(), NOW)

    assert inventory.get(conn, SERVER, an_id(1)).sweep_id == 0


def test_a_recording_that_is_gone_stays_known_as_deleted(conn: Connection) -> None:
    see(conn, a_recording())

    inventory.mark_gone(conn, SERVER, an_id(1), NOW)

    recording = inventory.get(conn, SERVER, an_id(1)).recording
    assert (recording.state, recording.published, recording.name) == ("deleted", False, "Lecture")


def test_states_are_counted_and_a_missing_one_is_unknown(conn: Connection) -> None:
    see(conn, a_recording(1), a_recording(2), a_recording(3, state="deleted"), a_recording(4, state=None))

    assert inventory.count_by_state(conn, SERVER) == {"published": 2, "deleted": 1, "unknown": 1}


def test_many_finds_what_is_known_however_many_are_asked_for(conn: Connection) -> None:
    see(conn, *(a_recording(number) for number in range(700)))

    found = inventory.many(conn, SERVER, [an_id(number) for number in range(100, 1500)])

    assert sorted(found) == [an_id(number) for number in range(100, 700)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"state": "published"}, id="published"),
        pytest.param({"state": "deleted"}, id="deleted"),
        pytest.param({"state": None}, id="of unknown state"),
    ],
)
def test_another_id_that_begins_with_this_one_is_found(conn: Connection, other: dict[str, Any]) -> None:
    see(conn, a_recording(1), Recording(an_id(1) + "-x", **other))
    see(conn, at=NOW + DAY)

    assert inventory.extensions(conn, SERVER, an_id(1))


@given(known=st.sets(st.text("ab%_\\-A", min_size=1, max_size=4)), asked=st.text("ab%_\\-A", max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_id_is_extended_exactly_by_those_that_begin_with_it(
    lasting_ledger: Ledger, known: set[str], asked: str
) -> None:
    with lasting_ledger.write() as conn:
        see(conn, *(Recording(one) for one in known))

        found = inventory.extensions(conn, SERVER, asked)
        conn.get_transaction().rollback()

    assert found == any(one != asked and one.startswith(asked) for one in known)


def test_names_of_the_long_vanished_are_erased_and_their_ids_stay(conn: Connection) -> None:
    see(conn, a_recording(1), a_recording(2))
    see(conn, a_recording(2), at=NOW + DAY)

    erased = inventory.erase_names(conn, SERVER, NOW + HOUR)

    assert erased == 1
    assert inventory.erase_names(conn, SERVER, NOW + HOUR) == 0
    gone, present = inventory.rows(conn, SERVER, vanished=True)
    assert (gone.recording.record_id, gone.recording.name, gone.recording.metadata) == (an_id(1), None, None)
    assert present.recording.name == "Lecture"


def test_streaming_needs_memory_for_a_page_and_not_for_all(ledger: Ledger) -> None:
    big = {"text": "x" * 4000}
    with ledger.write() as conn:
        see(conn, *(a_recording(number, metadata=big) for number in range(5000)))

    with ledger.read() as conn:
        tracemalloc.start()
        count = sum(1 for _ in inventory.rows(conn, SERVER))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == 5000
    assert peak < 10_000_000  # all of them are over 20 MB


@pytest.mark.long
def test_recordings_are_noted_many_in_one_statement(tmp_path: Path) -> None:
    recordings = [a_recording(number, formats=(PRESENTATION, VIDEO)) for number in range(30_000)]

    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger, ledger.write() as conn:
        started = process_time()
        see(conn, *recordings)
        seconds = process_time() - started

    assert len(recordings) / seconds > 5_000  # one by one it is a tenth of that


def test_what_was_last_known_of_text_tracks_comes_beside_the_recordings(conn):
    see(conn, *(a_recording(number) for number in range(1, 5)))
    german = TextTrack("captions", "de", "Deutsch", "upload")
    tracks.remember(conn, SERVER, an_id(1), [german], NOW)
    tracks.remember(conn, SERVER, an_id(2), [], NOW)
    tracks.remember(conn, SERVER, an_id(3), None, NOW)
    tracks.remember(conn, OTHER, an_id(4), [german], NOW)

    listed = [row.tracks for row in inventory.rows(conn, SERVER, tracks=True)]

    assert listed == [KnownTracks((german,), NOW), KnownTracks((), NOW), KnownTracks(None, NOW), None]
    assert [row.tracks for row in inventory.rows(conn, SERVER)] == [None] * 4
    assert inventory.get(conn, SERVER, an_id(1)).tracks == listed[0]


def test_recordings_can_be_read_by_their_dates_alone(conn):
    see(conn, a_recording(1), a_recording(2, state="deleted"))
    see(conn, a_recording(2), at=NOW + DAY)

    [row] = inventory.dated(conn, SERVER)

    assert row.recording == Recording(
        an_id(2),
        "room-7",
        state="published",
        start=NOW - DAY,
        end=NOW - DAY + HOUR,
        start_status="ok",
        end_status="ok",
    )
    assert row.first_seen == NOW
