"""What is known of text tracks grows by new and changed recordings, and by a share of all others each night."""

from dataclasses import replace

import pytest
from operations.keeping import a_caption_file, a_recording, an_id, sweep, turn, upload_captions

from bbbkeep.errors import BbbUnavailableError, BbbUnsupportedError
from bbbkeep.ledger import tracks
from bbbkeep.operations.asking import ROUND_DAYS, ask_chunk, to_ask
from bbbkeep.standin.recording import SeedTrack


def a_night(site):
    asked = to_ask(site, now=site.clock.now())
    return asked, ask_chunk(site, asked)


def known(site, number):
    with site.ledger.read() as conn:
        return tracks.known(conn, site.key, an_id(number))


@pytest.fixture
def listed(server, site):
    server.state.add(*(a_recording(number) for number in range(1, 29)), a_recording(40, state="deleted"))
    sweep(site)
    return site


def test_the_first_night_asks_about_all_that_can_have_tracks(listed, server):
    server.state.put_track(an_id(3), SeedTrack(lang="de", label="Deutsch"))

    asked, told = a_night(listed)

    assert asked == [an_id(number) for number in range(1, 29)]
    assert (told.answered, told.failed) == (28, 0)
    assert [one.lang for one in known(listed, 3).tracks] == ["de"]
    assert known(listed, 4).tracks == ()


def test_each_later_night_asks_about_a_share_until_all_had_their_turn(listed, clock):
    a_night(listed)
    turned = []
    for _ in range(ROUND_DAYS):
        turn(clock, days=1)
        asked, _ = a_night(listed)
        assert len(asked) == 2
        turned += asked

    assert sorted(turned) == [an_id(number) for number in range(1, 29)]


def test_new_and_changed_recordings_are_asked_about_the_same_night(listed, server, clock):
    a_night(listed)
    server.state.add(a_recording(50))
    server.state.set_state(an_id(7), "unpublished")
    turn(clock, minutes=10)
    sweep(listed)

    assert to_ask(listed, now=clock.now()) == [an_id(7), an_id(50)]


def test_a_recording_that_no_request_may_name_keeps_no_other_from_being_asked_about(site, server):
    server.state.add(replace(a_recording(1), record_id="an-imported-one"), a_recording(2))
    sweep(site)

    asked, told = a_night(site)

    assert (asked, told.answered, told.failed) == ([an_id(2)], 1, 0)


def test_what_a_run_looked_at_needs_no_turn(listed, clock):
    a_night(listed)
    turn(clock, days=1)
    a_caption_file(listed, an_id(1))
    upload_captions(listed)

    assert an_id(1) not in to_ask(listed, now=clock.now())


def test_a_server_without_text_tracks_is_found_out_by_its_first_answer(listed, server):
    server.requests.clear()
    broken = listed_as(listed, "scalelite")

    with pytest.raises(BbbUnsupportedError, match="takes no text tracks"):
        to_ask(broken, now=listed.clock.now())

    assert server.requests == []


def test_a_server_that_answers_nothing_stops_the_questions(listed, server):
    asked = to_ask(listed, now=listed.clock.now())
    server.set_faults("html")

    with pytest.raises(BbbUnavailableError):
        ask_chunk(listed, asked)

    assert len(server.requests) < 60


def listed_as(site, profile):
    from dataclasses import replace

    return replace(site, server=replace(site.server, profile=profile))
