"""`bbbkeep retention check` says a policy back, and what in it can't be meant."""

import pytest

TWICE = """\
mode: act
hold: {files: [holds.csv]}
rules:
  - name: old
    action: delete
    when: {age: {from: end, over: 1y}}
  - name: older
    action: delete
    when: {age: {from: end, over: 2y}, metadata: {categry: test}}
"""


@pytest.fixture
def twice(server, tmp_path):
    (tmp_path / "holds.csv").write_text("record_id,until,reason\n")
    (tmp_path / "twice.yaml").write_text(TWICE)
    return "twice.yaml"


def test_a_policy_is_read_back_in_words(bbbkeep, server, policy):
    told = bbbkeep("retention", "check", policy(due=3))
    *sentences, digest, last = told.out.splitlines()
    document = bbbkeep("retention", "check", "policy.yaml", "--json").document

    assert told.exit == 0
    assert sentences[-1].startswith("old: delete recordings where ended over ")
    assert document["sentences"] == sentences
    assert digest == f"policy digest {document['policy_digest']}"
    assert last == "0 warnings, 0 notes; held to no listing (--server NAME)"


def test_what_never_decides_is_named_with_its_line(bbbkeep, twice):
    told = bbbkeep("retention", "check", twice)

    assert told.exit == 0
    assert told.out.splitlines()[-3:] == [
        "twice.yaml:7:5: warning: older: never reached: rule old comes first and decides about all that it matches",
        "twice.yaml: note: holds.csv lists no recording",
        "1 warnings, 1 notes; held to no listing (--server NAME)",
    ]


def test_strict_makes_a_warning_exit_2_and_a_note_not(bbbkeep, twice, policy):
    assert bbbkeep("retention", "check", twice, "--strict").exit == 2
    assert bbbkeep("retention", "check", twice, "--strict", "--json").document["warnings"] == 1
    assert bbbkeep("retention", "check", policy(due=3), "--strict").exit == 0


def test_against_a_listing_a_key_that_nobody_has_is_found_and_no_server_asked(bbbkeep, twice, listed):
    asked = len(listed.requests)
    document = bbbkeep("retention", "check", twice, "--server", "default", "--json").document

    assert len(listed.requests) == asked
    assert document["compared_with"] == 60
    [finding] = [one for one in document["findings"] if "categry" in one["message"]]
    assert finding["level"] == "warning"
    assert finding["message"].startswith("no recording listed has the metadata key categry; did you mean")
    assert (finding["file"], finding["line"], finding["column"]) == ("twice.yaml", 7, 5)


def test_without_a_listing_it_says_that_there_is_none(bbbkeep, twice):
    told = bbbkeep("retention", "check", twice, "--server", "default")

    assert "note: default was never listed whole" in told.out
    assert told.out.splitlines()[-1].endswith("held to no listing (--server NAME)")


def test_holds_that_have_all_run_out_are_warned_of(bbbkeep, twice, tmp_path):
    (tmp_path / "holds.csv").write_text(f"record_id,until,reason\n{'a' * 40}-1700000000000,2020-01-31,exam\n")

    assert "holds.csv: none of its 1 holds is in force any more" in bbbkeep("retention", "check", twice).out


def test_a_wrong_policy_is_exit_2_whatever_server_is_named(bbbkeep, twice, tmp_path):
    (tmp_path / twice).write_text(TWICE.replace("over: 1y", "ovr: 1y"))
    told = bbbkeep("retention", "check", twice, "--server", "nobody")

    assert told.exit == 2
    assert told.last_line == "bbbkeep: twice.yaml:6:29: unknown key 'ovr'; did you mean over?"
