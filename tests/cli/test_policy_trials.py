"""Policies are tried on cases and on the last listing, and neither asks the server."""

import pytest

CASES = """\
now: 2026-06-01T12:00:00Z
policy: trial.yaml
cases:
  - name: old goes
    recording: {state: published, end: 2020-01-01T00:00:00Z, metadata: {}}
    expect: {verdict: %s}
"""


@pytest.fixture
def cases(tmp_path):
    rule = "{name: old, action: delete, when: {age: {from: end, over: 1y}}}"
    (tmp_path / "trial.yaml").write_text(f"mode: act\nrules:\n  - {rule}\n")

    def write(verdict):
        path = tmp_path / "cases.yaml"
        path.write_text(CASES % verdict)
        return path

    return write


def test_cases_that_come_out_as_expected_exit_0(bbbkeep, cases):
    told = bbbkeep("retention", "test", cases("delete"))

    assert (told.exit, told.out) == (0, "1 of 1 cases passed\n")


def test_a_case_that_comes_out_otherwise_is_shown_with_its_reasons_and_exit_3(bbbkeep, cases):
    told = bbbkeep("retention", "test", cases("keep"))
    document = bbbkeep("retention", "test", cases("keep"), "--json").document

    assert told.exit == 3
    assert told.out.splitlines()[:2] == [
        "FAILED old goes: expected keep, got delete by old",
        "  because rule old",
    ]
    assert document["failed"] == 1
    assert document["cases"][0]["got"] == {"verdict": "delete", "rule": "old", "sets": {}}


def test_a_case_that_expects_other_metadata_says_which(bbbkeep, cases, tmp_path):
    path = cases("delete, sets: {category: old}")

    assert bbbkeep("retention", "test", path).out.splitlines()[0] == (
        "FAILED old goes: expected delete, set category to old, got delete, set nothing"
    )


def test_what_if_counts_what_a_plan_would_list_and_asks_no_server(bbbkeep, listed, policy):
    few, many = policy(due=2, name="few.yaml"), policy(due=9, name="many.yaml")
    asked = len(listed.requests)

    document = bbbkeep("retention", "what-if", few, "--against", many, "--json").document
    assert len(listed.requests) == asked

    due = {one["policy"]: one["by"][0] for one in document["policies"]}
    for file in (few, many):
        plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file, "--json").document
        assert due[str(file)]["count"] == len(plan["items"]) > 0
    assert due[str(few)]["only_here"] == 0
    assert due[str(many)]["only_here"] == due[str(many)]["count"] - due[str(few)]["count"]
    assert [by["days"] for by in document["policies"][0]["by"]] == [0, 7, 30, 90]


def test_what_if_is_a_table_for_people(bbbkeep, listed, policy):
    told = bbbkeep("retention", "what-if", policy(due=2))

    assert told.exit == 0
    assert [line.split()[1] for line in told.out.splitlines()[1:]] == ["now", "in", "in", "in"]
