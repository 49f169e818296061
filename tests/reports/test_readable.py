"""Promises of bbbkeep.reports.readable: hostile text comes out short, single-line and visible; numbers are honest."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.reports.readable import TIE, clean, month_name, number, share, shown, size

SIGNED = "see https://bbb.example.org/api/getRecordings?meetingID=x&checksum=0123abcd for more"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Lecture 1", "Lecture 1", id="plain text stays"),
        pytest.param(" a\r\n\tb  c ", "a b c", id="white space becomes single blanks"),
        pytest.param("a\x00b\x1b[31mc\x7f\x85d", "ab[31mc d", id="controls go"),
        pytest.param("pay\u202egnp.exe\u2069", "paygnp.exe", id="overrides and stray isolates go"),
        pytest.param("half \ud83d an emoji", "half an emoji", id="lone surrogates go"),
        pytest.param(
            "Abschluß 👩‍🏫 שלום", "Abschluß 👩‍🏫 שלום", id="scripts and joined emoji stay"
        ),  # Hebrew
        pytest.param("e" + "\u0301" * 50, "e" + "\u0301" * 4, id="towers of marks are cut down"),
        pytest.param(None, "", id="unknown is empty"),
    ],
)
def test_text_is_shown_harmlessly(text: str, expected: object) -> None:
    assert shown(text) == expected


def test_a_name_of_megabytes_is_cut_with_an_ellipsis() -> None:
    name = shown("x" * 5_000_000)

    assert name == "x" * 119 + "…"


def test_a_name_of_exactly_the_limit_is_not_cut() -> None:
    assert shown("x" * 120) == "x" * 120


def test_a_cut_says_so_even_if_what_was_read_shrank_to_nothing() -> None:
    assert shown("\x00" * 10_000 + "x") == "…"


def test_a_signature_in_any_text_is_hidden() -> None:
    assert "0123abcd" not in shown(SIGNED)
    assert "checksum=(hidden)" in shown(SIGNED)


@given(st.text(max_size=700), st.integers(2, 120))
@settings(max_examples=200)
def test_no_text_comes_out_longer_than_asked_or_with_a_control_in_it(text: str, limit: int) -> None:
    line = clean(text, limit)

    assert len(line) <= limit + len("(hidden)") * text.count("=")
    assert not [sign for sign in line if unicodedata.category(sign) in {"Cc", "Cs"}]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (None, "unknown"),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (999_949, "999.9 kB"),
        (999_999, "1 MB"),
        (1_400_000_000_000, "1.4 TB"),
        (5 * 10**21, "5,000 EB"),
    ],
)
def test_sizes_are_worded_in_powers_of_a_thousand(count: int | None, expected: object) -> None:
    assert size(count) == expected.replace(" ", TIE)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        pytest.param(0, 0, "none", id="a share of nothing"),
        pytest.param(0, 7, "0 %", id="none of them"),
        pytest.param(1, 1000, "under 1 %", id="a few are not none"),
        pytest.param(999, 1000, "99 %", id="nearly all are not all"),
        pytest.param(7, 7, "100 %", id="all of them"),
    ],
)
def test_a_share_never_rounds_to_all_or_none(part: int, whole: int, expected: object) -> None:
    assert share(part, whole).replace(TIE, " ") == expected


def test_numbers_are_grouped_and_words_left_alone() -> None:
    assert [number(12345), number(0.5), number("5 %"), number(None)] == ["12,345", "0.5", "5 %", "unknown"]


def test_months_are_named_with_their_year() -> None:
    assert [month_name(2026 * 12), month_name(2026 * 12 + 11)] == ["2026-01", "2026-12"]
