"""Publishing: judged by `published`, not by the state, which some servers leave behind."""

import pytest
from plans.actions.acting import EDITABLE, EVERY_STATE, GONE, shown
from plans.bench import FIRST, Bench, outcomes

from bbbkeep.plans.actions.publish import Publish

PUBLISH = Publish()


@pytest.mark.parametrize(("published", "done"), [(True, True), (False, False), (None, False)])
def test_it_is_done_where_the_recording_is_known_to_be_published(published: bool | None, done: bool):
    assert PUBLISH.is_done(shown(published=published, state="unpublished"), {}) is done


def test_a_recording_that_is_gone_is_not_published():
    assert not PUBLISH.is_done(GONE, {})
    assert PUBLISH.objection(GONE, {})


@pytest.mark.parametrize("state", EVERY_STATE)
def test_only_published_and_unpublished_recordings_can_change(state: str | None):
    assert (PUBLISH.objection(shown(state=state), {}) is None) is (state in EDITABLE)


def test_it_takes_nothing_away_so_a_hold_does_not_stop_it():
    assert not PUBLISH.takes_away(shown(), {})


def test_unpublishing_undoes_it():
    assert PUBLISH.reverse({}, PUBLISH.before_image(shown(published=False), {})) == ("unpublish", {})


def test_what_was_unknown_before_is_not_undone():
    assert PUBLISH.reverse({}, PUBLISH.before_image(shown(published=None), {})) is None


def test_it_is_verified_on_the_server(bench: Bench):
    bench.server.state.set_state(FIRST, "unpublished")

    assert outcomes(bench.apply([bench.item("publish")])) == ["verified"]
    assert bench.truth().state == "published"
