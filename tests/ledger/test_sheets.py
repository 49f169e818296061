"""A sheet's rows remember what was there before and what became of them, however often they are read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ledger.builders import HOUR, NOW, OTHER, SERVER
from sqlalchemy import Connection

from bbbkeep.ledger import sheets
from bbbkeep.ledger.sheets import SheetRow
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def a_row(number: int = 2, value: str | None = "Physics") -> SheetRow:
    return SheetRow(number, f"r{number}", "course", value)


def remember(conn: Connection, *rows: SheetRow, digest: str = "d1", name: str = "course.csv") -> None:
    sheets.remember(conn, SERVER, digest, name, rows or (a_row(),), NOW)


def outcome(conn: Connection, what: str, number: int = 2, digest: str = "d1") -> None:
    sheets.set_outcome(conn, SERVER, digest, number, what, "because", NOW)


def test_rows_come_back_by_number(conn: Connection) -> None:
    remember(conn, a_row(3, None), a_row(2))

    assert sheets.rows(conn, SERVER, "d1") == {2: a_row(2), 3: a_row(3, None)}
    assert sheets.rows(conn, SERVER, "d2") == {}
    assert sheets.rows(conn, OTHER, "d1") == {}


def test_a_row_that_is_remembered_again_keeps_what_became_of_it(conn: Connection) -> None:
    remember(conn)
    outcome(conn, "failed")

    remember(conn, a_row(2), a_row(3))

    assert sheets.rows(conn, SERVER, "d1") == {
        2: replace(a_row(2), outcome="failed", because="because", tries=1),
        3: a_row(3),
    }


def test_a_sheet_longer_than_a_statement_is_remembered_whole(conn: Connection) -> None:
    remember(conn, *(a_row(number) for number in range(2, 1300)))

    assert len(sheets.rows(conn, SERVER, "d1")) == 1298


@pytest.mark.parametrize(
    ("what", "tries"),
    [
        pytest.param("verified", 1, id="verified was sent"),
        pytest.param("unverified", 1, id="unverified was sent"),
        pytest.param("failed", 1, id="failed was tried"),
        pytest.param("unchanged", 0, id="unchanged was not sent"),
        pytest.param("skipped", 0, id="skipped was not sent"),
        pytest.param("refused", 0, id="refused was not sent"),
    ],
)
def test_only_what_was_sent_counts_as_a_try(conn: Connection, what: str, tries: int) -> None:
    remember(conn)

    outcome(conn, what)

    row = sheets.rows(conn, SERVER, "d1")[2]
    assert (row.outcome, row.because, row.tries) == (what, "because", tries)


@pytest.mark.parametrize(
    "first", [pytest.param("Maths", id="a value"), pytest.param(None, id="an absent key")]
)
def test_what_was_there_before_is_noted_once(conn: Connection, first: str | None) -> None:
    remember(conn)

    sheets.set_before(conn, SERVER, "d1", 2, first)
    sheets.set_before(conn, SERVER, "d1", 2, "Physics")

    assert sheets.rows(conn, SERVER, "d1")[2] == replace(a_row(), before=first, before_known=True)


def test_what_a_row_brings_along_as_before_stays(conn: Connection) -> None:
    remember(conn, replace(a_row(), before="Maths"))

    sheets.set_before(conn, SERVER, "d1", 2, "Physics")

    assert sheets.rows(conn, SERVER, "d1")[2].before == "Maths"


@pytest.mark.parametrize(
    ("what", "open_sheets"),
    [
        pytest.param(None, [("d1", "course.csv")], id="no outcome yet"),
        pytest.param("failed", [("d1", "course.csv")], id="failed"),
        pytest.param("unverified", [("d1", "course.csv")], id="unverified"),
        pytest.param("verified", [], id="verified"),
        pytest.param("unchanged", [], id="unchanged"),
        pytest.param("skipped", [], id="skipped"),
        pytest.param("refused", [], id="refused"),
    ],
)
def test_a_sheet_is_unfinished_while_a_row_is(
    conn: Connection, what: str | None, open_sheets: list[tuple[str, str]]
) -> None:
    remember(conn, a_row(2), a_row(3))
    outcome(conn, "verified", 3)
    if what:
        outcome(conn, what, 2)

    assert sheets.unfinished(conn, SERVER) == open_sheets
    assert sheets.unfinished(conn, OTHER) == []


def test_unfinished_sheets_come_oldest_first(conn: Connection) -> None:
    sheets.remember(conn, SERVER, "a", "later.csv", [a_row()], NOW + HOUR)
    sheets.remember(conn, SERVER, "z", "earlier.csv", [a_row()], NOW)

    assert [name for _, name in sheets.unfinished(conn, SERVER)] == ["earlier.csv", "later.csv"]


def test_the_newest_of_the_other_sheets_says_what_a_key_should_be(conn: Connection) -> None:
    for days, (digest, value) in enumerate((("d1", "Physics"), ("d2", "Chemistry"), ("d3", None))):
        sheets.remember(conn, SERVER, digest, "course.csv", [a_row(2, value)], NOW + 24 * days * HOUR)

    def last(besides: str, record_id: str = "r2") -> str | None:
        return sheets.last_value(conn, SERVER, record_id, "course", besides=besides)

    assert (last("d3"), last("d2"), last("d3", "r9")) == ("Chemistry", None, None)
