"""Where slices were split, odd IDs show that others may be there unseen."""

import re

import pytest

from bbbkeep.api.gaps import beginnings, unproven
from bbbkeep.api.slices import Slice

SPLIT = beginnings([Slice(("rec0",)), Slice(("rec1", "rec2")), Slice(("a",))])


def test_slices_were_split_at_every_beginning_of_their_prefixes() -> None:
    assert {"", "r", "re", "rec"} == SPLIT


def test_a_listing_of_everything_was_split_nowhere() -> None:
    assert not beginnings([Slice.everything(), Slice(("rec0",))])
    assert not unproven(frozenset(), ["rec 1", "rec"], None)


@pytest.mark.parametrize("odd", [[], ["a.b"], ["abc"], ["rec", "re", "r", "rec0"]])
def test_nothing_is_doubted_where_no_odd_id_goes_on_from_a_split(odd: list[str]) -> None:
    assert not unproven(SPLIT, odd, None)


@pytest.mark.parametrize("odd", ["rec0", "reb", "re"])
def test_an_odd_id_puts_its_own_beginnings_in_doubt(odd: str) -> None:
    assert "other_record_ids" in unproven(SPLIT, [odd], None)


@pytest.mark.parametrize("odd", ["é", "rec 1", "rec%31", "a,b"])
def test_an_id_that_no_request_can_ask_for_puts_every_split_in_doubt(odd: str) -> None:
    assert odd in unproven(frozenset({""}), ["abc", odd], None)


@pytest.mark.parametrize(("declared", "doubted"), [("rec[0-9]", False), ("r.*", True), ("x[0-9]", True)])
def test_the_declared_forms_say_where_an_id_can_end(declared: str, doubted: bool) -> None:
    assert bool(unproven(SPLIT, ["rec0", "rec7"], re.compile(declared))) == doubted
