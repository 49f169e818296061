"""Only a complete sweep of everything may be decided upon, and it is sealed once."""

from collections.abc import Iterator
from typing import Any

import pytest
from ledger.builders import DAY, HOUR, NOW, OTHER, SERVER, a_recording, a_sweep
from sqlalchemy import Connection

from bbbkeep.errors import LedgerError
from bbbkeep.ledger import inventory, slices, sweeps
from bbbkeep.ledger.slices import ListedSlice
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def test_a_sweep_runs_until_it_is_sealed_and_counts_what_it_saw(conn: Connection) -> None:
    sweep_id = a_sweep(conn)
    running = sweeps.get(conn, sweep_id)
    inventory.upsert(conn, SERVER, sweep_id, [a_recording(1), a_recording(2), a_recording(2)], NOW)

    sweeps.seal(conn, sweep_id, complete=True, because="all slices proven", now=NOW + HOUR)

    assert (running.status, running.ended_at, running.count) == ("running", None, 0)
    assert sweeps.get(conn, sweep_id) == sweeps.Sweep(
        sweep_id, SERVER, "all", NOW, NOW + HOUR, "complete", "all slices proven", 2
    )


def test_a_sealed_sweep_stays_as_it_is(conn: Connection) -> None:
    sweep_id = a_sweep(conn, complete=False)

    with pytest.raises(LedgerError, match="not running"):
        sweeps.seal(conn, sweep_id, complete=True, because="", now=NOW)

    assert sweeps.get(conn, sweep_id).status == "incomplete"


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"complete": False}, id="an incomplete one"),
        pytest.param({"complete": None}, id="one that still runs"),
        pytest.param({"complete": True, "scope": "state=published"}, id="one of a part"),
        pytest.param({"complete": True, "server": OTHER}, id="one of another server"),
    ],
)
def test_the_last_complete_sweep_is_not(conn: Connection, later: dict[str, Any]) -> None:
    complete = a_sweep(conn, complete=True)

    a_sweep(conn, NOW + DAY, **later)

    assert sweeps.last_complete(conn, SERVER).sweep_id == complete


def test_the_latest_sweep_may_be_any(conn: Connection) -> None:
    a_sweep(conn, complete=True)
    running = a_sweep(conn, scope="state=published")

    assert sweeps.latest(conn, SERVER).sweep_id == running
    assert sweeps.latest(conn, OTHER) is None


def test_a_distrusted_sweep_is_complete_but_not_trusted(conn: Connection) -> None:
    trusted = a_sweep(conn, complete=True)
    jumped = a_sweep(conn, NOW + DAY, complete=True)

    sweeps.distrust(conn, jumped, "jump guard: 4 recordings after 9000")

    assert sweeps.last_complete(conn, SERVER).sweep_id == jumped
    assert sweeps.last_trusted(conn, SERVER).sweep_id == trusted


def test_a_sweep_is_compared_with_the_trusted_one_before_it(conn: Connection) -> None:
    before = a_sweep(conn, complete=True)
    this = a_sweep(conn, NOW + DAY, complete=True)

    assert sweeps.last_trusted(conn, SERVER, before=this).sweep_id == before
    assert sweeps.last_trusted(conn, SERVER, before=before) is None


def test_slices_are_remembered_with_the_time_they_were_listed_last(conn: Connection) -> None:
    sweep_id, another = a_sweep(conn), a_sweep(conn)

    for key, count, at in (("0", 5, NOW), ("1", 5, NOW), ("0", 6, NOW + HOUR)):
        slices.done(conn, sweep_id, ListedSlice(key, count, True, at))

    assert slices.listed(conn, sweep_id) == [
        ListedSlice("0", 6, True, NOW + HOUR),
        ListedSlice("1", 5, True, NOW),
    ]
    assert [one.key for one in slices.listed(conn, sweep_id, since=NOW + HOUR)] == ["0"]
    assert slices.listed(conn, another) == []


def test_slices_that_were_listed_too_long_ago_are_forgotten(conn: Connection) -> None:
    sweep_id = a_sweep(conn)
    for key, at in (("0", NOW), ("1", NOW + HOUR)):
        slices.done(conn, sweep_id, ListedSlice(key, 1, True, at))

    slices.forget(conn, sweep_id, before=NOW + HOUR)

    assert [one.key for one in slices.listed(conn, sweep_id)] == ["1"]


@pytest.mark.parametrize("total", [None, (30, True), (90, False)])
def test_what_the_server_counted_at_the_start_is_remembered(conn: Connection, total: Any) -> None:
    assert sweeps.total_before(conn, sweeps.start(conn, SERVER, "all", NOW, total)) == total
