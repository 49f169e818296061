"""The drop folder: half-written files are left alone, done ones leave it with a note beside them."""

import json
import os

import pytest
from operations.keeping import (
    SRT,
    a_caption_file,
    a_recording,
    an_id,
    plan_captions,
    sweep,
    upload_captions,
)

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
