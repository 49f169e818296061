"""`bbbkeep retention plan` says of every recording what becomes of it, and why."""

from dataclasses import replace

import pytest
from cli.conftest import recordings_of

from bbbkeep.standin.recording import SeedFormat


@pytest.fixture
def words(listed, policy):
    return ["retention", "plan", "--no-sweep", "--policy", policy(due=3)]


def test_the_document_counts_what_is_kept_by_reason(bbbkeep, words):
    document = bbbkeep(*words, "--json").document

    assert sum(document["kept_by_reason"].values()) == document["kept"] == 60 - len(document["items"])
    assert "kept_recordings" not in document


def test_kept_shows_every_other_recording_with_its_reasons(bbbkeep, words, listed):
    document = bbbkeep(*words, "--kept", "--json").document
    shown = [one["record_id"] for one in (*document["items"], *document["kept_recordings"])]

    assert sorted(shown) == sorted(listed.state.record_ids())
    assert all(one["reasons"] for one in document["kept_recordings"])
    assert document["kept_by_reason"] == bbbkeep(*words, "--json").document["kept_by_reason"]


def test_what_matters_most_comes_last(bbbkeep, words):
    told = bbbkeep(*words, "--kept").out
    lines = told.splitlines()

    kept = [line for line in lines if line.startswith("keep  ")]
    assert len(kept) + sum(line.startswith("delete  ") for line in lines) == 60
    assert lines.index(kept[-1]) < next(n for n, line in enumerate(lines) if line.startswith("plan "))
    assert told.index("due  action") < told.index("kept  because") < told.index("guard ")
    assert "left as they are; approval: waiting" in lines[-1]


def test_without_kept_no_kept_recording_is_shown(bbbkeep, words):
    told = bbbkeep(*words).out

    assert "\nkeep " not in told
    assert "kept  because\n" in told
    assert "no rule matches" in told


def test_a_chosen_part_counts_only_itself(bbbkeep, words):
    document = bbbkeep(*words, "--state", "deleted", "--kept", "--json").document

    assert document["kept"] == len(document["kept_recordings"])
    assert set(document["kept_by_reason"]) <= {"state is deleted"}


def test_a_size_that_no_server_tells_is_not_said_to_be_nothing(server, bbbkeep, policy):
    server.state.add(*(replace(one, formats=(SeedFormat(size=None),)) for one in recordings_of(server)))
    bbbkeep("inventory")

    told = bbbkeep("retention", "plan", "--no-sweep", "--policy", policy(due=3)).out

    assert "(size unknown)" in told
    assert "0 bytes" not in told
