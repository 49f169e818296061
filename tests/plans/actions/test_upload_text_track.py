"""Uploading a text track: sent once, never over a stranger's, and settled by others."""

import hashlib

import pytest
from plans.actions.acting import GONE, shown
from plans.bench import FIRST, SECOND, Bench, outcomes
from plans.meddler import LOST_BEFORE

from bbbkeep.errors import CaptionError
from bbbkeep.ledger import events
from bbbkeep.model import TextTrack
from bbbkeep.plans.actions.upload_text_track import UploadTextTrack, spooled, spooled_text

UPLOAD = UploadTextTrack()
WEBVTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nWelcome.\n"
DIGEST = hashlib.sha256(WEBVTT.encode()).hexdigest()
PARAMS = {
    "file": "lecture.srt",
    "digest": "d" * 64,
    "webvtt_digest": DIGEST,
    "cues": 1,
    "kind": "captions",
    "lang": "pt-BR",
    "label": "Português",
}
IN_GERMAN = PARAMS | {"lang": "de", "label": "Deutsch"}
LIVE = TextTrack("captions", "pt-BR", source="live")


def test_a_listing_never_shows_it_done():
    assert not UPLOAD.is_done(shown(LIVE), PARAMS)


@pytest.mark.parametrize(
    ("tracks", "replaces"),
    [
        pytest.param((), False, id="none"),
        pytest.param((TextTrack("subtitles", "pt-BR"),), False, id="another kind"),
        pytest.param((TextTrack("captions", "pt"),), False, id="another language"),
        pytest.param((LIVE,), True, id="the same"),
        pytest.param((TextTrack("captions", "pt_BR"),), True, id="the same in the server's spelling"),
    ],
)
def test_a_hold_stops_it_where_it_replaces_a_track(tracks: tuple[TextTrack, ...], replaces: bool):
    assert UPLOAD.takes_away(shown(*tracks), PARAMS) is replaces


UPLOADED = TextTrack("captions", "pt-BR", source="upload")


def test_only_an_uploaded_track_that_is_ours_is_replaced():
    ours = PARAMS | {"replaces_ours": True}

    assert "is not ours (source live)" in str(UPLOAD.objection(shown(LIVE), PARAMS))
    assert "is not ours (source live)" in str(UPLOAD.objection(shown(LIVE), ours))
    assert "is not ours (source upload)" in str(UPLOAD.objection(shown(UPLOADED), PARAMS))
    assert UPLOAD.objection(shown(UPLOADED), ours) is None


@pytest.mark.parametrize("state", ["unpublished", "processing", "deleted", None])
def test_only_a_published_recording_takes_it(state: str | None):
    assert UPLOAD.objection(shown(state=state), PARAMS)
    assert UPLOAD.objection(GONE, PARAMS)


def spool(bench: Bench) -> None:
    path = spooled(bench.site.spool_dir, DIGEST)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WEBVTT)


def test_what_is_gone_from_the_spool_or_changed_there_is_not_sent(bench: Bench):
    with pytest.raises(CaptionError, match="gone from the spool"):
        spooled_text(bench.site.spool_dir, PARAMS)
    spool(bench)
    assert spooled_text(bench.site.spool_dir, PARAMS) == WEBVTT
    spooled(bench.site.spool_dir, DIGEST).write_text(WEBVTT + "more")
    with pytest.raises(CaptionError, match="was changed"):
        spooled_text(bench.site.spool_dir, PARAMS)


def test_a_file_that_is_gone_fails_that_item_alone(bench: Bench):
    item = bench.item("upload_text_track", FIRST, PARAMS)

    found = bench.apply([item, *bench.retagging(SECOND)])

    assert outcomes(found) == ["failed", "verified"]
    assert len(bench.proxy.writes) == 1


def test_what_was_accepted_has_no_outcome_until_it_is_settled(bench: Bench):
    spool(bench)
    _, path = bench.plan([bench.item("upload_text_track", FIRST, IN_GERMAN)])
    run = bench.begin(path)

    assert bench.work(run) == []
    assert len(bench.proxy.writes) == 1


def test_what_nobody_settled_is_unverified_when_the_run_ends(bench: Bench):
    spool(bench)

    assert outcomes(bench.apply([bench.item("upload_text_track", FIRST, IN_GERMAN)])) == ["unverified"]


@pytest.mark.parametrize("fate", [None, LOST_BEFORE], ids=["accepted", "lost"])
def test_a_chunk_that_runs_again_uploads_nothing_twice(bench: Bench, fate: str | None):
    spool(bench)
    _, path = bench.plan([bench.item("upload_text_track", FIRST, IN_GERMAN)])
    run = bench.begin(path)
    bench.proxy.on_write({1: fate} if fate else {})

    bench.work(run)
    bench.work(run)

    assert len(bench.proxy.writes) == 1


def test_a_refused_upload_failed_with_the_servers_key(bench: Bench):
    spool(bench)
    bench.proxy.on_write({1: "noRecordings"})

    [found] = bench.apply([bench.item("upload_text_track", FIRST, IN_GERMAN)])

    assert found.outcome == "failed"
    assert "noRecordings" in found.because


def test_each_spelling_of_the_language_is_an_answer_of_its_own(bench: Bench):
    spool(bench)

    bench.apply([bench.item("upload_text_track", FIRST, PARAMS)])

    with bench.site.ledger.read() as conn:
        answers = [one.body for one in events.events(conn, bench.site.key) if one.kind == "answer"]
    assert [(one["answer"], one.get("lang")) for one in answers] == [
        ("invalidLang", "pt-BR"),
        ("accepted", None),
    ]
