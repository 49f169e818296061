"""Commands that write nothing to a server: inventory, explain, check, runs, audit, init."""

import json
import sqlite3

import pytest


def test_the_first_line_names_the_state_folder(server, bbbkeep, tmp_path):
    assert bbbkeep("inventory").err == f"state folder: {tmp_path / 'state'}\n"


def test_the_inventory_is_a_table_with_its_count(server, bbbkeep):
    told = bbbkeep("inventory", "--state", "published,deleted")
    header, *rows, last = told.out.splitlines()

    assert told.exit == 0
    assert header.split() == ["record_id", "state", "start", "name"]
    assert {row.split()[1] for row in rows} <= {"published", "deleted"}
    assert last == f"default: {len(rows)} recordings; the listing is complete"


def test_the_inventory_as_a_document_holds_what_the_table_shows(server, bbbkeep):
    document = bbbkeep("inventory", "--json").document

    assert (document["server"], document["complete"], document["incomplete_because"]) == (
        "default",
        True,
        None,
    )
    assert [one["record_id"] for one in document["recordings"]] == sorted(server.state.record_ids())
    assert document["count"] == 60


def test_several_meta_must_all_match(server, bbbkeep):
    def listed(*words):
        return bbbkeep("inventory", "--json", *words).document["recordings"]

    both = listed("--meta", "category=lecture", "--meta", "department=staff")

    assert both == [
        one
        for one in listed()
        if one["metadata"].get("category") == "lecture" and one["metadata"].get("department") == "staff"
    ]


def test_nothing_asked_for_is_there_is_no_error(server, bbbkeep):
    told = bbbkeep("inventory", "--meta", "category=nothing of the kind")

    assert told.exit == 0
    assert told.out == "default: 0 recordings; the listing is complete\n"


def test_an_incomplete_listing_is_shown_and_exit_6(evasive_server, bbbkeep):
    told = bbbkeep("inventory")

    assert told.exit == 6
    assert told.out.startswith("default: 0 recordings; the listing is INCOMPLETE: ")


def test_an_incomplete_listing_is_a_document_that_says_so(evasive_server, bbbkeep):
    told = bbbkeep("inventory", "--json")

    assert (told.exit, told.document["complete"]) == (6, False)
    assert told.document["incomplete_because"]


def test_reports_are_written_where_asked(server, bbbkeep, tmp_path):
    told = bbbkeep("inventory", "--out", "reports", "--json")

    assert told.document["count"] == 60
    assert {path.name for path in (tmp_path / "reports").iterdir()} >= {"inventory.csv", "report.html"}


def test_a_verdict_is_explained_and_an_unknown_recording_named(server, bbbkeep, policy, published):
    bbbkeep("inventory")
    words = ["retention", "explain", published[0], "--policy", policy(due=3)]

    assert bbbkeep(*words).out.startswith(f"{published[0]}: delete\n")
    assert bbbkeep(*words, "--json").document["verdict"] == "delete"
    assert bbbkeep("retention", "explain", "nope", "--policy", "policy.yaml").last_line == (
        "bbbkeep: no listing has shown 'nope'; run `bbbkeep inventory` first, or check the id"
    )


def test_before_any_run_there_are_none(server, bbbkeep):
    assert bbbkeep("runs", "list").out == "no runs yet\n"
    assert bbbkeep("runs", "list", "--json").document == {"runs": []}


@pytest.fixture
def a_run(server, bbbkeep, published, tmp_path):
    bbbkeep("inventory")
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{published[0]},presenter,Ada\n")
    return bbbkeep("metadata", "apply", "sheet.csv", "--yes", "--json").document


def test_a_run_is_listed_and_shown(bbbkeep, a_run):
    [listed] = bbbkeep("runs", "list", "--json").document["runs"]

    assert (listed["run_id"], listed["command"], listed["exit"]) == (a_run["run_id"], "metadata apply", 0)
    assert bbbkeep("runs", "show", a_run["run_id"], "--json").document == a_run
    assert bbbkeep("runs", "list").out.splitlines()[1].startswith(f"{a_run['run_id']}  metadata apply  ")
    assert bbbkeep("runs", "show", a_run["run_id"]).out.splitlines()[-1] == (
        f"run {a_run['run_id']}: 1 of 1 verified"
    )


