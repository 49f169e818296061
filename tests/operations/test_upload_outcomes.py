"""Whatever a server does to an upload, what is said of it agrees with the track that is there."""

from pathlib import Path

import pytest
from fake_clock import FakeClock
from operations.keeping import (
    SECRET,
    SRT,
    a_caption_file,
    a_recording,
    a_site,
    an_id,
    plan_captions,
    send_captions,
    sweep,
)
from plans.meddler import LOST_AFTER, LOST_BEFORE, REFUSED_AFTER, SWALLOWED, Meddler

from bbbkeep.ledger import events, uploads
from bbbkeep.standin.server import LocalServer

FATES = [LOST_BEFORE, LOST_AFTER, SWALLOWED, REFUSED_AFTER, "internalError"]
KINDS = ["bbb30", pytest.param("bbb26", marks=pytest.mark.long)]
NUMBERS = (1, 2, 3)


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("k", NUMBERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("replacing", [False, pytest.param(True, marks=pytest.mark.long)])
def test_outcomes_of_uploads_are_the_servers_true_state(
    tmp_path: Path, kind: str, k: int, fate: str, *, replacing: bool
):
    clock = FakeClock()
    with LocalServer(secret=SECRET, clock=clock, profile=kind) as server:
        server.state.add(*(a_recording(number) for number in NUMBERS))
        proxy = Meddler(server.url)
        try:
            with a_site(server, clock, tmp_path, url=proxy.url) as site:
                sweep(site)
                for number in NUMBERS:
                    a_caption_file(site, an_id(number))
                if replacing:
                    send_captions(site, plan_captions(site))
                    for number in NUMBERS:
                        a_caption_file(site, an_id(number), SRT.replace("Guten Tag", "Hallo"))
                proxy.seen.clear()
                proxy.on_write({k: fate})

                found = send_captions(site, plan_captions(site))

                wanted = "Hallo" if replacing else "Guten Tag"
                there = [
                    any(wanted in track.webvtt for track in server.state.text_tracks(an_id(number)))
                    for number in NUMBERS
                ]
                assert [one.outcome == "verified" for one in found] == there
                assert [one.outcome in {"unverified", "failed"} for one in found] == [
                    not one for one in there
                ]
                assert len(proxy.writes) == len(NUMBERS)
                with site.ledger.read() as conn:
                    assert events.verify(conn, site.key) is None
                    standing = {
                        one.record_id: one.status for one in uploads.with_status(conn, site.key, ["verified"])
                    }
                assert [an_id(number) in standing for number in NUMBERS] == (
                    there if not replacing else [True] * 3
                )
        finally:
            proxy.close()
