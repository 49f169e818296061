"""A glob matches what a slow and obvious reading of it matches."""

from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.retention.matching import Wanted


def matches(glob: str, text: str) -> bool:
    """Read a glob the slow way."""
    if not glob:
        return not text
    if glob[0] == "*":
        return any(matches(glob[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and glob[0] in ("?", text[0]) and matches(glob[1:], text[1:])


@given(st.text(alphabet="ab*?[]!-^.\\", min_size=1, max_size=8), st.text(alphabet="ab[]!-^.\\", max_size=10))
def test_only_stars_and_question_marks_are_special(glob, text):
    assert Wanted("glob", (glob,)).met(text) == matches(glob, text)
