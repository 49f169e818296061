"""Unpublishing: the opposite of publishing, and something that a hold stops."""

import pytest
from plans.actions.acting import shown
from plans.bench import FIRST, Bench, outcomes, tagged

from bbbkeep.plans.actions.unpublish import Unpublish

UNPUBLISH = Unpublish()


@pytest.mark.parametrize(("published", "done"), [(True, False), (False, True), (None, False)])
def test_it_is_done_where_the_recording_is_known_to_be_unpublished(published: bool | None, done: bool):
    assert UNPUBLISH.is_done(shown(published=published), {}) is done


def test_it_takes_away_so_a_hold_stops_it(swept: Bench):
    swept.server.state.set_metadata(FIRST, {"bbbkeep-hold": "case-7"})

    assert UNPUBLISH.takes_away(shown(), {})
    assert outcomes(swept.apply([swept.item("unpublish")], tagged)) == ["skipped"]
    assert swept.truth().state == "published"


def test_publishing_undoes_it():
    assert UNPUBLISH.reverse({}, UNPUBLISH.before_image(shown(), {})) == ("publish", {})


def test_it_is_verified_on_the_server(swept: Bench):
    assert outcomes(swept.apply([swept.item("unpublish")])) == ["verified"]
    assert swept.truth().state == "unpublished"
