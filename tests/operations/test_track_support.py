"""That a server has no text tracks is found out before anything is sent, and said once in plain words."""

from dataclasses import replace

import pytest
from operations.keeping import SECRET, a_caption_file, a_recording, a_site, an_id, plan_captions, sweep

from bbbkeep.errors import BbbUnavailableError, BbbUnsupportedError
from bbbkeep.operations.track_support import require_text_tracks
from bbbkeep.standin.server import LocalServer


@pytest.mark.parametrize("kind", ["scalelite", "bbblb", "recapi"])
@pytest.mark.parametrize("profile", ["known", "taken for another"])
def test_each_kind_of_server_without_text_tracks_says_so_once(clock, tmp_path, kind, profile):
    with LocalServer(secret=SECRET, clock=clock, profile=kind) as server:
        server.state.add(a_recording(1))
        checksum = "sha1" if kind == "recapi" else "sha256"
        with a_site(server, clock, tmp_path, profile=kind, checksum=checksum) as site:
            sweep(site)
            a_caption_file(site, an_id(1))
            taken = "bbb30" if profile == "taken for another" else kind
            asked = replace(site, server=replace(site.server, profile=taken))

            with pytest.raises(BbbUnsupportedError) as caught:
                plan_captions(asked)

    assert str(caught.value).startswith(
        "getRecordingTextTracks: 1 caption file waits: campus takes no text tracks"
    )
    assert not [call for _, call, _ in server.requests if call == "putRecordingTextTrack"]


def test_where_no_file_waits_nobody_asks(site, server):
    sweep(site)
    server.requests.clear()

    assert plan_captions(site).items == 0
    assert server.requests == []


def test_a_server_that_is_away_is_not_one_without_text_tracks(site, server):
    site.settle_profile()
    server.set_faults("html")

    with pytest.raises(BbbUnavailableError):
        require_text_tracks(site, an_id(1))
