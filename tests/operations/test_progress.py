"""Progress says how far it is, and how long the rest takes at the same pace."""

from datetime import timedelta

import pytest
from fake_clock import NOW

from bbbkeep.operations.progress import Progress


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [
        pytest.param(0, 60, "sent: 0 of 10,000", id="nothing yet"),
        pytest.param(100, 0.5, "sent: 100 of 10,000", id="too early to tell"),
        pytest.param(100, 60, "sent: 100 of 10,000, about 1.6 h left", id="hours"),
        pytest.param(5_000, 600, "sent: 5,000 of 10,000, about 10 min left", id="minutes"),
        pytest.param(9_900, 990, "sent: 9,900 of 10,000, about 10 s left", id="seconds"),
        pytest.param(10_000, 990, "sent: 10,000 of 10,000", id="done"),
    ],
)
def test_the_time_left_is_in_proportion(done, seconds, line):
    assert Progress("sent", 10_000, NOW).line(done, NOW + timedelta(seconds=seconds)) == line
