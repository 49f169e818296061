"""The drop folder: half-written files are left alone, done ones leave it with a note beside them."""

import json
import os
import unicodedata

import pytest
from operations.keeping import (
    SRT,
    a_caption_file,
    a_recording,
    an_id,
    by_id,
    plan_captions,
    plan_prepared,
    prepared,
    send_captions,
    sent,
    sweep,
    upload_captions,
)

from bbbkeep.errors import UsageError
from bbbkeep.operations.caption_files import file_away_done

OTHER_SRT = SRT.replace("Guten Tag", "Guten Abend")


@pytest.fixture
def listed(server, site):
    server.state.add(a_recording(1), a_recording(2))
    sweep(site)
    return site


def written(path, clock, seconds_ago):
    at = clock.now().timestamp() - seconds_ago
    os.utime(path, (at, at))
    return path


def test_a_file_that_is_done_moves_aside_with_a_note_of_where_it_went(listed):
    path = a_caption_file(listed, f"week 1/{an_id(1)}.de.srt")
    content = path.read_bytes()

    upload_captions(listed)

    done = listed.server.captions_dir / "done" / "week 1" / path.name
    note = json.loads(done.with_name(f"{path.name}.json").read_text("utf-8"))
    assert not path.exists()
    assert done.read_bytes() == content
    assert (note["record_id"], note["kind"], note["lang"]) == (an_id(1), "captions", "de")
    assert note["verified_at"].startswith("2026-03-04T12:00")


def test_what_is_not_on_its_recording_stays(listed, server):
    server.set_faults("dead-captions")
    path = a_caption_file(listed, an_id(1))
    refused = a_caption_file(listed, "lecture.de.srt")

    upload_captions(listed)

    assert path.exists()
    assert refused.exists()


def test_a_folder_that_done_files_can_not_leave_is_said_before_anything_is_sent(listed, server):
    a_caption_file(listed, an_id(1)).with_name("done").write_text("in the way", "utf-8")

    with pytest.raises(UsageError, match="what is done could not leave the caption folder"):
        upload_captions(listed)

    assert sent(server) == []


def test_a_third_file_of_the_same_name_costs_none_of_those_before_it(listed):
    texts = [SRT, OTHER_SRT, SRT.replace("Guten Tag", "Gute Nacht")]
    for text in texts:
        a_caption_file(listed, an_id(1), text)
        upload_captions(listed)

    kept = [path for path in (listed.server.captions_dir / "done").iterdir() if path.suffix == ".srt"]
    assert sorted(path.read_text("utf-8") for path in kept) == sorted(texts)


def test_a_file_that_changed_while_it_went_up_is_not_filed_away_with_it(listed, server):
    path = a_caption_file(listed, an_id(1))
    files = prepared(listed)
    send_captions(listed, plan_prepared(listed, files))
    path.write_text(OTHER_SRT, "utf-8")

    file_away_done(listed, files)
    [outcome] = upload_captions(listed)

    [track] = server.state.text_tracks(an_id(1))
    assert outcome.outcome == "verified"
    assert "Guten Abend" in track.webvtt


def test_a_link_that_leads_out_of_the_folder_is_refused_and_nothing_of_it_read(listed, tmp_path):
    secret = tmp_path / "elsewhere.srt"
    secret.write_text(SRT, "utf-8")
    folder = a_caption_file(listed, an_id(1)).parent
    (folder / f"{an_id(2)}.de.srt").symlink_to(secret)
    (folder / f"{an_id(2)}.en.srt").symlink_to(folder / "nothing.srt")

    plan = plan_captions(listed)

    assert plan.items == 1
    assert [(what, outcome) for what, outcome, _ in plan.left] == [
        (f"{an_id(2)}.de.srt", "refused"),
        (f"{an_id(2)}.en.srt", "refused"),
    ]
    assert all("link" in because for _, _, because in plan.left)


def test_a_row_without_its_file_waits_until_it_is_there_and_is_done_once_it_went_up(listed):
    folder = a_caption_file(listed, an_id(1)).parent
    (folder / "manifest.csv").write_text(f"file,recording,lang\nÜbung 1.srt,{an_id(2)},de\n", "utf-8")

    before = plan_captions(listed).left
    a_caption_file(listed, unicodedata.normalize("NFD", "Übung 1.srt"))
    outcomes = upload_captions(listed)

    because = "manifest.csv names it, and it is not there; the row waits for it"
    assert before == (("Übung 1.srt", "skipped", because),)
    assert by_id(outcomes)[an_id(2)] == ("verified", "listed and read back, cue by cue")
    assert plan_captions(listed).left == ()


def test_a_changed_file_replaces_its_track_and_both_files_are_kept(listed, server):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    a_caption_file(listed, an_id(1), OTHER_SRT)

    [outcome] = upload_captions(listed)

    kept = [path for path in (listed.server.captions_dir / "done").iterdir() if path.suffix == ".srt"]
    assert outcome.outcome == "verified"
    assert {path.read_text("utf-8") for path in kept} == {SRT, OTHER_SRT}


def test_a_file_that_somebody_is_still_writing_is_left_alone(listed, clock):
    path = written(a_caption_file(listed, an_id(1)), clock, 1)

    def write_on(_):
        path.write_text(SRT + "\n3\n00:00:08", "utf-8")
        written(path, clock, 0)

    clock.on_sleep = write_on
    plan = plan_captions(listed)

    assert plan.items == 0
    assert plan.left == ((path.name, "skipped", "somebody is still writing it; the next run looks again"),)


def test_a_file_that_was_just_written_is_waited_for_once(listed, clock):
    written(a_caption_file(listed, an_id(1)), clock, 1)

    assert plan_captions(listed).items == 1
    assert clock.sleeps == [10]


def test_files_that_rest_are_taken_at_once(listed, clock):
    written(a_caption_file(listed, an_id(1)), clock, 60)

    assert plan_captions(listed).items == 1
    assert clock.sleeps == []
