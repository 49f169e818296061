"""Removing metadata: on the wire an empty value, in the plan no value."""

from plans.actions.acting import shown
from plans.bench import Bench, outcomes, setting

from bbbkeep.plans.actions.remove_metadata import RemoveMetadata

REMOVE = RemoveMetadata()
AWAY = setting(None)


def test_it_is_done_where_the_key_is_known_to_be_absent():
    assert REMOVE.is_done(shown(metadata={}), AWAY)
    assert not REMOVE.is_done(shown(metadata={"CATEGORY": "lecture"}), AWAY)
    assert not REMOVE.is_done(shown(metadata=None), AWAY)


def test_setting_the_old_value_undoes_it():
    undo = REMOVE.reverse(AWAY, REMOVE.before_image(shown(), AWAY))

    assert undo == ("set_metadata", {"changes": {"category": {"old": None, "new": "lecture"}}})


def test_what_was_not_there_needs_no_undoing():
    assert REMOVE.reverse(AWAY, REMOVE.before_image(shown(metadata={}), AWAY)) is None


def test_it_is_verified_on_the_server(bench: Bench):
    assert outcomes(bench.apply([bench.item("remove_metadata", params=AWAY)])) == ["verified"]
    assert dict(bench.truth().metadata) == {"presenter": "sentinel-old-value"}


def test_a_key_that_is_gone_already_is_not_written(bench: Bench):
    items = [bench.item("remove_metadata", params=AWAY)]
    bench.server.state.set_metadata(items[0].record_id, {"category": None})

    assert outcomes(bench.apply(items)) == ["unchanged"]
    assert bench.proxy.writes == []
