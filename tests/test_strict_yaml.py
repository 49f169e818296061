"""What a person writes says one thing only, and every complaint names its place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.errors import ConfigError, PolicyError
from bbbkeep.strict_yaml import MAX_BYTES, Document, load, loads

FILE = Path("policy.yaml")


def read(text: str) -> Document:
    return loads(text, FILE, PolicyError)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a: 1\na: 2", "policy.yaml:2:1: key 'a' is written twice", id="duplicate key"),
        pytest.param("a:\n  b: 1\n  b: 1", "policy.yaml:3:3: key 'b' is written twice", id="duplicate below"),
        pytest.param("a: 1\nb:\t2", "policy.yaml:2:3: holds a tab", id="tab"),
        pytest.param("a: &x 1", "policy.yaml:1:4: anchors", id="anchor"),
        pytest.param("a: *x", "policy.yaml:1:4: anchors", id="alias"),
        pytest.param("<<: {a: 1}", "policy.yaml:1:1: merge keys", id="merge key"),
        pytest.param("a: !!python/name:os.system x", "policy.yaml:1:4: tags", id="tag"),
        pytest.param("1: a", "policy.yaml:1:1: a key must be text, not 1", id="number as key"),
        pytest.param("true: a", "policy.yaml:1:1: a key must be text, not True", id="boolean as key"),
        pytest.param("? [a]\n: 1", "policy.yaml:1:3: a key must be text", id="list as key"),
        pytest.param("a: 1\n---\nb: 1", "policy.yaml:2:1: holds more than one document", id="two documents"),
        pytest.param("a: " + "[" * 40, "policy.yaml:1:27: nested deeper than 24 levels", id="deep nesting"),
        pytest.param("- a", "policy.yaml: must hold keys and values", id="a list"),
        pytest.param("# nothing", "policy.yaml: holds nothing", id="empty"),
        pytest.param("a: 'b", "policy.yaml:1:6: found unexpected end of stream", id="open quote"),
        pytest.param(
            "a: 1\nb: \x07", "policy.yaml:2:4: character U+0007 is not allowed", id="control character"
        ),
        pytest.param("a: " + "b" * MAX_BYTES, "policy.yaml: is larger than", id="too large"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_at_its_place(text, complaint):
    with pytest.raises(PolicyError) as refusal:
        read(text)

    assert str(refusal.value).startswith(complaint)


@pytest.mark.parametrize(
    "written", ["no", "on", "Yes", "012", "1:30", "2024-02-30", "2024-02-29", "1e3", "0x10", ".inf"]
)
def test_text_is_never_guessed_to_be_something_else(written):
    assert read(f"a: {written}").data == {"a": written}


def test_numbers_booleans_and_nothing_are_what_they_look_like():
    document = read("a: 5\nb: -1.5\nc: true\nd: false\ne:\nf: null\ng: '5'\nh: [1, {i: x}]")

    assert document.data == {
        "a": 5, "b": -1.5, "c": True, "d": False, "e": None, "f": None, "g": "5", "h": [1, {"i": "x"}],
    }  # fmt: skip


def test_every_value_knows_its_line_and_column():
    document = read("# a note\nrules:\n  - name: old\n    when: {age: 3}\n")

    assert document.place(("rules",)) == (3, 3)
    assert document.place(("rules", 0, "name")) == (3, 11)
    assert document.place(("rules", 0, "when", "age")) == (4, 17)


def test_a_value_that_is_not_written_has_the_place_of_what_is_around_it():
    document = read("rules:\n  - name: old\n")

    assert document.place(("rules", 0, "when", "age")) == document.place(("rules", 0))


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    document = read("mode: act\nprotekt: []")

    with pytest.raises(PolicyError) as refusal:
        document.root.only("mode", "protect", "rules")

    assert str(refusal.value) == "policy.yaml:2:1: unknown key 'protekt'; did you mean protect?"


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        pytest.param(lambda root: root.need("a").text(), "1:4: a: must be text, not 5; put it in quotes", id="text"),
        pytest.param(lambda root: root.need("b").flag(), "2:4: b: must be true or false, not 'yes'", id="flag"),
        pytest.param(lambda root: root.need("b").whole(0, 9), "2:4: b: must be a number from 0 to 9", id="number"),
        pytest.param(lambda root: root.need("c").whole(0, 9), "3:4: c: must be a whole number, not 1.5", id="whole"),
        pytest.param(lambda root: root.need("d").whole(0, 9), "4:4: d: must be a number", id="true is no number"),
        pytest.param(lambda root: root.need("a").whole(0, 4), "1:4: a: must be a number from 0 to 4, not 5", id="out of bounds"),
        pytest.param(lambda root: root.need("a").items(), "1:4: a: must be a list, not 5", id="list"),
        pytest.param(lambda root: root.need("a").mapping(), "1:4: a: must be keys and values, not 5", id="mapping"),
        pytest.param(lambda root: root.need("b").choice("no", "yess"), "2:4: b: must be one of no, yess, not 'yes'; did you mean yess?", id="choice"),
        pytest.param(lambda root: root.need("x"), "1:1: the file: x is missing; add `x:`", id="missing"),
        pytest.param(lambda root: root.need("e").items()[0].text(), "5:5: e[0]: must be text, not nothing", id="nothing"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_at_its_place(ask, complaint):
    document = read("a: 5\nb: yes\nc: 1.5\nd: true\ne: [~]")

    with pytest.raises(PolicyError) as refusal:
        ask(document.root)

    assert str(refusal.value).startswith(f"policy.yaml:{complaint}")


def test_a_file_that_is_missing_is_the_kind_of_error_that_was_asked_for(tmp_path):
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        load(tmp_path / "bbbkeep.yaml", ConfigError)


def test_a_folder_is_not_read(tmp_path):
    with pytest.raises(PolicyError, match="can't be read"):
        load(tmp_path, PolicyError)


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"mode: act\n# M\xfcnchen\n")

    with pytest.raises(PolicyError) as refusal:
        load(file, PolicyError)

    assert str(refusal.value) == f"{file}:2: byte 13 is not UTF-8; save the file as UTF-8"


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbfmode: act\r\nrules: []\r\n")

    assert load(file, PolicyError).data == {"mode": "act", "rules": []}


@settings(max_examples=150)
@given(st.text(alphabet="ab:-[]{}'\"#&*!|>?%@`,~ \n1", max_size=60))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        document = read(text)
    except PolicyError as refusal:
        assert refusal.problem  # noqa: PT017  # either outcome is fine, any other exception is not
    else:
        assert isinstance(document.data, dict)
