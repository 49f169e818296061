"""What a server refused is looked at all the same: it may have taken the file."""

from collections.abc import Iterator

import pytest
from operations.keeping import (
    a_caption_file,
    a_recording,
    a_site,
    an_id,
    sent,
    sweep,
    turn,
    upload_captions,
)
from plans.meddler import REFUSED_AFTER, Meddler

from bbbkeep.ledger import events, uploads
from bbbkeep.site import Site
from bbbkeep.standin.recording import SeedTrack

THERE = "the server refused it, but lists it: read back, cue by cue"


@pytest.fixture
def proxy(server) -> Iterator[Meddler]:
    meddler = Meddler(server.url)
    yield meddler
    meddler.close()


@pytest.fixture
def listed(server, proxy, clock, tmp_path) -> Iterator[Site]:
    """Two published recordings behind a proxy, and a sweep that saw them."""
    server.state.add(*(a_recording(number) for number in (1, 2)))
    with a_site(server, clock, tmp_path, url=proxy.url) as site:
        sweep(site)
        yield site


def status(site: Site, number: int = 1) -> tuple[str, str]:
    with site.ledger.read() as conn:
        [found] = uploads.of_recordings(conn, site.key, [an_id(number)])
    return found.status, found.because


def test_a_track_that_is_there_within_the_run_is_verified_by_it(listed, proxy):
    a_caption_file(listed, an_id(1))
    proxy.on_write({1: REFUSED_AFTER})

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, outcome.because) == ("verified", THERE)
    with listed.ledger.read() as conn:
        told = [one.body["outcome"] for one in events.events(conn, listed.key) if one.kind == "outcome"]
        assert told == ["failed", "verified"]
        assert events.verify(conn, listed.key) is None


def test_a_track_that_appears_later_is_found_the_next_night_and_not_sent_again(listed, proxy, server, clock):
    server.set_faults("slow-captions")
    path = a_caption_file(listed, an_id(1))
    proxy.on_write({1: REFUSED_AFTER})

    [outcome] = upload_captions(listed)
    assert (outcome.outcome, path.exists()) == ("failed", True)
    turn(clock, days=1)
    sweep(listed)

    assert upload_captions(listed) == []
    assert (status(listed), len(sent(server)), path.exists()) == (("verified", THERE), 1, False)


def test_a_track_with_other_cues_is_not_taken_for_ours(listed, proxy, server, clock):
    a_caption_file(listed, an_id(1))
    proxy.on_write({1: "internalError"})
    upload_captions(listed)
    somebody_elses = SeedTrack(
        "captions", "de", "Deutsch", "upload", "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo.\n"
    )
    server.state.add(a_recording(1, tracks=(somebody_elses,)))
    turn(clock, days=1)
    sweep(listed)

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, "not ours" in outcome.because, sent(server)) == ("refused", True, [])


def test_what_one_server_refuses_it_is_asked_about_for_fourteen_days(listed, proxy, clock):
    path = a_caption_file(listed, an_id(1))
    proxy.on_write({1: "internalError"})
    upload_captions(listed)
    path.unlink()

    asked = []
    for _ in range(16):
        turn(clock, days=1)
        proxy.seen.clear()
        upload_captions(listed)
        asked.append(sum(call == "getRecordingTextTracks" for call, _ in proxy.seen))

    assert asked == [1] * 13 + [0] * 3
