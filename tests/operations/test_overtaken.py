"""A run of uploads that goes on after it broke off does nothing that another one has done meanwhile."""

from dataclasses import replace

import pytest
from operations.keeping import (
    SRT,
    ClosingDown,
    a_caption_file,
    a_recording,
    an_id,
    plan_captions,
    sent,
    sweep,
    turn,
    upload_captions,
)

from bbbkeep.errors import BbbUnavailableError
from bbbkeep.operations import captions
from bbbkeep.operations.resuming import go_on
from bbbkeep.plans.finish import finish

OTHER_SRT = SRT.replace("Guten Tag", "Guten Abend")
ALL = range(1, 7)


@pytest.fixture
def listed(server, site):
    server.state.add(*(a_recording(number) for number in ALL))
    sweep(site)
    return site


@pytest.fixture
def broken_off(listed, server, clock):
    """A run over files for all recordings, whose server went away after three of them."""
    for number in ALL:
        a_caption_file(listed, an_id(number))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=clock.now())
    with pytest.raises(BbbUnavailableError):
        captions.send_chunk(
            replace(listed, clock=ClosingDown(clock, server, after=3)), run, list(ALL), now=clock.now()
        )
    server.set_faults()
    finish(listed, run, now=clock.now())
    turn(clock, minutes=1)
    return run


def gone_on(site, run):
    return {
        one.record_id: (one.outcome, one.because)
        for one in go_on(site, run.run_id, now=site.clock.now()).outcomes
    }


def test_what_another_run_sent_meanwhile_is_not_sent_again(listed, server, broken_off):
    upload_captions(listed)

    outcomes = gone_on(listed, broken_off)

    for number in (4, 5, 6):
        assert outcomes[an_id(number)] == ("unchanged", "another run sent it meanwhile: verified")
    assert len(sent(server)) == len(ALL)


def test_what_was_seen_on_the_server_meanwhile_is_verified_in_the_run_that_sent_it(listed, broken_off):
    upload_captions(listed)

    outcomes = gone_on(listed, broken_off)

    for number in (1, 2, 3):
        assert outcomes[an_id(number)] == ("verified", "listed and read back, cue by cue")


def test_an_older_file_does_not_take_the_place_of_a_later_one(listed, server, broken_off):
    a_caption_file(listed, an_id(6), OTHER_SRT)
    upload_captions(listed)

    outcomes = gone_on(listed, broken_off)

    assert outcomes[an_id(6)] == ("skipped", "another run sent a later file for this track")
    [track] = server.state.text_tracks(an_id(6))
    assert "Guten Abend" in track.webvtt


def test_what_nobody_else_did_is_done(listed, server, broken_off):
    outcomes = gone_on(listed, broken_off)

    assert {outcome for outcome, _ in outcomes.values()} == {"verified"}
    assert len(sent(server)) == len(ALL)
