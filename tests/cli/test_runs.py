"""Runs, afterwards: shown, undone, and gone on with, as somebody at the keyboard does."""

import pytest


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
