"""`bbbkeep audit deletions` proves what was deleted, and `audit verify --deletions` tells whether a proof holds."""

import json
import sqlite3

import pytest


@pytest.fixture
def deleted(write_commands, bbbkeep, published, tmp_path):
    """The one recording that the policy deleted."""
    run = bbbkeep(*write_commands["retention"], "--yes", "--json").document
    return run["items"][0]["record_id"]


def test_deletions_are_a_table_with_rule_and_run(deleted, bbbkeep):
    header, line, last = bbbkeep("audit", "deletions").out.splitlines()

    assert header.split()[:3] == ["deleted", "(UTC)", "record_id"]
    assert line.split()[2:4] == [deleted, "old"]
    assert last.startswith("1 deletion; head ")


def test_the_document_holds_what_a_proof_holds(deleted, bbbkeep, tmp_path):
    document = bbbkeep("audit", "deletions", "--json", "--out", "proof.jsonl").document
    *lines, last = (json.loads(line) for line in (tmp_path / "proof.jsonl").read_text().splitlines())

    assert [one["record_id"] for one in document["deletions"]] == [deleted]
    assert document == {"deletions": lines, **last, "unverified": []}


def test_a_proof_is_for_its_owner_alone_and_holds(deleted, bbbkeep, tmp_path):
    assert bbbkeep("audit", "deletions", "--out", "proof.jsonl").out == ""
    told = bbbkeep("audit", "verify", "--deletions", "proof.jsonl")

    assert (tmp_path / "proof.jsonl").stat().st_mode & 0o077 == 0
    assert told.exit == 0
    assert told.out.splitlines()[1:] == ["proof.jsonl: 1 deletions, as the chain has them, none missing"]


def test_a_line_that_was_edited_is_named_and_exit_3(deleted, bbbkeep, tmp_path):
    bbbkeep("audit", "deletions", "--out", "proof.jsonl")
    path = tmp_path / "proof.jsonl"
    path.write_text(path.read_text().replace('"rule": "old"', '"rule": "new"'))
    told = bbbkeep("audit", "verify", "--deletions", "proof.jsonl")
    document = bbbkeep("audit", "verify", "--deletions", "proof.jsonl", "--json").document

    assert told.exit == 3
    assert told.out.splitlines()[1] == f"proof.jsonl:1: {deleted}: edited: rule is 'old' in the chain"
    assert (document["whole"], document["deletions"]["whole"]) == (True, False)


def test_a_broken_chain_proves_nothing_and_is_exit_3(deleted, bbbkeep, tmp_path):
    with sqlite3.connect(tmp_path / "state" / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE events SET body = replace(body, 'old', 'new') WHERE kind = 'intent'")
    ledger.close()
    told = bbbkeep("audit", "deletions", "--out", "proof.jsonl")

    assert told.exit == 3
    assert "BROKEN" in told.out
    assert not (tmp_path / "proof.jsonl").exists()


def test_where_nothing_was_deleted_it_says_so(server, bbbkeep):
    assert bbbkeep("audit", "deletions").out == f"0 deletions; head 0:{'0' * 64}\n"
    assert bbbkeep("audit", "deletions", "--json").document["deletions"] == []


def test_a_proof_says_how_many_deletes_it_says_nothing_of(write_commands, server, bbbkeep):
    server.set_faults("lost-delete")
    bbbkeep(*write_commands["retention"], "--yes")

    told = bbbkeep("audit", "deletions", "--out", "proof.jsonl")

    assert told.last_line == "1 recording has a delete that could not be verified"
