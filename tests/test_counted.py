"""How many there are is said in words that fit the number."""

import pytest

from bbbkeep.counted import many


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 recordings"), (1, "1 recording"), (2, "2 recordings"), (500_000, "500,000 recordings")],
)
def test_the_noun_follows_the_number(count, said):
    assert many(count, "recording") == said


def test_what_is_said_of_one_and_of_more_may_be_given_whole():
    assert [many(count, "caption file waits", "caption files wait") for count in (1, 3)] == [
        "1 caption file waits",
        "3 caption files wait",
    ]
