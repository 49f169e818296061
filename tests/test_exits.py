"""Which exit code a run with several has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.exits import PRECEDENCE, worst


def test_the_order_is_the_designs():
    assert PRECEDENCE == (1, 2, 8, 9, 7, 5, 6, 4, 3, 0)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param([], 0, id="nothing happened"),
        pytest.param([0, 0], 0, id="all well"),
        pytest.param([3, 0, 4], 4, id="a guard before failed items"),
        pytest.param([6, 4], 6, id="an incomplete sweep before a guard"),
        pytest.param([9, 8], 8, id="the secret before the network"),
        pytest.param([0, 77], 1, id="a code of nobody's is a bug"),
    ],
)
def test_the_worst_wins(codes, expected):
    assert worst(codes) == expected


@given(st.lists(st.sampled_from(PRECEDENCE), min_size=1))
def test_the_order_in_which_codes_come_means_nothing(codes):
    assert worst(codes) == worst(reversed(codes)) == min(codes, key=PRECEDENCE.index)
