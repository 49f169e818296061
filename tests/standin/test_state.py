"""The truth behind the local server, where a rule is general."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standin.calling import OTHER, RECORD, SISTER, a_recording

from bbbkeep.standin.recording import SeedTrack
from bbbkeep.standin.server import LocalServer
from bbbkeep.standin.state import State
from bbbkeep.standin.undoing import undone

IDS = [f"{first}{second}-{number}" for first in "0af" for second in "0aF_" for number in (1, 12)]
PREFIXES = st.lists(st.text("0aFf_-12", max_size=4), max_size=6)


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    truth = State()
    truth.fill(a_recording(record_id, state="published") for record_id in IDS)
    yield truth
    truth.close()


@given(prefixes=PREFIXES)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_prefixes_select_once_what_begins_with_one(state: State, prefixes: list[str]) -> None:
    selected = [found.record_id for found in state.select(prefixes, ())]

    assert sorted(selected) == sorted(one for one in IDS if one.startswith(tuple(prefixes)))


def test_documents_come_in_the_order_asked_for(state: State) -> None:
    text = "".join(state.documents(IDS[::-1]))

    places = [text.index(f"<recordID>{record_id}<") for record_id in IDS[::-1]]
    assert places == sorted(places)


def test_what_was_taken_back_is_selected_again(server: LocalServer) -> None:
    def select() -> list[str]:
        return sorted(found.record_id for found in server.state.select([""], ()))

    before = select()
    with undone(server._site):
        server.state.delete_row(RECORD)
        assert select() == [one for one in before if one != RECORD]

    assert select() == before == [RECORD, SISTER, OTHER]


def test_a_change_is_seen_by_the_next_selection(server: LocalServer) -> None:
    server.state.select([""], ("published",))
    server.state.set_state(RECORD, "deleted")

    assert [found.record_id for found in server.state.select([""], ("published",))] == [SISTER]


def test_adding_a_recording_again_forgets_its_tracks() -> None:
    state = State()
    state.add(a_recording(tracks=(SeedTrack(),)))
    state.add(a_recording())

    assert state.text_tracks(RECORD) == ()
    state.close()
