"""Undoing a run: a plan like any other, touching only what still has our value."""

import hashlib

import pytest
from plans.bench import ALL, FIRST, SECOND, Bench, nobody, outcomes, setting
from plans.crashing import KilledError, bury, mortal

from bbbkeep.errors import LeaseHeldError, UsageError
from bbbkeep.ledger import runs
from bbbkeep.operations.resuming import go_on
from bbbkeep.operations.undoing import begin_undo, finish_undo, plan_undo, undo_chunk
from bbbkeep.plans.actions.upload_text_track import spooled
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.resume import resumable
from bbbkeep.plans.undo import undoing
from bbbkeep.standin.recording import SeedTrack

OLD = "WEBVTT\n\n00:01.000 --> 00:03.000\nWelcome.\n"
NEW = "WEBVTT\n\n00:01.000 --> 00:03.000\nGood morning.\n"


def undone(bench: Bench, run_id: str) -> list[str]:
    ref = plan_undo(bench.site, run_id, now=bench.clock.now())
    run = begin_undo(bench.site, ref, now=bench.clock.now())
    undo_chunk(bench.site, run, range(1, ref.items + 1))
    return outcomes(finish_undo(bench.site, run))


def test_metadata_gets_its_old_values_back(bench: Bench):
    before = [bench.truth(one).metadata for one in ALL]
    found = bench.apply(bench.retagging(*ALL))

    assert undone(bench, found[0].run_id) == ["verified"] * 4
    assert [bench.truth(one).metadata for one in ALL] == before


def test_a_key_that_was_removed_comes_back(bench: Bench):
    [found] = bench.apply([bench.item("remove_metadata", FIRST, setting(None, key="presenter"))])
    assert "presenter" not in bench.truth().metadata

    assert undone(bench, found.run_id) == ["verified"]
    assert bench.truth().metadata["presenter"] == "sentinel-old-value"


@pytest.mark.parametrize("action", ["publish", "unpublish"])
def test_the_publish_state_goes_back(swept: Bench, action: str):
    was = "unpublished" if action == "publish" else "published"
    swept.server.state.set_state(FIRST, was)
    items = [swept.item(action)]
    swept.sweep()
    [found] = swept.apply(items)

    turned = undoing(swept.site, found.run_id)

    assert [(one.action, one.record_id) for one in turned.items] == [
        ("unpublish" if action == "publish" else "publish", FIRST)
    ]


def test_what_somebody_changed_since_is_left_alone(bench: Bench):
    found = bench.apply(bench.retagging(FIRST, SECOND))
    bench.server.state.set_metadata(FIRST, {"category": "exam"})

    ref = plan_undo(bench.site, found[0].run_id, now=bench.clock.now())

    assert ref.items == 1
    assert ref.left == (
        (FIRST, "refused", "the server no longer shows what was written; nothing is changed on top of that"),
    )


def test_what_was_not_written_is_not_undone(bench: Bench):
    items = bench.retagging_together(FIRST)
    bench.server.state.set_metadata(FIRST, {"category": "seminar"})
    [found] = bench.apply(items)

    assert (found.outcome, plan_undo(bench.site, found.run_id, now=bench.clock.now()).items) == (
        "unchanged",
        0,
    )


def test_a_deletion_is_refused_with_the_steps_for_the_administrator(swept: Bench):
    [found] = swept.apply([swept.item("delete")])

    [left] = plan_undo(swept.site, found.run_id, now=swept.clock.now()).left

    assert f"move /var/bigbluebutton/deleted/FORMAT/{FIRST} back" in left[2]


def upload(bench: Bench, *, replaces: bool) -> str:
    """Upload NEW, over OLD if it *replaces* that, and let the server take it up; return the run."""
    digest = hashlib.sha256(NEW.encode()).hexdigest()
    spool = spooled(bench.site.spool_dir, digest)
    spool.parent.mkdir(parents=True, exist_ok=True)
    spool.write_text(NEW)
    if replaces:
        bench.server.state.put_track(FIRST, SeedTrack("captions", "en", "English", "upload", OLD))
    params = {
        "file": "lecture.srt",
        "digest": "d" * 64,
        "webvtt_digest": digest,
        "cues": 1,
        "kind": "captions",
        "lang": "en",
        "label": "English",
        "replaces_ours": True,
    }
    [found] = bench.apply([bench.item("upload_text_track", FIRST, params)])
    bench.server.state.put_track(FIRST, SeedTrack("captions", "en", "English", "upload", NEW))
    return found.run_id


def test_a_replaced_text_track_gets_its_archived_text_back(bench: Bench):
    run_id = upload(bench, replaces=True)

    turned = undoing(bench.site, run_id)

    [item] = turned.items
    assert item.reasons == ("undoes upload_text_track", "its source becomes upload")
    assert turned.texts == {item.params["webvtt_digest"]: OLD}


def test_a_text_track_that_somebody_changed_since_is_left_alone(bench: Bench):
    run_id = upload(bench, replaces=True)
    bench.server.state.put_track(FIRST, SeedTrack("captions", "en", "English", "upload", OLD))

    assert undoing(bench.site, run_id).items == []


def test_a_new_text_track_is_refused_with_the_way_to_blank_it(bench: Bench):
    run_id = upload(bench, replaces=False)

    [left] = undoing(bench.site, run_id).refused

    assert f"bbbkeep captions remove {FIRST} --lang en --kind captions --blank" in left["because"]


def test_what_is_not_kept_any_more_can_not_be_undone(bench: Bench):
    run_id = upload(bench, replaces=True)
    for path in bench.site.archive_dir.rglob("*.json"):
        path.unlink()

    [left] = undoing(bench.site, run_id).refused

    assert left["because"] == "what was there before is not kept any more"


@pytest.fixture
def killed(bench: Bench) -> str:
    """A run that was killed after it had sent the first of its two items, and before it read anything back."""
    _, path = bench.plan(bench.retagging(FIRST, SECOND))
    run = bench.begin(path)
    with pytest.raises(KilledError):
        apply_items(mortal(bench, 2, durable=False), run, [1, 2], nobody)
    bury(bench)
    return run.run_id


def test_what_a_killed_run_wrote_is_undone(bench: Bench, killed: str):
    assert undone(bench, killed) == ["verified"]
    assert bench.categories(FIRST, SECOND) == ["lecture", "lecture"]


def test_what_a_killed_run_left_is_not_taken_up_once_it_is_undone(bench: Bench, killed: str):
    undone(bench, killed)

    with bench.site.ledger.read() as conn:
        left = runs.outcomes(conn, killed)[1]
    assert (left.outcome, left.because) == ("skipped", "the run stopped before it; it was undone since")
    assert resumable(bench.site) == []
    with pytest.raises(UsageError, match="left nothing open"):
        go_on(bench.site, killed, now=bench.clock.now())


def test_a_run_that_is_still_at_work_can_not_be_undone(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST, SECOND))
    run = bench.begin(path)
    bench.work(run, numbers=[1])

    with pytest.raises(LeaseHeldError):
        plan_undo(bench.site, run.run_id, now=bench.clock.now())
