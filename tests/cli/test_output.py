"""Tables and words for people, whatever the terminal is like."""

from itertools import count, islice

from bbbkeep.cli.output import MEASURED, lines, plain

HEADER = ("record_id", "state", "name")
ROWS = [("a" * 20, "published", "Lecture 5: photosynthesis and what comes of it"), ("b" * 20, "deleted", "")]


def test_without_a_terminal_each_row_is_one_whole_line():
    assert list(lines(HEADER, ROWS, 0)) == [
        "record_id             state      name",
        "aaaaaaaaaaaaaaaaaaaa  published  Lecture 5: photosynthesis and what comes of it",
        "bbbbbbbbbbbbbbbbbbbb  deleted",
    ]


def test_what_does_not_fit_beside_goes_below_and_no_id_is_cut():
    assert list(lines(HEADER, ROWS, 35)) == [
        "record_id             state",
        "    name",
        "aaaaaaaaaaaaaaaaaaaa  published",
        "    Lecture 5: photosynthesis and",
        "    what comes of it",
        "bbbbbbbbbbbbbbbbbbbb  deleted",
    ]


def test_a_terminal_narrower_than_an_id_still_shows_it_whole():
    assert list(lines(HEADER[:2], [("b" * 20, "deleted")], 10)) == [
        "record_id",
        "    state",
        "b" * 20,
        "    deleted",
    ]


def test_a_long_table_is_printed_while_its_rows_come():
    rows = ((f"{number:04}", "published", "x") for number in count())
    first = list(islice(lines(HEADER, rows, 0), 2 * MEASURED))

    assert first[:2] == ["record_id  state      name", "0000       published  x"]
    assert first[-1] == "1998       published  x"


def test_a_table_without_rows_is_nothing():
    assert list(lines(HEADER, [], 0)) == []


def test_a_name_can_not_write_to_the_terminal():
    assert plain("a\x1b[31m\nb\u202ec\udc80") == r"a\x1b[31m\x0ab\x202ec\xdc80"
