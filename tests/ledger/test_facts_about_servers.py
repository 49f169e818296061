"""Uploads, text tracks, holds and servers are remembered until something newer is known."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ledger.builders import DAY, HOUR, NOW, OTHER, SERVER
from sqlalchemy import Connection, text

from bbbkeep.ledger import holds, servers, tracks, uploads
from bbbkeep.ledger.schema import tracks as tracks_table
from bbbkeep.ledger.store import Ledger
from bbbkeep.ledger.tracks import Known
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import TextTrack

UPLOAD = Upload(SERVER, "d1", "r1", "captions", "de", "Deutsch", "w1", 12, "pending", "", NOW, None, 1)
TRACK = TextTrack("captions", "de", "Deutsch", "upload", "https://bbb.example.org/sentinel")


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def test_an_upload_is_known_by_file_recording_kind_and_lang(conn: Connection) -> None:
    uploads.put(conn, UPLOAD)

    assert uploads.get(conn, SERVER, "d1", "r1", "captions", "de") == UPLOAD
    assert uploads.get(conn, SERVER, "d1", "r1", "captions", "en") is None
    assert uploads.get(conn, SERVER, "d2", "r1", "captions", "de") is None
    assert uploads.get(conn, OTHER, "d1", "r1", "captions", "de") is None


def test_an_upload_is_pending_until_it_is_put_otherwise(conn: Connection) -> None:
    another = replace(UPLOAD, lang="en")
    uploads.put(conn, UPLOAD)
    uploads.put(conn, another)

    uploads.put(conn, replace(UPLOAD, status="verified", checked_at=NOW + HOUR))

    assert uploads.pending(conn, SERVER) == [another]
    assert [upload.status for upload in uploads.listing(conn, SERVER)] == ["verified", "pending"]


def test_tracks_are_known_with_the_time_of_the_answer_and_without_address(conn: Connection) -> None:
    tracks.remember(conn, SERVER, "r1", [TRACK], NOW)

    assert tracks.known(conn, SERVER, "r1") == Known((replace(TRACK, href=None),), NOW)
    stored = conn.execute(text(f"SELECT tracks FROM {tracks_table.name}")).scalar()  # noqa: S608 -- our own name
    assert "sentinel" not in stored


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        pytest.param([], Known((), NOW), id="there are none"),
        pytest.param(None, Known(None, NOW), id="unsupported"),
    ],
)
def test_none_and_unsupported_are_not_the_same(
    conn: Connection, answer: list[TextTrack] | None, known: Known
) -> None:
    tracks.remember(conn, SERVER, "r1", [TRACK], NOW - HOUR)

    tracks.remember(conn, SERVER, "r1", answer, NOW)

    assert tracks.known(conn, SERVER, "r1") == known
    assert tracks.known(conn, SERVER, "r2") is None


def test_all_known_tracks_come_in_the_order_of_the_ids(conn: Connection) -> None:
    for number in range(1100, 0, -1):
        tracks.remember(conn, SERVER, f"r{number:04}", None, NOW)
    tracks.remember(conn, OTHER, "elsewhere", None, NOW)

    known = list(tracks.all_known(conn, SERVER))

    assert [record_id for record_id, _ in known] == [f"r{number:04}" for number in range(1, 1101)]
    assert known[0] == ("r0001", Known(None, NOW))


def test_a_hold_counts_from_the_moment_it_was_asked_for(conn: Connection) -> None:
    holds.asked(conn, SERVER, "r1", "", NOW)
    holds.asked(conn, OTHER, "r2", "case-7", NOW)

    assert holds.in_force(conn, SERVER, night_started=NOW) == {"r1": ""}


def test_the_value_asked_for_last_counts(conn: Connection) -> None:
    holds.asked(conn, SERVER, "r1", "case-7", NOW)
    holds.asked(conn, SERVER, "r1", "2027-01-01", NOW)

    assert holds.in_force(conn, SERVER, night_started=NOW) == {"r1": "2027-01-01"}


def test_a_hold_lifted_tonight_still_holds_until_the_next_night(conn: Connection) -> None:
    holds.asked(conn, SERVER, "r1", "case-7", NOW - DAY)

    holds.withdrawn(conn, SERVER, "r1", NOW)

    assert holds.in_force(conn, SERVER, night_started=NOW) == {"r1": "case-7"}
    assert holds.in_force(conn, SERVER, night_started=NOW + DAY) == {}


def test_a_hold_that_somebody_else_had_set_holds_too_on_the_night_it_is_lifted(conn: Connection) -> None:
    holds.withdrawn(conn, SERVER, "r1", NOW)

    assert holds.in_force(conn, SERVER, night_started=NOW) == {"r1": ""}
    assert holds.in_force(conn, SERVER, night_started=NOW + DAY) == {}


def test_a_hold_lifted_a_second_time_holds_on_that_night_again(conn: Connection) -> None:
    holds.withdrawn(conn, SERVER, "r1", NOW - DAY)

    holds.withdrawn(conn, SERVER, "r1", NOW)

    assert "r1" in holds.in_force(conn, SERVER, night_started=NOW)


def test_a_hold_asked_for_again_holds_again(conn: Connection) -> None:
    holds.asked(conn, SERVER, "r1", "case-7", NOW)
    holds.withdrawn(conn, SERVER, "r1", NOW)
    holds.asked(conn, SERVER, "r1", "case-8", NOW)

    assert holds.in_force(conn, SERVER, night_started=NOW + DAY) == {"r1": "case-8"}


def test_a_server_is_known_by_its_key_under_its_latest_name(conn: Connection) -> None:
    servers.remember(conn, SERVER, "old", "bbb26", NOW)
    servers.remember(conn, SERVER, "main", "bbb30", NOW + DAY)
    servers.remember(conn, OTHER, "other", "scalelite", NOW)

    assert servers.listing(conn) == [
        servers.Server(SERVER, "main", "bbb30", NOW, NOW + DAY),
        servers.Server(OTHER, "other", "scalelite", NOW, NOW),
    ]


def test_a_hold_stands_until_somebody_withdraws_it(conn: Connection) -> None:
    holds.asked(conn, SERVER, "r1", "case-7", NOW)
    holds.asked(conn, SERVER, "r2", "case-8", NOW)
    holds.asked(conn, OTHER, "r3", "case-9", NOW)

    holds.withdrawn(conn, SERVER, "r2", NOW)

    assert holds.standing(conn, SERVER) == {"r1": "case-7"}
