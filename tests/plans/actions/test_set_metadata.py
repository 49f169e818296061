"""Setting metadata: compare-and-set by key, whatever the server does to letter case and blanks."""

import pytest
from plans.actions.acting import GONE, a_recording, shown
from plans.bench import Bench, outcomes, setting

from bbbkeep.plans.actions.set_metadata import SetMetadata

SET = SetMetadata()
TO_SEMINAR = setting("seminar")


@pytest.mark.parametrize(
    ("metadata", "done"),
    [
        pytest.param({"category": "seminar"}, True, id="the value"),
        pytest.param({"Category": "seminar"}, True, id="the key in another case"),
        pytest.param({"category": " seminar\n"}, True, id="the value with blanks of the pretty printer"),
        pytest.param({"category": "Seminar"}, False, id="the value in another case"),
        pytest.param({"category": "lecture"}, False, id="the old value"),
        pytest.param({}, False, id="no such key"),
        pytest.param(None, False, id="metadata unknown"),
    ],
)
def test_it_is_done_where_the_value_shows(metadata: dict | None, done: bool):
    assert SET.is_done(shown(metadata=metadata), TO_SEMINAR) is done


def test_it_is_done_only_when_every_key_is():
    both = {"changes": {**TO_SEMINAR["changes"], "term": {"old": None, "new": "2026"}}}

    assert not SET.is_done(shown(metadata={"category": "seminar"}), both)
    assert SET.is_done(shown(metadata={"category": "seminar", "term": "2026"}), both)


def test_a_recording_that_is_gone_has_no_metadata():
    assert not SET.is_done(GONE, TO_SEMINAR)


@pytest.mark.parametrize(
    ("facts", "drifted"),
    [
        pytest.param({"metadata": {"category": "exam"}}, True, id="its own key"),
        pytest.param({"metadata": {}}, True, id="its own key is gone"),
        pytest.param({"state": "deleted"}, True, id="deleted"),
        pytest.param({"metadata": {"category": "lecture", "other": "x"}}, False, id="another key"),
        pytest.param({"state": "unpublished", "name": "Analysis"}, False, id="anything else"),
    ],
)
def test_only_the_keys_it_writes_can_drift(facts: dict, drifted: bool):
    before, after = (
        SET.fingerprint(a_recording(), TO_SEMINAR),
        SET.fingerprint(a_recording(**facts), TO_SEMINAR),
    )

    assert (before != after) is drifted


def test_unknown_metadata_are_not_written():
    assert SET.objection(shown(metadata=None), TO_SEMINAR)


def test_a_hold_never_stops_it():
    assert not SET.takes_away(shown(), TO_SEMINAR)


def test_undoing_sets_the_old_value_back_and_takes_new_keys_away():
    both = {"changes": {**TO_SEMINAR["changes"], "term": {"old": None, "new": "2026"}}}

    undo = SET.reverse(both, SET.before_image(shown(), both))

    assert undo == (
        "set_metadata",
        {
            "changes": {
                "category": {"old": "seminar", "new": "lecture"},
                "term": {"old": "2026", "new": None},
            }
        },
    )


def test_undoing_brings_the_server_back_to_where_it_was(bench: Bench):
    before = dict(bench.truth().metadata)
    both = {"changes": {**TO_SEMINAR["changes"], "term": {"old": None, "new": "2026"}}}
    image = SET.before_image(shown(metadata=before), both)
    assert outcomes(bench.apply([bench.item("set_metadata", params=both)])) == ["verified"]

    name, params = SET.reverse(both, image)

    assert outcomes(bench.apply([bench.item(name, params=params)])) == ["verified"]
    assert dict(bench.truth().metadata) == before


@pytest.mark.parametrize("value", ["a" * 300, "Größe & <b>100%</b>", "two  blanks", "\U0001f642", "%41+1"])
def test_values_that_servers_bend_are_verified(bench: Bench, value: str):
    assert outcomes(bench.apply([bench.item("set_metadata", params=setting(value))])) == ["verified"]
