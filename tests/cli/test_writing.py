"""Commands that write: a plan is shown and asked about, guards hold, and one document says what came of it."""

from datetime import timedelta
from importlib import import_module

import pytest

from bbbkeep.clock import SystemClock
from bbbkeep.ledger import leases
from bbbkeep.ledger.store import Ledger

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"
NOBODY_TO_ASK = (
    "bbbkeep: nothing was written: there is no terminal to ask at; look at the plan, then pass --yes"
)


WRITES = ["metadata", "captions", "retention", "a retention plan"]


@pytest.mark.parametrize("write", WRITES)
def test_without_a_terminal_the_plan_is_shown_and_nothing_written(write_commands, server, bbbkeep, write):
    told = bbbkeep(*write_commands[write])

    assert (told.exit, told.last_line) == (2, NOBODY_TO_ASK)
    assert told.out.startswith("plan ")
    assert server.writes == []


@pytest.mark.parametrize("write", WRITES)
def test_without_a_terminal_the_plan_is_the_only_document(write_commands, server, bbbkeep, write):
    told = bbbkeep(*write_commands[write], "--json")

    assert (told.exit, told.last_line) == (2, NOBODY_TO_ASK)
    assert len(told.document["items"]) == 1
    assert server.writes == []


@pytest.mark.parametrize("write", WRITES)
def test_with_yes_the_run_is_the_only_document_and_the_plan_is_on_stderr(
    write_commands, server, bbbkeep, write
):
    told = bbbkeep(*write_commands[write], "--yes", "--json")

    assert told.exit == 0
    assert [one["outcome"] for one in told.document["items"]] == ["verified"]
    assert told.document["run_id"].startswith("run-")
    assert "\nplan " in told.err
    assert len(server.writes) == 1


@pytest.mark.parametrize("write", WRITES)
def test_without_json_plan_and_outcomes_are_told_in_turn(write_commands, bbbkeep, write):
    told = bbbkeep(*write_commands[write], "--yes")

    assert told.exit == 0
    assert told.out.startswith("plan ")
    assert told.out.splitlines()[-1].endswith(": 1 of 1 verified")


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_who_says_no_at_the_terminal_writes_nothing(write_commands, server, bbbkeep, json):
    told = bbbkeep(*write_commands["metadata"], *json, typed="n\n")

    assert told.exit == 0
    assert server.writes == []
    if json:
        assert told.document["plan_id"].startswith("metadata-")


def test_who_says_yes_at_the_terminal_gets_the_run_as_the_document(write_commands, bbbkeep):
    told = bbbkeep(*write_commands["metadata"], "--json", typed="y\n")

    assert told.exit == 0
    assert "Write 1 item to default? [y/N]" in told.err
    assert told.document["items"][0]["outcome"] == "verified"


def test_a_second_run_of_the_same_has_nothing_left(write_commands, server, bbbkeep):
    for write in ("metadata", "captions", "retention"):
        bbbkeep(*write_commands[write], "--yes")
    written = len(server.writes)

    for write in ("metadata", "captions", "retention"):
        assert bbbkeep(*write_commands[write], "--yes").exit == 0
    assert len(server.writes) == written


# --- what does not get into a plan


def test_refused_rows_are_listed_and_exit_3(listed, bbbkeep, published, tmp_path):
    (tmp_path / "s.csv").write_text(f"record_id,key,value\n{published[0]},bad key,x\n{published[0]},a,b\n")

    assert bbbkeep("metadata", "plan", "s.csv").exit == 3
    told = bbbkeep("metadata", "apply", "s.csv", "--yes")
    assert told.exit == 3
    assert "not in the plan: line 2: refused: key 'bad key' " in told.out
    assert told.out.splitlines()[-1].endswith(": 1 of 1 verified")


def test_what_was_left_out_of_the_plan_is_in_the_runs_document(listed, bbbkeep, published, tmp_path):
    sheet = tmp_path / "mixed.csv"
    sheet.write_text(f"record_id,key,value\n{published[0]},bad key,x\n{published[1]},presenter,Ada\n")

    told = bbbkeep("metadata", "apply", sheet, "--yes", "--json")

    assert told.exit == 3
    assert [one["outcome"] for one in told.document["items"]] == ["verified"]
    [left] = told.document["left_out"]
    assert (left["what"], left["outcome"]) == ("line 2", "refused")


