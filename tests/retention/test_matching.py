"""Comparisons match what a slow and obvious reading of them matches, in linear time."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retention.asking import NO, UNKNOWN, YES, a_row, answer

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


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_no_pattern_and_no_name_take_long(pattern):
    name = "a" * 50_000 + "!" + "x" * 50_000
    started = process_time()

    Wanted("regex", (pattern,)).met(name)

    assert process_time() - started < 10


@pytest.mark.parametrize(
    ("when", "name", "expected"),
    [
        pytest.param("{name: {regex: 'Test [0-9]+'}}", "A Test 42 b", YES, id="anywhere"),
        pytest.param("{name: {regex: '^Test$'}}", "A Test", NO, id="bound to both ends"),
        pytest.param("{name: {regex: '(?i)test'}}", "TEST", YES, id="in any letter case, if asked for"),
        pytest.param("{name: {regex: '^.$'}}", "\N{GRINNING FACE}", YES, id="one character is one, however many bytes"),
        pytest.param("{name: {regex: 'a'}}", "half a \ud83d character", YES, id="a text that no encoding takes"),
        pytest.param("{name: {regex: 'a'}}", None, UNKNOWN, id="no name told"),
        pytest.param("{name: {regex: 'a b'}}", "a\n   b", YES, id="over a line that the server wrapped"),
        pytest.param("{name: {present: true}}", "  ", NO, id="blank is not present"),
        pytest.param("{name: {present: false}}", "", YES, id="empty is absent"),
        pytest.param("{name: {present: false}}", None, UNKNOWN, id="not told is not absent"),
    ],
)  # fmt: skip
def test_a_name_is_compared_as_asked(when, name, expected):
    assert answer(when, a_row(name=name)) is expected


@pytest.mark.parametrize(
    ("when", "metadata", "expected"),
    [
        pytest.param("{metadata: {key: a, regex: '^[0-9]+$'}}", {"A": "42"}, YES, id="a pattern"),
        pytest.param("{metadata: {key: a, contains: es}}", {"a": "Test"}, YES, id="a part"),
        pytest.param("{metadata: {key: a, contains: es}}", {}, NO, id="an absent key"),
        pytest.param("{metadata: {key: a, contains: es}}", None, UNKNOWN, id="unknown metadata"),
        pytest.param("{owner: Doe@Example.org}", {"owner-mail": "doe@example.ORG"}, YES, id="an owner in any case"),
        pytest.param("{owner: {in: [a, DOE]}}", {"owner-mail": "doe"}, YES, id="one of several owners"),
        pytest.param("{owner: {glob: '*@EXAMPLE.org'}}", {"owner-mail": "a@example.org"}, YES, id="owners of a domain"),
        pytest.param("{owner: {regex: '@EXAMPLE'}}", {"owner-mail": "a@example.org"}, YES, id="owners by pattern"),
        pytest.param("{owner: {present: false}}", {}, YES, id="no owner"),
        pytest.param("{owner: doe}", None, UNKNOWN, id="owner unknown"),
        pytest.param("{origin: moodle}", {"bbb-origin": "Moodle"}, YES, id="the software"),
        pytest.param("{origin: {in: [greenlight, moodle]}}", {"bbb-origin": "Pilos"}, NO, id="other software"),
        pytest.param("{origin: {server: m.example.org}}", {"bbb-origin-server-name": "M.example.org"}, YES, id="the host"),
        pytest.param("{origin: {server: {glob: '*.de'}}}", {"bbb-origin": "x.de"}, NO, id="the host is not the software"),
        pytest.param("{origin: Moodle}", {"bbb-origin": "Moodle", "BBB-Origin": "Pilos"}, UNKNOWN, id="two origins"),
    ],
)  # fmt: skip
def test_metadata_owners_and_origins_are_compared_as_asked(when, metadata, expected):
    assert answer(when, a_row(metadata=metadata), "owner: {metadata: Owner-Mail}") is expected
