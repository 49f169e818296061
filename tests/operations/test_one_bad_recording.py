"""A recording whose text tracks make the server fail costs the others nothing."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from operations.keeping import a_caption_file, a_recording, a_site, an_id, by_id, sweep, upload_captions
from plans.meddler import LOST_BEFORE, Meddler


@pytest.fixture
def proxy(server) -> Iterator[Meddler]:
    with closing(Meddler(server.url)) as meddler:
        yield meddler


@pytest.mark.parametrize("after", [0, 3], ids=["before it is sent", "after it was accepted"])
def test_captions_of_the_others_are_sent_and_found(server, proxy, clock, tmp_path, after):
    asked = []

    def meddle(call, record_id):
        if (call, record_id) == ("getRecordingTextTracks", an_id(1)):
            asked.append(call)
            return LOST_BEFORE if len(asked) > after else None
        return None

    proxy.meddle = meddle
    server.state.add(*(a_recording(number) for number in (1, 2, 3)))
    with a_site(server, clock, tmp_path, url=proxy.url) as site:
        sweep(site)
        for number in (1, 2, 3):
            a_caption_file(site, an_id(number))

        found = by_id(upload_captions(site))

    assert found[an_id(1)][0] == ("unverified" if after else "failed")
    assert [found[an_id(number)][0] for number in (2, 3)] == ["verified", "verified"]
