"""Runs, afterwards: shown, undone, and gone on with, as somebody at the keyboard does."""

import pytest

from bbbkeep.standin.recording import SeedTrack


@pytest.fixture
def presented(listed, bbbkeep, published, tmp_path):
    """A run that named two presenters."""
    rows = "".join(f"{one},presenter,Ada\n" for one in published[:2])
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{rows}")
    return bbbkeep("metadata", "apply", "sheet.csv", "--yes", "--json").document["run_id"]


def presenters(server, record_ids):
    return [server.state.recording(one).metadata.get("presenter") for one in record_ids]


def test_undo_sets_back_what_still_has_our_value_and_nothing_else(listed, bbbkeep, published, tmp_path):
    before = presenters(listed, published[:2])
    rows = "".join(f"{one},presenter,Ada\n" for one in published[:2])
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{rows}")
    run = bbbkeep("metadata", "apply", "sheet.csv", "--yes", "--json").document["run_id"]
    listed.state.set_metadata(published[1], {"presenter": "Grace"})

    told = bbbkeep("runs", "undo", run, "--yes", "--json")

    assert presenters(listed, published[:2]) == [before[0], "Grace"]
    assert [one["outcome"] for one in told.document["items"]] == ["verified"]


def test_undo_of_unpublishing_publishes_again(listed, bbbkeep, published):
    run = bbbkeep("unpublish", published[0], "--yes", "--json").document["run_id"]
    assert listed.state.recording(published[0]).state == "unpublished"

    told = bbbkeep("runs", "undo", run, "--yes")

    assert (told.exit, listed.state.recording(published[0]).state) == (0, "published")


def test_a_delete_is_not_undone_and_the_way_back_is_named(listed, bbbkeep, policy):
    file = policy(due=1)
    plan = bbbkeep("retention", "plan", "--policy", file, "--json").document
    bbbkeep("retention", "approve", plan["plan_id"])
    run = bbbkeep("retention", "apply", "--policy", file, "--yes", "--json").document["run_id"]

    told = bbbkeep("runs", "undo", run)

    assert told.exit == 3
    assert plan["items"][0]["record_id"] in told.out
    assert "/var/bigbluebutton/deleted" in told.out


def an_upload(bbbkeep, folder, record_id, text):
    """Upload a caption file and return the run."""
    (folder / f"{record_id}.en.srt").write_text(f"1\n00:00:01,000 --> 00:00:03,000\n{text}\n")
    told = bbbkeep("captions", "upload", f"{record_id}.en.srt", "--yes", "--json")
    assert told.exit == 0, told
    return told.document["run_id"]


def the_track(server, record_id):
    [track] = [
        one for one in server.state.text_tracks(record_id) if (one.kind, one.lang) == ("captions", "en")
    ]
    return track


def test_undo_of_a_replaced_text_track_brings_its_archived_text_back(listed, bbbkeep, published, tmp_path):
    an_upload(bbbkeep, tmp_path, published[0], "Good morning.")
    before = the_track(listed, published[0]).webvtt
    run = an_upload(bbbkeep, tmp_path, published[0], "Good evening.")
    assert "evening" in the_track(listed, published[0]).webvtt

    told = bbbkeep("runs", "undo", run, "--yes")

    assert (told.exit, the_track(listed, published[0]).webvtt) == (0, before)
    assert "undoes upload_text_track; its source becomes upload" in told.out


def test_undo_of_blanking_a_live_track_brings_its_text_back_as_an_upload(listed, bbbkeep, published):
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nGood morning.\n"
    listed.state.put_track(published[0], SeedTrack("captions", "en", "English", "live", text))
    blanked = bbbkeep("captions", "remove", published[0], "--lang", "en", "--blank", "--yes", "--json")
    assert "morning" not in the_track(listed, published[0]).webvtt

    told = bbbkeep("runs", "undo", blanked.document["run_id"], "--yes")

    track = the_track(listed, published[0])
    assert (told.exit, "Good morning." in track.webvtt, track.source) == (0, True, "upload")


def test_a_text_track_that_was_new_is_not_undone_and_the_way_to_blank_it_is_named(
    listed, bbbkeep, published, tmp_path
):
    run = an_upload(bbbkeep, tmp_path, published[0], "Good morning.")
    writes = len(listed.writes)

    told = bbbkeep("runs", "undo", run, "--yes", "--json")

    [left] = told.document["refused"]
    assert (told.exit, len(listed.writes), told.document["items"]) == (3, writes, [])
    assert f"`bbbkeep captions remove {published[0]} --lang en --kind captions --blank`" in left["because"]


def test_a_text_track_that_somebody_replaced_since_is_left_alone(listed, bbbkeep, published, tmp_path):
    an_upload(bbbkeep, tmp_path, published[0], "Good morning.")
    run = an_upload(bbbkeep, tmp_path, published[0], "Good evening.")
    listed.state.put_track(published[0], SeedTrack("captions", "en", "English", "upload", "WEBVTT\n\nBye\n"))

    told = bbbkeep("runs", "undo", run, "--yes")

    assert (told.exit, the_track(listed, published[0]).webvtt) == (3, "WEBVTT\n\nBye\n")
    assert "the server no longer shows what was written" in told.out


def test_undo_asks_first(presented, listed, bbbkeep):
    writes = len(listed.writes)

    told = bbbkeep("runs", "undo", presented)

    assert (told.exit, len(listed.writes)) == (2, writes)
    assert "pass --yes" in told.last_line


def test_a_run_that_ended_well_left_nothing_to_go_on_with(presented, bbbkeep):
    told = bbbkeep("runs", "resume", presented, "--yes")

    assert (told.exit, "left nothing open" in told.last_line) == (2, True)


def test_a_run_is_listed_and_shown(presented, bbbkeep):
    newest = bbbkeep("runs", "list", "--json").document["runs"][0]
    shown = bbbkeep("runs", "show", presented, "--json").document

    assert (newest["run_id"], newest["exit"]) == (presented, 0)
    assert [one["outcome"] for one in shown["items"]] == ["verified", "verified"]


def test_a_cut_tail_of_the_chain_is_found_by_an_earlier_head(presented, bbbkeep, tmp_path):
    import sqlite3

    head = bbbkeep("audit", "verify", "--json").document["head"]
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite3") as ledger:
        ledger.execute("delete from events where seq = (select max(seq) from events)")
    ledger.close()

    assert bbbkeep("audit", "verify").exit == 0
    assert bbbkeep("audit", "verify", "--head", head).exit == 3
