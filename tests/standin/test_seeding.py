"""The seeded site: reproducible, plausible, and odd enough."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from standin.calling import NOW, TurnedClock, ask

from bbbkeep.model import RECORD_ID, STATES
from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.seeding import seeded
from bbbkeep.standin.server import LocalServer

THOUSAND = list(seeded(1000, 7, NOW))


def share(claim: Callable[[SeedRecording], bool]) -> float:
    return sum(1 for recording in THOUSAND if claim(recording)) / len(THOUSAND)


def test_the_same_seed_and_day_give_the_same_site() -> None:
    assert list(seeded(1000, 7, NOW + timedelta(hours=11))) == THOUSAND
    assert list(seeded(50, 7, NOW)) == THOUSAND[:50]
    assert list(seeded(50, 8, NOW)) != THOUSAND[:50]


def test_there_are_as_many_as_asked_for_with_ids_of_their_own() -> None:
    assert len({recording.record_id for recording in THOUSAND}) == 1000
    assert all(RECORD_ID.fullmatch(recording.record_id) for recording in THOUSAND)
    assert list(seeded(0, 1, NOW)) == []


@pytest.mark.parametrize(
    ("least", "claim", "most"),
    [
        pytest.param(0.90, lambda one: one.state == "published", 0.90, id="published"),
        pytest.param(0.07, lambda one: one.state == "unpublished", 0.07, id="unpublished"),
        pytest.param(0.02, lambda one: one.state == "deleted", 0.02, id="deleted"),
        pytest.param(0.01, lambda one: one.state.startswith("process"), 0.01, id="processing or processed"),
        pytest.param(0.01, lambda one: one.start_ms == 0, 0.01, id="undated"),
        pytest.param(0.05, lambda one: one.metadata["category"] == "test", 0.05, id="tests"),
        pytest.param(0.01, lambda one: "bbbkeep-hold" in one.metadata, 0.01, id="on hold"),
        pytest.param(0.05, lambda one: bool(one.tracks), 0.07, id="live captions"),
        pytest.param(0.02, lambda one: one.is_breakout, 0.04, id="breakouts"),
        pytest.param(0.3, lambda one: one.formats[0].size is None, 0.5, id="sizes missing"),
        pytest.param(0.01, lambda one: one.participants == 0, 0.05, id="nobody there"),
        pytest.param(0.5, lambda one: one.metadata.get("bbb-origin") == "Moodle", 0.8, id="Moodle"),
        pytest.param(0.2, lambda one: "gl-listed" in one.metadata, 0.4, id="Greenlight"),
    ],
)
def test_the_shares_are_those_of_a_real_site(
    least: float, claim: Callable[[SeedRecording], bool], most: float
) -> None:
    assert least <= share(claim) <= most


def test_rooms_have_several_recordings_over_four_years() -> None:
    rooms = Counter(recording.meeting_id for recording in THOUSAND)
    starts = [datetime.fromtimestamp(one.start_ms / 1000, UTC) for one in THOUSAND if one.start_ms]

    assert 4 < len(THOUSAND) / len(rooms) < 9
    assert NOW - timedelta(days=4 * 365 + 1) < min(starts) < NOW - timedelta(days=1400)
    assert NOW - timedelta(days=20) < max(starts) < NOW


def test_the_thirteen_digits_agree_with_the_start() -> None:
    assert all(int(one.record_id[41:]) == one.start_ms for one in THOUSAND if one.start_ms)


def test_a_small_site_has_every_state_and_names_that_break_lists() -> None:
    names = {recording.name for recording in islice(THOUSAND, 200)}

    assert {recording.state for recording in islice(THOUSAND, 200)} == set(STATES)
    assert any(not name.isascii() for name in names)


def test_a_recording_comes_back_as_it_was_put_in() -> None:
    with LocalServer(recordings=200, seed=7, clock=TurnedClock()) as server:
        shown = [server.state.recording(record_id) for record_id in server.state.record_ids()]
        listing = ask(server, "getRecordings", "state=any").content

    assert shown == sorted(seeded(200, 7, NOW), key=lambda one: one.record_id)
    assert listing.count(b"<recording>") == 200
