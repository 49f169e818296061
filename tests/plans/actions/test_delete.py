"""Deleting: for good, never what is on hold, and known by all that a policy may have judged."""

from datetime import UTC, datetime

import pytest
from plans.actions.acting import EDITABLE, EVERY_STATE, GONE, a_recording, shown
from plans.bench import FIRST, SECOND, Bench, outcomes

from bbbkeep.model import PlaybackFormat
from bbbkeep.plans.actions.delete import Delete

DELETE = Delete()


@pytest.mark.parametrize("state", EVERY_STATE)
def test_it_is_done_once_the_recording_is_deleted_and_not_before(state: str | None):
    assert DELETE.is_done(shown(state=state), {}) is (state == "deleted")


def test_it_is_done_where_no_state_shows_the_recording():
    assert DELETE.is_done(GONE, {})


@pytest.mark.parametrize("state", EVERY_STATE)
def test_only_published_and_unpublished_recordings_are_deleted(state: str | None):
    assert (DELETE.objection(shown(state=state), {}) is None) is (state in EDITABLE)


def test_a_hold_always_concerns_it():
    assert DELETE.takes_away(shown(), {})


def test_it_wants_a_look_of_the_last_ten_seconds():
    assert DELETE.fresh_for.total_seconds() == 10


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "unpublished"},
        {"published": False},
        {"name": "Analysis"},
        {"meeting_id": "course-8"},
        {"start": datetime(2026, 1, 2, tzinfo=UTC)},
        {"end": None},
        {"metadata": {"category": "exam"}},
        {"metadata": {}},
        {"metadata": None},
        {"metadata": {"category": "lecture", "bbbkeep-hold": ""}},
        {"formats": ()},
    ],
    ids=str,
)
def test_whatever_a_policy_may_judge_by_is_drift(changed: dict):
    assert DELETE.fingerprint(a_recording(**changed), {}) != DELETE.fingerprint(a_recording(), {})


@pytest.mark.parametrize(
    "changed",
    [
        {"formats": (PlaybackFormat("presentation", url="https://bbb.example.org/?token=fresh"),)},
        {"metadata": {"category": "  lecture\n"}},
    ],
    ids=["a fresh token in a URL", "blanks of the pretty printer"],
)
def test_what_changes_on_its_own_is_no_drift(changed: dict):
    assert DELETE.fingerprint(a_recording(**changed), {}) == DELETE.fingerprint(a_recording(), {})


def test_nothing_undoes_it():
    assert DELETE.reverse({}, {"metadata": {}}) is None


def test_a_deletion_is_verified_by_its_state(swept: Bench):
    found = swept.apply([swept.item("delete")])

    assert outcomes(found) == ["verified"]
    assert swept.truth(FIRST).state == "deleted"
    assert swept.truth(SECOND).state == "published"


def test_a_recording_that_is_deleted_already_is_unchanged_and_not_written(swept: Bench):
    items = [swept.item("delete", FIRST), swept.item("delete", SECOND)]
    swept.server.state.set_state(FIRST, "deleted")
    swept.server.state.delete_row(SECOND)

    assert outcomes(swept.apply(items)) == ["unchanged", "unchanged"]
    assert swept.proxy.writes == []


def test_a_recording_in_processing_is_not_deleted(swept: Bench):
    swept.server.state.set_state(FIRST, "processing")

    assert outcomes(swept.apply([swept.item("delete")])) == ["refused"]
    assert swept.proxy.writes == []
