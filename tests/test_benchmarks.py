"""What the table of measurements promises: each figure beside its limit or peer, and what misses it marked."""

import pytest

from benchmarks.measure import Figure, medians


@pytest.mark.parametrize(
    ("ours", "theirs", "limit", "missed"),
    [
        (11.0, 10.0, 1.15, False),
        (12.0, 10.0, 1.15, True),
        (119.0, None, 120, False),
        (121.0, None, 120, True),
        (99.0, 1.0, None, False),
    ],
)
def test_a_figure_beyond_its_limit_is_marked(
    ours: float, theirs: float | None, limit: float | None, missed: bool
) -> None:
    figure = Figure("sweep", "2,000", ours, "s", "peer", theirs, limit)

    assert figure.missed is missed
    assert figure.row[-1] == ("" if limit is None else "MISSED" if missed else "ok")


def test_works_take_turns_and_each_has_its_median() -> None:
    first, second = iter([3.0, 1.0, 2.0]), iter([30.0, 10.0, 20.0])

    assert medians(3, [lambda: next(first), lambda: next(second)]) == [2.0, 20.0]
