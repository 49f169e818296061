"""A run remembers what became of each item, and which recordings are in trouble."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from ledger.builders import HOUR, NOW, OTHER, SERVER
from sqlalchemy import Connection

from bbbkeep.errors import LedgerError
from bbbkeep.ledger import runs
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import ItemOutcome, Outcome


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def a_run(conn: Connection, run_id: str = "run-1", *, at: datetime = NOW, server: str = SERVER) -> str:
    runs.start(conn, run_id, server, "retention apply", "p1", at)
    return run_id


def an_outcome(
    outcome: Outcome,
    record_id: str = "r1",
    *,
    run_id: str = "run-1",
    number: int = 1,
    at: datetime | None = NOW,
    action: str = "delete",
) -> ItemOutcome:
    return ItemOutcome(record_id, action, outcome, "because", run_id, number, at, {"rule": "old"})


def record(conn: Connection, *outcomes: ItemOutcome) -> None:
    for outcome in outcomes:
        runs.record(conn, SERVER, outcome)


def test_a_run_is_open_until_it_is_finished(conn: Connection) -> None:
    a_run(conn)
    open_run = runs.get(conn, "run-1")

    runs.finish(conn, "run-1", 3, NOW + HOUR)

    assert open_run == runs.Run("run-1", SERVER, "retention apply", "p1", NOW, None, None)
    assert runs.get(conn, "run-1") == runs.Run("run-1", SERVER, "retention apply", "p1", NOW, NOW + HOUR, 3)
    assert runs.get(conn, "run-2") is None


def test_a_resumed_run_keeps_its_start_and_is_open_again(conn: Connection) -> None:
    a_run(conn)
    runs.finish(conn, "run-1", 3, NOW + HOUR)

    a_run(conn, at=NOW + 2 * HOUR)

    assert runs.get(conn, "run-1") == runs.Run("run-1", SERVER, "retention apply", "p1", NOW, None, None)


def test_runs_are_listed_newest_first_up_to_a_limit(conn: Connection) -> None:
    for run_id in ("c", "a", "b"):
        a_run(conn, run_id)

    assert [run.run_id for run in runs.listing(conn, 2)] == ["b", "a"]
    assert runs.latest(conn, SERVER, "retention apply").run_id == "b"
    assert runs.latest(conn, SERVER, "nightly") is None
    assert runs.latest(conn, OTHER, "retention apply") is None


def test_outcomes_come_back_as_they_were_in_the_order_of_the_items(conn: Connection) -> None:
    a_run(conn)
    second, first = an_outcome("failed", number=2), an_outcome("verified", number=1, at=None)

    record(conn, second, first)

    assert runs.outcomes(conn, "run-1") == [first, second]


def test_an_item_has_one_outcome_the_last(conn: Connection) -> None:
    a_run(conn)

    record(conn, an_outcome("unverified"), an_outcome("verified"))

    assert runs.outcomes(conn, "run-1") == [an_outcome("verified")]


def test_an_outcome_belongs_to_a_known_run(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.write() as conn:
        record(conn, an_outcome("verified", run_id="run-9"))


def test_outcomes_since_a_moment_are_those_from_it_on(conn: Connection) -> None:
    a_run(conn)
    before, at, after = (
        an_outcome("verified", number=number, at=NOW + offset)
        for number, offset in ((3, -HOUR), (2, 0 * HOUR), (1, HOUR))
    )
    record(conn, after, at, before)

    assert runs.outcomes_since(conn, SERVER, NOW) == [at, after]
    assert runs.outcomes_since(conn, OTHER, NOW) == []


def test_an_outcome_without_a_time_counts_from_the_start_of_its_run(conn: Connection) -> None:
    a_run(conn)
    record(conn, an_outcome("failed", at=None))

    assert runs.troubled_since(conn, SERVER, NOW) == {"r1"}
    assert runs.troubled_since(conn, SERVER, NOW + HOUR) == set()


@pytest.mark.parametrize(
    ("outcome", "troubled"),
    [
        pytest.param("failed", {"r1"}, id="failed"),
        pytest.param("unverified", {"r1"}, id="unverified"),
        pytest.param("verified", set(), id="verified"),
        pytest.param("unchanged", set(), id="unchanged"),
        pytest.param("skipped", set(), id="skipped"),
        pytest.param("refused", set(), id="refused"),
    ],
)
def test_trouble_is_what_failed_or_is_unverified(
    conn: Connection, outcome: Outcome, troubled: set[str]
) -> None:
    a_run(conn)
    record(conn, an_outcome(outcome))

    assert runs.troubled_since(conn, SERVER, NOW) == troubled


@pytest.mark.parametrize(
    ("later", "troubled"),
    [
        pytest.param({"outcome": "verified"}, set(), id="the same action done later makes it good"),
        pytest.param({"outcome": "unchanged"}, set(), id="the server shows it done later"),
        pytest.param({"outcome": "skipped"}, {"r1"}, id="skipped later tells nothing"),
        pytest.param({"outcome": "refused"}, {"r1"}, id="refused later tells nothing"),
        pytest.param({"outcome": "verified", "action": "publish"}, {"r1"}, id="another action tells nothing"),
        pytest.param(
            {"outcome": "verified", "record_id": "r2"}, {"r1"}, id="another recording tells nothing"
        ),
    ],
)
def test_trouble_ends_when_a_later_run_makes_it_good(
    conn: Connection, later: dict[str, str], troubled: set[str]
) -> None:
    record_after_a_run = an_outcome(**later, run_id="run-2", at=NOW + HOUR)
    a_run(conn)
    a_run(conn, "run-2", at=NOW + HOUR)

    record(conn, an_outcome("failed"), record_after_a_run)

    assert runs.troubled_since(conn, SERVER, NOW) == troubled


def test_one_of_two_tracks_that_failed_is_trouble_whatever_their_order(conn: Connection) -> None:
    a_run(conn)
    record(
        conn,
        an_outcome("failed", number=1, action="upload_text_track"),
        an_outcome("verified", number=2, action="upload_text_track", at=NOW + HOUR),
    )

    assert runs.troubled_since(conn, SERVER, NOW) == {"r1"}


def test_what_a_run_did_itself_is_no_trouble_to_it(conn: Connection) -> None:
    a_run(conn)
    a_run(conn, "run-2")
    record(conn, an_outcome("unverified"), an_outcome("failed", "r2", run_id="run-2"))

    assert runs.troubled_since(conn, SERVER, NOW, besides="run-1") == {"r2"}
