"""What a recording says of itself, where servers tell only a part of it."""

import pytest

from bbbkeep.model import PlaybackFormat, Recording


@pytest.mark.parametrize(
    ("whole", "formats", "expected"),
    [
        pytest.param(5, (), 5, id="what the server says"),
        pytest.param(5, (1, None), 5, id="what the server says, whatever formats say"),
        pytest.param(None, (2, 3), 5, id="the sum of its formats"),
        pytest.param(0, (2, 3), 5, id="0 is not told"),
        pytest.param(0, (), None, id="0 is no size"),
        pytest.param(None, (2, None), None, id="one format does not tell"),
        pytest.param(None, (2, 0), None, id="one format tells 0"),
        pytest.param(None, (), None, id="nothing is told"),
    ],
)
def test_a_size_is_known_as_a_whole_or_not_at_all(whole, formats, expected):
    listed = tuple(PlaybackFormat(f"format{number}", size_bytes=size) for number, size in enumerate(formats))

    assert Recording("r", size_bytes=whole, formats=listed).whole_size == expected
