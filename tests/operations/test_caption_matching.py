"""A caption file finds its recording by ID, by folder, by meeting and day, or by a manifest; else it says why."""

import json
from pathlib import Path

import pytest
from operations.keeping import (
    SECRET,
    SRT,
    a_caption_file,
    a_recording,
    a_site,
    an_id,
    by_id,
    plan_captions,
    sweep,
    turn,
    upload_captions,
    with_captions,
    with_lang_map,
)

from bbbkeep.plans.document import read_plan
from bbbkeep.standin.server import LocalServer


def tracks(server, number=1):
    return [(one.kind, one.lang, one.label) for one in server.state.text_tracks(an_id(number))]


def left(site):
    return {what: (outcome, because) for what, outcome, because in plan_captions(site).left}


def sent(server):
    return [asked for _, call, asked in server.requests if call == "putRecordingTextTrack"]


@pytest.fixture
def listed(server, site):
    """Two published recordings of ten days ago, at noon, and a sweep that saw them."""
    server.state.add(a_recording(1), a_recording(2, meeting_id="course.1 (spring)"))
    sweep(site)
    return site


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"{an_id(1)}/Lecture 1.de.srt", id="a folder of its own"),
        pytest.param("course-1.2026-02-22.de.srt", id="meeting and day"),
        pytest.param(
            "course-1.2026-02-22T1200.german.srt", id="meeting, day and time, and a language's name"
        ),
        pytest.param("course-1 2026-02-22/de.srt", id="a folder for a meeting's day"),
    ],
)
def test_a_file_is_put_on_the_recording_that_it_names(listed, server, name):
    a_caption_file(listed, name)

    outcomes = upload_captions(listed)

    assert by_id(outcomes)[an_id(1)][0] == "verified"
    assert tracks(server) == [("captions", "de", "Deutsch")]


def test_a_meeting_with_several_recordings_that_day_is_refused_with_the_remedy(listed, server):
    server.state.add(a_recording(3, days_old=10.2, meeting_id="course-1"))
    sweep(listed)
    a_caption_file(listed, "course-1.2026-02-22.de.srt")

    [(outcome, because)] = left(listed).values()

    assert outcome == "refused"
    assert "2 recordings of course-1 of 2026-02-22" in because
    assert f"{an_id(1)} at 12:00" in because
    assert "2026-02-22T1015" in because


def test_a_meeting_that_no_sweep_saw_that_day_is_waited_for(listed, server):
    a_caption_file(listed, "course-9.2026-02-22.de.srt")
    assert left(listed) == {
        "course-9.2026-02-22.de.srt": (
            "skipped",
            "no sweep has seen a recording of course-9 of 2026-02-22; the file waits for it",
        )
    }
    server.state.add(a_recording(9))
    sweep(listed)

    [outcome] = upload_captions(listed)

    assert (outcome.record_id, outcome.outcome) == (an_id(9), "verified")


def test_a_manifest_says_what_each_file_becomes_and_moves_it_in_time(listed, server):
    a_caption_file(listed, "talk.srt")
    manifest = a_caption_file(
        listed,
        "manifest.csv",
        "file,recording,lang,kind,label,offset\n"
        f"talk.srt,{an_id(2)},pt-BR,subtitles,Português,2.5\n"
        f"gone.srt,{an_id(1)},de,,,\n",
    )

    outcomes = upload_captions(listed)

    assert [one.outcome for one in outcomes] == ["verified"]
    [track] = server.state.text_tracks(an_id(2))
    assert (track.kind, track.lang, track.label) == ("subtitles", "pt-BR", "Português")
    assert "00:03.500 --> 00:05.500" in track.webvtt
    assert manifest.exists()


def test_a_file_whose_bytes_do_not_tell_is_read_as_its_row_says(listed, server):
    latin = SRT.replace("Guten Tag.", "Čeština")
    path = a_caption_file(listed, "talk.srt")
    path.write_bytes(latin.encode("cp1250"))
    header = "file,recording,lang,encoding"
    a_caption_file(listed, "manifest.csv", f"{header}\ntalk.srt,{an_id(1)},cs,cp1250\n")

    outcomes = upload_captions(listed)

    assert [one.outcome for one in outcomes] == ["verified"]
    assert "Čeština" in server.state.text_tracks(an_id(1))[0].webvtt
    assert not path.exists()  # it is done