def test_a_whole_chain_is_whole_up_to_a_noted_head(bbbkeep, a_run):
    told = bbbkeep("audit", "verify", "--json")
    head = told.document["head"]

    assert (told.exit, told.document["whole"]) == (0, True)
    assert bbbkeep("audit", "verify", "--head", head).out == f"default: whole; head {head}\n"


def test_a_broken_chain_is_exit_3_with_its_record(bbbkeep, a_run, tmp_path):
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE events SET kind = 'nothing' WHERE seq = 2")
    ledger.close()
    told = bbbkeep("audit", "verify")

    assert told.exit == 3
    assert told.out.startswith("default: BROKEN at record 2: ")
    assert bbbkeep("audit", "verify", "--json").document["record"] == 2
    assert bbbkeep("audit", "verify", "--json").exit == 3


def test_a_cut_chain_is_found_by_a_noted_head(bbbkeep, a_run):
    assert bbbkeep("audit", "verify", "--head", f"999:{'0' * 64}").exit == 3


def test_events_are_exported_as_lines_for_their_owner_alone(bbbkeep, a_run, tmp_path):
    printed = bbbkeep("audit", "export").out
    bbbkeep("audit", "export", "--out", "events.jsonl")
    written = tmp_path / "events.jsonl"

    assert written.read_text() == printed
    assert written.stat().st_mode & 0o077 == 0
    assert [json.loads(line)["seq"] for line in printed.splitlines()] == list(
        range(1, printed.count("\n") + 1)
    )


def test_init_writes_files_that_bbbkeep_reads_and_never_overwrites(server, bbbkeep, tmp_path):
    assert bbbkeep("init", "--dir", "etc").exit == 0
    assert bbbkeep("retention", "check", "etc/policy.yaml").exit == 0
    assert bbbkeep("runs", "list", "--config", "etc/bbbkeep.yaml").exit == 0

    (tmp_path / "etc" / "policy.yaml").write_text("mine")
    assert bbbkeep("init", "--dir", "etc").exit == 2
    assert (tmp_path / "etc" / "policy.yaml").read_text() == "mine"


@pytest.fixture
def one_gone(listed, bbbkeep, published):
    """The recording that went between two listings."""
    listed.state.delete_row(published[0])
    bbbkeep("inventory")
    return published[0]


def test_what_went_without_us_is_listed_and_no_server_asked(listed, bbbkeep, one_gone):
    asked = len(listed.requests)
    told = bbbkeep("inventory", "--vanished")
    document = bbbkeep("inventory", "--vanished", "--json").document

    assert len(listed.requests) == asked
    assert told.exit == 0
    assert told.out.splitlines()[1].startswith(f"{one_gone}  20")
    assert told.out.splitlines()[-1].startswith("1 recording is gone, but not by us, as of 20")
    assert [one["record_id"] for one in document["vanished"]] == [one_gone]
    assert bbbkeep("inventory", "--vanished", "--out", "reports").exit == 2


def test_before_a_listing_nothing_is_known_to_have_vanished(server, bbbkeep):
    assert bbbkeep("inventory", "--vanished").out == (
        "default was never listed whole: nothing is known to have vanished\n"
    )
    assert bbbkeep("inventory", "--vanished", "--json").document == {
        "server": "default",
        "as_of": None,
        "vanished": [],
        "count": 0,
    }


def test_of_a_recording_that_is_gone_explain_says_so(bbbkeep, one_gone, policy):
    words = ["retention", "explain", one_gone, "--policy", policy(due=1)]

    assert bbbkeep(*words).out.splitlines()[0] == f"{one_gone}: gone"
    assert bbbkeep(*words, "--json").document["gone"]["how"] == "vanished"
