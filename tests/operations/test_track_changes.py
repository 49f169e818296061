"""One text track is removed, blanked or put back as a person asked, and what the server did is read back."""

import pytest
from operations.keeping import SRT, a_caption_file, a_recording, an_id, send_captions, sweep, upload_captions

from bbbkeep.errors import UsageError
from bbbkeep.operations.track_changes import plan_removal, plan_restore
from bbbkeep.standin.recording import SeedTrack

OTHER_SRT = SRT.replace("Guten Tag", "Guten Abend")


def puts(server):
    return [asked for _, call, asked in server.requests if call == "putRecordingTextTrack"]


def webvtt(server):
    return [one.webvtt for one in server.state.text_tracks(an_id(1))]


def remove(site, lang="de"):
    [outcome] = send_captions(
        site, plan_removal(site, an_id(1), lang, None, blank=False, now=site.clock.now())
    )
    return outcome


@pytest.fixture
def listed(server, site):
    """A recording with a track of ours."""
    server.state.add(a_recording(1))
    sweep(site)
    a_caption_file(site, an_id(1))
    upload_captions(site)
    return site


def test_a_removal_sends_the_documented_request_once_and_says_that_the_track_is_still_there(listed, server):
    before = len(puts(server))

    outcome = remove(listed)

    assert len(puts(server)) == before + 1
    assert outcome.outcome in {"failed", "unverified"}
    assert "known to remove a text track" in outcome.because
    assert "--blank" in outcome.because
    assert "Guten Tag" in webvtt(server)[0]


def test_a_blanked_track_holds_one_cue_that_never_shows(listed, server):
    plan = plan_removal(listed, an_id(1), "de", None, blank=True, now=listed.clock.now())

    [outcome] = send_captions(listed, plan)

    assert (outcome.outcome, outcome.because) == ("verified", "listed and read back, cue by cue")
    assert [text.count("-->") for text in webvtt(server)] == [1]
    assert "990:00:00.000" in webvtt(server)[0]
    assert "Guten Tag" not in webvtt(server)[0]


def test_a_blanked_track_can_be_put_back(listed, server):
    send_captions(listed, plan_removal(listed, an_id(1), "de", None, blank=True, now=listed.clock.now()))

    [outcome] = send_captions(listed, plan_restore(listed, an_id(1), "de", None, now=listed.clock.now()))

    assert outcome.outcome == "verified"
    assert "Guten Tag" in webvtt(server)[0]


def test_a_replaced_track_can_be_put_back(listed, server):
    a_caption_file(listed, an_id(1), OTHER_SRT)
    upload_captions(listed)
    assert "Guten Abend" in webvtt(server)[0]

    [outcome] = send_captions(listed, plan_restore(listed, an_id(1), "de", None, now=listed.clock.now()))

    assert outcome.outcome == "verified"
    assert "Guten Tag" in webvtt(server)[0]


def test_a_live_track_that_somebody_names_is_blanked_and_waited_for(listed, server):
    live = "WEBVTT\n\n00:01.000 --> 00:02.000\nlive\n"
    server.state.put_track(an_id(1), SeedTrack(lang="en", label="English", source="live", webvtt=live))

    [outcome] = send_captions(
        listed, plan_removal(listed, an_id(1), "en", None, blank=True, now=listed.clock.now())
    )

    assert outcome.outcome == "verified"


def test_a_hold_stops_it(listed, server):
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": "case-7"})

    assert remove(listed).outcome == "skipped"
    [outcome] = send_captions(
        listed, plan_removal(listed, an_id(1), "de", None, blank=True, now=listed.clock.now())
    )
    assert (outcome.outcome, outcome.because[:7]) == ("skipped", "on hold")
    assert len(puts(server)) == 1


@pytest.mark.parametrize("blank", [False, True])
def test_what_is_not_there_is_said_before_anything_is_planned(listed, blank):
    with pytest.raises(UsageError, match="no text track in 'fr'; the recording has: captions de"):
        plan_removal(listed, an_id(1), "fr", None, blank=blank, now=listed.clock.now())
    with pytest.raises(UsageError, match="shows no recording"):
        plan_removal(listed, an_id(9), "de", None, blank=blank, now=listed.clock.now())
    with pytest.raises(UsageError, match="nothing to restore"):
        plan_restore(listed, an_id(1), "fr", None, now=listed.clock.now())
