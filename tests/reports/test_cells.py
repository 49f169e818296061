"""Promises of bbbkeep.reports.cells: no cell from a server becomes a formula."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.reports.cells import neutral

FORMULA_SIGNS = "=+-@"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="equals sign"),
        pytest.param("+49 30", "'+49 30", id="plus"),
        pytest.param("-2", "'-2", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at sign"),
        pytest.param("\tx", "'x", id="tab"),
        pytest.param("\rx", "'x", id="carriage return"),
        pytest.param("  =1", "'=1", id="after blanks"),
        pytest.param("\x00=1", "'=1", id="after a control that is removed"),
        pytest.param("\ufeff\u200b=1", "'\ufeff\u200b=1", id="after signs nobody sees"),
        pytest.param("\u200b \u200b=1", "'\u200b \u200b=1", id="after such signs and blanks in turn"),
        pytest.param("\uff1d1", "'\uff1d1", id="wide equals sign"),
        pytest.param('a;"=1+1', "a;\"'=1+1", id="after a semicolon that separates cells elsewhere"),
        pytest.param("a=b - c", "a=b - c", id="signs inside stay"),
        pytest.param("'=1", "'=1", id="neutralised once is enough"),
        pytest.param("two\r\nlines", "two lines", id="one line"),
        pytest.param("", None, id="empty is unknown"),
        pytest.param(" \x00 ", None, id="blank is unknown"),
        pytest.param(None, None, id="unknown stays unknown"),
    ],
)
def test_a_cell_is_neutralised(text: str, expected: object) -> None:
    assert neutral(text) == expected


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n ;\"'\x00\ufeff\u200bab"), max_size=12))
@settings(max_examples=300)
def test_no_cell_begins_like_a_formula_whatever_precedes_it(text: str) -> None:
    cell = neutral(text) or ""

    assert not cell.lstrip(" \ufeff\u200b").startswith(tuple(FORMULA_SIGNS))
    assert not [piece for piece in cell.split(";")[1:] if piece.lstrip(' "').startswith(tuple(FORMULA_SIGNS))]


def test_a_cell_fits_a_spreadsheet() -> None:
    assert len(neutral("x" * 5_000_000)) == 32_000
