"""Removing a text track: asked for the documented way, believed only when it is gone."""

import pytest
from plans.actions.acting import GONE, a_recording, shown
from plans.bench import FIRST, Bench, outcomes, tagged

from bbbkeep.api.profiles import profile_named
from bbbkeep.model import TextTrack
from bbbkeep.plans.actions.remove_text_track import RemoveTextTrack
from bbbkeep.standin.recording import SeedTrack

REMOVE = RemoveTextTrack()
PARAMS = {"kind": "captions", "lang": "pt-BR"}
TRACK = TextTrack("captions", "pt-BR", "Português", "upload")


@pytest.mark.parametrize(
    ("tracks", "done"),
    [
        pytest.param((), True, id="no track"),
        pytest.param((TextTrack("subtitles", "pt-BR"),), True, id="another kind"),
        pytest.param((TRACK,), False, id="there it is"),
        pytest.param((TextTrack("captions", "pt_BR"),), False, id="in the server's spelling"),
    ],
)
def test_it_is_done_once_the_track_is_listed_no_more(tracks: tuple[TextTrack, ...], done: bool):
    assert REMOVE.is_done(shown(*tracks), PARAMS) is done


def test_a_recording_that_is_gone_or_unlisted_tracks_prove_nothing():
    assert not REMOVE.is_done(GONE, PARAMS)
    assert not REMOVE.is_done(type(GONE)(a_recording()), PARAMS)


def test_a_hold_always_concerns_it():
    assert REMOVE.takes_away(shown(TRACK), PARAMS)


def test_the_track_is_saved_first():
    assert REMOVE.to_archive(shown(TRACK), PARAMS) == (TRACK,)
    assert REMOVE.to_archive(shown(), PARAMS) is None


@pytest.mark.parametrize("state", ["processing", "deleted", None])
def test_only_a_published_or_unpublished_recording_has_one(state: str | None):
    assert REMOVE.objection(shown(TRACK, state=state), PARAMS)
    assert REMOVE.objection(GONE, PARAMS)


def test_its_text_comes_back_as_an_upload():
    saved = {"kind": "captions", "lang": "pt-BR", "label": "Português", "text": "WEBVTT\n\n1 --> 2\nOi\n"}

    action, params = REMOVE.reverse(PARAMS, {"tracks": [saved]})

    assert (action, params["lang"], params["label"], params["cues"]) == (
        "upload_text_track",
        "pt-BR",
        "Português",
        1,
    )
    assert REMOVE.reverse(PARAMS, {"tracks": []}) is None


def test_where_the_server_keeps_it_the_way_out_is_named():
    assert "captions remove --blank" in REMOVE.unstored(profile_named("bbb30"))


WEBVTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nOi\n"


def a_track(bench: Bench) -> None:
    track = SeedTrack("captions", "pt-BR", "Português", "upload", WEBVTT)
    bench.server.state.put_track(FIRST, track)


def test_a_server_that_keeps_it_is_never_believed_and_the_text_was_saved(bench: Bench):
    a_track(bench)

    [found] = bench.apply([bench.item("remove_text_track", FIRST, PARAMS)])

    assert found.outcome != "verified"
    assert "captions remove --blank" in found.because
    assert [one["text"] for one in bench.archived()[0]["tracks"]] == [WEBVTT]
    assert bench.server.state.text_tracks(FIRST)


def test_a_hold_stops_it(bench: Bench):
    a_track(bench)
    bench.server.state.set_metadata(FIRST, {"bbbkeep-hold": "case-7"})

    assert outcomes(bench.apply([bench.item("remove_text_track", FIRST, PARAMS)], tagged)) == ["skipped"]
    assert bench.proxy.writes == []


def test_what_the_server_does_not_list_is_unchanged(bench: Bench):
    found = bench.apply([bench.item("remove_text_track", FIRST, PARAMS)])

    assert outcomes(found) == ["unchanged"]
    assert bench.proxy.writes == []