def test_a_file_that_is_read_as_something_else_goes_up_again(listed, server):
    latin = SRT.replace("Guten Tag.", "Voilà l'été et le garçon").encode("cp1252")
    for encoding in ("cp1250", "cp1252"):
        a_caption_file(listed, "talk.srt").write_bytes(latin)
        header = "file,recording,lang,encoding"
        a_caption_file(listed, "manifest.csv", f"{header}\ntalk.srt,{an_id(1)},fr,{encoding}\n")
        assert [one.outcome for one in upload_captions(listed)] == ["verified"], encoding

    assert "Voilà l'été et le garçon" in server.state.text_tracks(an_id(1))[0].webvtt


def test_a_row_that_is_wrong_refuses_its_file_alone(listed):
    a_caption_file(listed, "talk.srt")
    a_caption_file(listed, f"{an_id(1)}.de.srt")
    a_caption_file(listed, "manifest.csv", "file,recording,lang\ntalk.srt,course-7,de\n")

    plan = plan_captions(listed)

    assert plan.items == 1
    assert "line 2 of the manifest: 'course-7' is no recording" in left(listed)["talk.srt"][1]


def test_a_mapped_language_is_sent_openly_as_the_other(listed, server):
    site = with_lang_map(listed, zh_hans="zh-CN")
    a_caption_file(site, f"{an_id(1)}.chs.srt")
    plan = plan_captions(site)

    [item] = read_plan_of(plan).items
    [outcome] = upload_captions(site)

    assert item.reasons[1] == "zh-Hans is sent as zh-CN (lang_map)"
    assert outcome.outcome == "verified"
    assert [track[1] for track in tracks(server)] == ["zh-CN"]


def test_a_language_that_the_server_can_not_take_is_not_sent_again_for_a_while(listed, server, clock):
    a_caption_file(listed, f"{an_id(1)}.zh-Hans.srt")
    [outcome] = upload_captions(listed)
    assert (outcome.outcome, "lang_map in bbbkeep.yaml" in outcome.because) == ("failed", True)
    attempts = len(sent(server))
    a_caption_file(listed, f"{an_id(2)}.zh-Hans.srt")

    for _ in range(3):
        turn(clock, days=1)
        assert upload_captions(listed) == []
    [(because, _), *_] = [(because, outcome) for outcome, because in left(listed).values()]

    assert len(sent(server)) == attempts == 2
    assert because.startswith("not sent again: putRecordingTextTrack: the server takes no 'zh-Hans'")


def test_a_tag_with_a_region_that_never_shows_comes_with_the_advice_to_use_the_bare_language(listed, server):
    server.set_faults("rejecting-captions")
    a_caption_file(listed, f"{an_id(1)}.pt-BR.srt")

    [outcome] = upload_captions(listed)

    assert outcome.outcome == "unverified"
    assert "use 'pt', in the file's name or by lang_map" in outcome.because


def test_an_unpublished_recording_is_uploaded_to_only_where_that_is_configured(listed, server):
    server.state.set_state(an_id(1), "unpublished")
    sweep(listed)
    a_caption_file(listed, an_id(1))
    [(outcome, because)] = left(listed).values()

    [done] = upload_captions(with_captions(listed, upload_to_unpublished=True))

    assert (outcome, "waits until it is published" in because) == ("refused", True)
    assert done.outcome == "verified"


@pytest.mark.parametrize(
    ("profile", "spellings"),
    [
        pytest.param("bbb22", ["pt-BR"], id="the documented spelling"),
        pytest.param("bbb26", ["pt-BR", "pt_BR"], id="as a Java locale"),
        pytest.param("bbb30", ["pt-BR", "pt_BR"], id="as a Java locale, too"),
    ],
)
def test_a_language_with_a_region_is_put_on_every_kind_of_bigbluebutton(clock, tmp_path, profile, spellings):
    with LocalServer(secret=SECRET, clock=clock, profile=profile) as server:
        server.state.add(a_recording(1))
        with a_site(server, clock, tmp_path, profile=profile) as site:
            sweep(site)
            a_caption_file(site, f"{an_id(1)}.pt-BR.srt")

            [outcome] = upload_captions(site)

        assert (outcome.outcome, [one["lang"] for one in sent(server)]) == ("verified", spellings)


def test_a_plan_names_what_it_allows(listed):
    a_caption_file(listed, an_id(1), SRT)

    [item] = read_plan_of(plan_captions(listed)).items

    assert json.dumps(dict(item.params)).count("false") == 3


def read_plan_of(plan):
    return read_plan(Path(plan.path))[0]