def test_refused_caption_files_are_listed_and_exit_3(listed, bbbkeep, tmp_path):
    (tmp_path / "lecture.srt").write_text(SRT)
    told = bbbkeep("captions", "upload", "lecture.srt", "--json")

    assert told.exit == 3
    assert [one["file"] for one in told.document["refused"]] == ["lecture.srt"]


def test_a_caption_folder_without_files_is_nothing_to_do(listed, bbbkeep, tmp_path):
    told = bbbkeep("captions", "upload")

    assert told.exit == 0
    assert f"caption folder: {tmp_path / 'state' / 'captions'}\n" in told.err
    assert told.out.splitlines()[-1] == "0 to write, 0 left as they are"


# --- what happens while a run writes


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_another_run_that_writes_is_exit_7(write_commands, server, bbbkeep, tmp_path, json):
    with Ledger.open(tmp_path / "state" / "ledger.sqlite3") as ledger, ledger.write() as conn:
        leases.take(conn, server.url, "another run", now=SystemClock().now(), ttl=timedelta(minutes=5))
    told = bbbkeep(*write_commands["metadata"], "--yes", *json)

    assert told.exit == 7
    assert "another run is writing to it" in told.last_line
    assert server.writes == []


@pytest.mark.parametrize(("write", "fault"), [("metadata", "lost-update"), ("retention", "lost-delete")])
def test_what_can_not_be_verified_is_listed_and_exit_3(
    write_commands, server, bbbkeep, impatient, write, fault
):
    server.set_faults(fault)
    told = bbbkeep(*write_commands[write], "--yes", "--json")

    assert told.exit == 3
    assert [one["outcome"] for one in told.document["items"]] != ["verified"]


BEGINNINGS = {
    "metadata": "bbbkeep.operations.metadata.begin_sheet",
    "captions": "bbbkeep.operations.captions.begin_captions",
    "retention": "bbbkeep.operations.retention.begin_retention",
}


def breaking(server, name):
    """Return the operation of that *name*, after which the server answers with web pages."""
    module, _, function = name.rpartition(".")
    original = getattr(import_module(module), function)

    def begin(*words, **named):
        run = original(*words, **named)
        server.set_faults("html")
        return run

    return begin


@pytest.mark.parametrize("write", BEGINNINGS)
def test_a_server_that_fails_in_the_middle_ends_the_run_with_its_document(
    write_commands, server, bbbkeep, monkeypatch, impatient, write
):
    with monkeypatch.context() as patched:
        patched.setattr(BEGINNINGS[write], breaking(server, BEGINNINGS[write]))
        told = bbbkeep(*write_commands[write], "--yes", "--json")

    assert told.exit == 9
    assert [(one["outcome"], one["because"]) for one in told.document["items"]] == [
        ("skipped", "the run stopped before it")
    ]
    assert told.last_line.startswith("bbbkeep: getRecording")


def test_after_a_server_failed_in_the_middle_the_same_can_be_run_again(
    write_commands, server, bbbkeep, monkeypatch, impatient
):
    with monkeypatch.context() as patched:
        patched.setattr(BEGINNINGS["metadata"], breaking(server, BEGINNINGS["metadata"]))
        bbbkeep(*write_commands["metadata"], "--yes")
    server.set_faults()
    told = bbbkeep(*write_commands["metadata"], "--yes", "--json")

    assert (told.exit, told.document["items"][0]["outcome"]) == (0, "verified")


def test_ctrl_c_in_the_middle_gives_the_lease_back(write_commands, server, bbbkeep, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bbbkeep.operations.metadata.apply_chunk", interrupted)
        assert bbbkeep(*write_commands["metadata"], "--yes").exit == 130

    told = bbbkeep(*write_commands["metadata"], "--yes", "--json")
    assert (told.exit, told.document["items"][0]["outcome"]) == (0, "verified")
