"""What both sides promise each other: the client against the local BigBlueButton server, faults and all."""

from collections.abc import Iterator

import pytest
from api.scripted import JumpingClock, Sink

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.concluding import conclude
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import Slice
from bbbkeep.api.sweep import sweep
from bbbkeep.api.writing import Writer
from bbbkeep.errors import BbbAuthError, BbbRejectedError
from bbbkeep.standin.server import LocalServer

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nGrüße\n"


@pytest.fixture
def local(clock: JumpingClock) -> Iterator[LocalServer]:
    with LocalServer(recordings=80, seed=3, secret="s3cret", clock=clock, caption_delay=0) as server:
        yield server


def an_address(local: LocalServer, secret: str = "") -> ServerAddress:
    return ServerAddress("local", local.url, secret or local.secret)


def seen(reader: Reader) -> list[str]:
    sink = Sink()
    conclusion = conclude(list(sweep(reader, Slice.first(), sink)), reader, sink)
    assert conclusion.complete, conclusion.because
    return sink.record_ids


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("http-502",),
        ("truncated-xml",),
        ("control-character",),
        ("rate-limit",),
        ("reset",),
        ("no-recordings",),
    ],
)
def test_a_sweep_sees_what_a_listing_of_everything_sees(
    local: LocalServer, clock: JumpingClock, faults: tuple[str, ...]
) -> None:
    with Reader(an_address(local), clock=clock) as reader:
        with reader.listing_all() as listing:
            everything = sorted(one.record_id for one in listing)
        local.set_faults(*faults)
        assert sorted(seen(reader)) == everything

    assert len(everything) == len(set(everything)) >= 80


def test_a_wrong_secret_is_refused(local: LocalServer, clock: JumpingClock) -> None:
    with Reader(an_address(local, "wrong"), clock=clock) as reader, pytest.raises(BbbAuthError):
        reader.listing_all()


def test_writes_are_seen_when_read_back(local: LocalServer, clock: JumpingClock) -> None:
    with Reader(an_address(local), clock=clock) as reader, Writer(an_address(local), clock=clock) as writer:
        with reader.listing_all() as listing:
            record_id = next(one.record_id for one in listing if one.state == "published" and one.metadata)
        writer.update_metadata([record_id], {"Title": "Größe & mehr", "gone": None})
        writer.publish([record_id], published=False)
        after = reader.recordings([record_id])[record_id]
        writer.delete([record_id])
        gone = reader.recordings([record_id]).get(record_id)
        with pytest.raises(BbbRejectedError, match="notFound"):
            writer.delete([record_id])

    assert after.metadata["title"] == "Größe & mehr"
    assert (after.state, after.published) == ("unpublished", False)
    assert gone is None or gone.state == "deleted"


def test_an_uploaded_text_track_can_be_listed_and_fetched(local: LocalServer, clock: JumpingClock) -> None:
    with Reader(an_address(local), clock=clock) as reader, Writer(an_address(local), clock=clock) as writer:
        with reader.listing_all() as listing:
            record_id = next(one.record_id for one in listing if one.state == "published")
        answer = writer.upload_text_track(record_id, "subtitles", "pt-BR", "Português", VTT)
        clock.sleep(60)
        [track] = [one for one in reader.text_tracks(record_id) if one.lang == "pt-BR"]
        data = reader.download(track)

    assert answer.message_key == "upload_text_track_success"
    assert (track.kind, track.label, track.source) == ("subtitles", "Português", "upload")
    assert "Grüße" in data.decode()
