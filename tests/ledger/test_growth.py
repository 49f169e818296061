"""A question costs what its answer is long, not what was ever written: ledgers are kept for years.

SQLite counts the steps that it takes; PostgreSQL has the same indexes.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from ledger.builders import DAY, NOW, SERVER, a_recording, a_sweep, an_id
from sqlalchemy import Connection

from bbbkeep.ledger import gone, inventory, runs
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import ItemOutcome

FEW, MANY = 100, 2_000
STEPS_COUNTED = 100
SLACK = 5
"""Far less than reading through what is added: some hundreds."""
LONG_AGO, LATER = NOW - timedelta(days=300), NOW - timedelta(days=200)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger, ledger.write() as conn:
        yield conn


def steps(conn: Connection, ask: Callable[[], object]) -> int:
    """Return how many hundreds of steps SQLite takes to answer."""
    taken = []
    raw = conn.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(lambda: taken.append(1), STEPS_COUNTED)
    ask()
    raw.set_progress_handler(None, STEPS_COUNTED)
    return len(taken)


def done_long_ago(conn: Connection, numbers: range) -> None:
    run_id = f"run-{numbers.start}"
    runs.start(conn, run_id, SERVER, "captions", None, LONG_AGO)
    old = (
        ItemOutcome(an_id(number), "upload_text_track", "verified", "", run_id, number, LONG_AGO)
        for number in numbers
    )
    runs.record(conn, SERVER, *old)


def deleted_by_us(conn: Connection, count: int) -> None:
    a_sweep(conn, LATER, complete=True)
    runs.start(conn, "deletes", SERVER, "retention apply", None, LATER)
    for number in range(count):
        inventory.refresh(conn, SERVER, a_recording(number), LATER)
        inventory.mark_gone(conn, SERVER, an_id(number), LATER)
    deletes = (
        ItemOutcome(an_id(number), "delete", "verified", "", "deletes", number, LATER)
        for number in range(count)
    )
    runs.record(conn, SERVER, *deletes)
    a_sweep(conn, NOW, complete=True)


@pytest.mark.parametrize("ask", [runs.outcomes_since, runs.troubled_since])
def test_what_was_done_tonight_is_found_without_reading_what_was_done_before(
    conn: Connection, ask: Callable[..., object]
) -> None:
    done_long_ago(conn, range(FEW))
    before = steps(conn, lambda: ask(conn, SERVER, NOW - DAY))

    done_long_ago(conn, range(FEW, MANY))

    assert steps(conn, lambda: ask(conn, SERVER, NOW - DAY)) <= before + SLACK


def test_what_vanished_is_found_without_reading_all_outcomes_for_each(conn: Connection) -> None:
    deleted_by_us(conn, FEW)
    assert list(inventory.vanished(conn, SERVER)) == []
    before = steps(conn, lambda: list(inventory.vanished(conn, SERVER)))

    done_long_ago(conn, range(MANY, 2 * MANY))

    assert steps(conn, lambda: list(inventory.vanished(conn, SERVER))) <= before + SLACK


def test_how_one_recording_went_is_found_without_reading_all_outcomes(conn: Connection) -> None:
    deleted_by_us(conn, 2)
    row = inventory.get(conn, SERVER, an_id(1))
    assert row is not None
    before = steps(conn, lambda: gone.fate(conn, SERVER, row))

    done_long_ago(conn, range(MANY, 2 * MANY))

    assert steps(conn, lambda: gone.fate(conn, SERVER, row)) <= before + SLACK
