"""A complete sweep can still be hard to believe: then it says so, and nothing vanishes."""

import pytest
from operations.keeping import a_recording, sweep

from bbbkeep.operations.trusting import remarks


@pytest.fixture
def listed(site, server):
    server.state.add(*(a_recording(number) for number in range(1, 21)))
    sweep(site)
    return site


def test_a_sweep_as_always_has_nothing_to_say(listed):
    assert remarks(listed, sweep(listed)) == []


def test_a_server_that_shows_nothing_any_more_is_not_believed(listed, server, clock):
    for record_id in server.state.record_ids():
        server.state.delete_row(record_id)
    clock.advance(24 * 3600)

    [told] = remarks(listed, sweep(listed))

    assert told.startswith("this is not the server it was (jump in percent: 100.0 (from 20 to 0)")
    assert told.endswith("nothing is taken for vanished")


def test_after_a_week_without_anybodys_word_it_is_what_it_is(listed, server, clock):
    for record_id in server.state.record_ids():
        server.state.delete_row(record_id)
    clock.advance(8 * 24 * 3600)

    [told] = remarks(listed, sweep(listed))

    assert told.startswith("20 recordings are gone since ")


def test_metadata_that_could_not_be_read_is_counted(listed, server):
    server.set_faults("control-character")

    [told] = remarks(listed, sweep(listed))

    assert told.startswith("the metadata of ")
    assert told.endswith("it counts as unknown")
