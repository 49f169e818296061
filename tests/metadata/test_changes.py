"""What would change is told from the inventory, and nothing is assumed that it doesn't prove."""

import pytest

from bbbkeep.metadata.changes import changes
from bbbkeep.metadata.sheet import Edit
from bbbkeep.model import Recording

ONE = "a" * 40 + "-1700000000000"


def changes_of(value: str | None, metadata, key: str = "category"):
    return changes([Edit(2, ONE, key, value)], {ONE: Recording(ONE, metadata=metadata)})


@pytest.mark.parametrize(
    ("metadata", "value", "old"),
    [
        pytest.param({"category": "lecture"}, "test", "lecture", id="another value"),
        pytest.param({}, "test", None, id="a new key"),
        pytest.param({"category": "test"}, None, "test", id="a removal"),
        pytest.param({"category": ""}, None, "", id="removal of an empty value"),
        pytest.param({"category": "Test"}, "test", "Test", id="letter case of the value"),
    ],
)
def test_a_change_has_the_old_and_the_new_value(metadata, value, old):
    [change] = changes_of(value, metadata).changed

    assert (change.old, change.new) == (old, value)


@pytest.mark.parametrize(
    ("metadata", "value"),
    [
        pytest.param({"category": "test"}, "test", id="the same value"),
        pytest.param({"category": "a long\n      value"}, "a long value", id="wrapped by the server"),
        pytest.param({"Category": "test"}, "test", id="the key in upper case"),
        pytest.param({}, None, id="removal of what is absent"),
    ],
)
def test_what_is_already_so_is_unchanged(metadata, value):
    found = changes_of(value, metadata)

    assert (len(found.unchanged), found.changed, found.skipped) == (1, (), ())


def test_a_change_knows_how_the_server_spells_the_key():
    [change] = changes_of("test", {"Category": "x"}).changed

    assert change.stored_key == "Category"


def test_a_recording_outside_the_inventory_is_skipped():
    [skipped] = changes([Edit(2, ONE, "a", "b")], {}).skipped

    assert skipped.because == "the recording is not in the inventory"


def test_unreadable_metadata_is_skipped():
    [skipped] = changes_of("test", None).skipped

    assert "could not be read" in skipped.because


def test_two_spellings_of_one_key_are_skipped():
    [skipped] = changes_of("test", {"category": "a", "Category": "b"}).skipped

    assert skipped.because == "the server keeps 2 spellings of category: category, Category"


def test_every_edit_comes_out_once_and_in_order():
    edits = [Edit(n, ONE, f"k{n}", "x" if n % 2 else None) for n in range(2, 9)]

    found = changes(edits, {ONE: Recording(ONE, metadata={})})

    assert [change.edit.line for change in found.changed] == [3, 5, 7]
    assert [change.edit.line for change in found.unchanged] == [2, 4, 6, 8]
