"""Guards: how much one plan may take away, counted by recording and never rounded in anybody's favour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.guards import Limits, Population, are_guarded, evaluate


def an_item(record_id: str, action: str = "delete") -> PlanItem:
    return PlanItem(0, record_id, action, "", ())


def items(count: int, action: str = "delete") -> list[PlanItem]:
    return [an_item(f"r{number}", action) for number in range(count)]


def standing(count: int, **facts) -> Population:
    return Population(**{"complete": True, "because": "", "standing": count, **facts})


def tripped(planned, population: Population, limits: Limits | None = None) -> list[str]:
    found = evaluate(planned, population, dict.fromkeys(("delete", "unpublish"), limits or Limits()))
    return [guard.name for guard in found if guard.tripped]


@pytest.mark.parametrize(
    ("planned", "population", "expected"),
    [
        pytest.param(50, 10_000, [], id="exactly the count passes"),
        pytest.param(51, 10_000, ["delete count"], id="one more trips"),
        pytest.param(5, 100, [], id="exactly the share passes"),
        pytest.param(6, 100, ["delete share in percent"], id="more than the share trips"),
        pytest.param(1, 19, ["delete share in percent"], id="one of a tiny fleet is a large share"),
        pytest.param(1, 20, [], id="one of twenty is five percent"),
        pytest.param(1, 1, ["delete share in percent"], id="the only one"),
        pytest.param(1, 0, ["delete share in percent"], id="anything of nothing is all of it"),
        pytest.param(0, 0, [], id="nothing of nothing"),
        pytest.param(60, 100, ["delete count", "delete share in percent"], id="both limits are reported"),
    ],
)
def test_the_limits_are_exact(planned: int, population: int, expected: list[str]):
    assert tripped(items(planned), standing(population)) == expected


def test_a_share_is_compared_before_it_is_rounded():
    limits = Limits(count=10**9, share_percent=5)

    assert tripped(items(50_001), standing(1_000_000), limits) == ["delete share in percent"]


def test_a_tripped_share_never_prints_as_its_limit():
    found = evaluate(items(50_001), standing(1_000_000), {"delete": Limits(10**9, 5)})

    [share] = [guard for guard in found if guard.tripped]
    assert share.actual != share.limit


def test_several_rules_that_hit_one_recording_count_once():
    twice = [an_item("r"), an_item("r")]

    assert tripped(twice, standing(20)) == []


@pytest.mark.parametrize("order", [("delete", "unpublish"), ("unpublish", "delete")])
def test_a_deletion_counts_whatever_else_is_planned_for_the_recording(order: tuple[str, str]):
    planned = [an_item("r", action) for action in order]

    assert "delete share in percent" in tripped(planned, standing(10))


def test_deletions_and_unpublications_are_counted_apart():
    assert tripped([*items(40), *items(40, "unpublish")], standing(10_000)) == []


def test_what_went_in_the_last_24_hours_counts():
    gone = {"delete": {f"gone{number}" for number in range(50)}}

    assert tripped(items(1), standing(10_000, taken_today=gone)) == ["delete count"]


def test_what_is_tried_again_counts_once():
    unverified_yesterday = {"delete": {f"r{number}" for number in range(50)}}

    assert tripped(items(50), standing(10_000, taken_today=unverified_yesterday)) == []


def test_what_went_belongs_to_the_fleet_that_the_share_is_taken_of():
    gone = {"delete": {f"gone{number}" for number in range(4)}}

    assert tripped(items(1), standing(96, taken_today=gone)) == []


def test_a_plan_that_takes_nothing_is_not_stopped_for_what_went_before():
    gone = {"delete": {f"gone{number}" for number in range(90)}}

    assert tripped([], standing(10, taken_today=gone)) == []


def test_an_incomplete_sweep_trips():
    found = evaluate([], Population(complete=False, because="slice 3 timed out", standing=10))

    assert [str(guard) for guard in found if guard.tripped] == [
        "complete sweep: slice 3 timed out, limit complete"
    ]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 3_000))
def test_more_to_take_never_frees_a_guard(planned: int, more: int, population: int):
    before = set(tripped(items(planned), standing(population)))

    assert before <= set(tripped(items(planned + more), standing(population)))


@pytest.mark.parametrize(
    ("kind", "action", "guarded"),
    [
        ("retention", "set_metadata", True),
        ("metadata", "set_metadata", False),
        ("metadata", "unpublish", True),
        ("metadata", "delete", True),
        ("captions", "upload_text_track", False),
    ],
)
def test_whatever_takes_recordings_away_is_guarded(kind: str, action: str, guarded: bool):
    assert are_guarded(kind, [an_item("r", action)]) is guarded
