"""Guards: how much one plan may take away, counted by recording and never rounded in anybody's favour."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.guards import Allowed, Limits, Population, allowed, are_guarded, evaluate
from bbbkeep.settings_values import Caps, GuardSettings


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
        pytest.param(1, 1, ["delete share in percent", "recordings left"], id="the only one"),
        pytest.param(
            1, 0, ["delete share in percent", "recordings left"], id="anything of nothing is all of it"
        ),
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


def sized(record_id: str, size: int | None) -> PlanItem:
    return PlanItem(0, record_id, "delete", "", (), size_bytes=size)


@pytest.mark.parametrize(
    ("sizes", "earlier", "trips"),
    [
        pytest.param([60, 40], 0, False, id="exactly the limit"),
        pytest.param([60, 41], 0, True, id="a byte more"),
        pytest.param([60], 41, True, id="with what went today"),
        pytest.param([60, None], 0, True, id="an unknown size shows no limit kept"),
        pytest.param([60], None, True, id="an unknown size of today"),
        pytest.param([], None, False, id="nothing planned"),
    ],
)
def test_bytes_are_counted_where_somebody_limits_them(sizes, earlier, trips):
    planned = [sized(f"r{number}", size) for number, size in enumerate(sizes)]
    population = standing(10_000, bytes_today={"delete": earlier})

    assert tripped(planned, population, Limits(size_bytes=100)) == (["delete bytes"] if trips else [])


def test_a_recording_planned_twice_weighs_once():
    twice = [sized("r", 60), sized("r", 60)]

    assert tripped(twice, standing(10_000), Limits(size_bytes=100)) == []


@pytest.mark.parametrize(("apart", "trips"), [(0, False), (86_400, False), (86_401, True), (-86_401, True)])
def test_a_clock_more_than_a_day_off_stops_the_plan(apart: int, trips: bool):
    population = standing(100, clock_apart=timedelta(seconds=apart))

    assert tripped(items(1), population) == (["server's clock"] if trips else [])


def test_a_plan_leaves_as_many_recordings_as_was_said():
    allowing = Allowed(limits={"delete": Limits(100, 100)}, minimum_left=8)

    def stopped(count: int) -> list[str]:
        found = evaluate(items(count), standing(10), allowing)
        return [one.name for one in found if one.tripped]

    assert stopped(2) == []
    assert stopped(3) == ["recordings left"]


@pytest.mark.parametrize(
    ("configured", "policy", "count"),
    [
        pytest.param(None, None, 50, id="neither says anything"),
        pytest.param(200, None, 200, id="only bbbkeep.yaml"),
        pytest.param(None, 10, 10, id="only the policy"),
        pytest.param(200, 10, 10, id="the policy is tighter"),
        pytest.param(5, 60, 5, id="bbbkeep.yaml is tighter"),
        pytest.param(0, None, 0, id="none at all"),
    ],
)
def test_of_two_limits_the_tighter_one_counts(configured, policy, count):
    here = GuardSettings(delete=Caps(configured), reason="end of term")

    assert allowed(here, {"delete": Caps(policy)}).limits["delete"].count == count
    assert allowed(here, {"delete": Caps(policy)}).limits["unpublish"].count == 50
