"""Plans at the command line: approvals, guards, and plans that are not what they should be."""

import pytest


def test_what_nobody_approved_is_not_written_and_the_way_is_named(listed, bbbkeep, policy):
    told = bbbkeep("retention", "apply", "--policy", policy(due=1), "--yes")
    plan = told.out.split()[1]

    assert told.exit == 0
    assert told.out.splitlines()[-1] == "1 to write, 59 left as they are; approval: waiting"
    assert told.last_line == (
        "1 recording is due under a policy that nobody approved yet; "
        f"look at them, then: bbbkeep retention approve {plan}"
    )
    assert listed.writes == []


def test_a_waiting_plan_is_the_document(listed, bbbkeep, policy):
    told = bbbkeep("retention", "apply", "--policy", policy(due=1), "--yes", "--json")

    assert (told.exit, told.document["approval"]) == (0, "waiting")


def test_a_policy_that_only_reports_is_never_applied(listed, bbbkeep, policy):
    file = policy(due=1, mode="report")
    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file, "--json").document["plan_id"]
    bbbkeep("retention", "approve", plan)
    told = bbbkeep("retention", "apply", plan, "--policy", file, "--yes")

    assert (told.exit, told.last_line) == (0, "1 recording is due; the policy only reports (mode: report)")
    assert listed.writes == []


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_tripped_guard_is_shown_with_the_plan_and_exit_4(listed, bbbkeep, policy, json):
    told = bbbkeep("retention", "plan", "--policy", policy(due=12), *json)

    assert told.exit == 4
    if json:
        assert [one["name"] for one in told.document["guards"] if one["tripped"]] == [
            "delete share in percent"
        ]
    else:
        assert "guard delete share in percent: 20.339, limit 5  TRIPPED" in told.out


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_yes_does_not_pass_a_guard(listed, bbbkeep, policy, json):
    file = policy(due=12)
    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file, "--json").document["plan_id"]
    bbbkeep("retention", "approve", plan)

    for words in (["retention", "apply"], ["retention", "apply", plan]):
        told = bbbkeep(*words, "--policy", file, "--yes", *json)
        assert (told.exit, told.last_line) == (4, "nothing was written")
        assert (told.document["plan_id"] if json else told.out).startswith(("plan ", "retention-"))
    assert listed.writes == []


@pytest.mark.parametrize("words", [["retention", "plan"], ["retention", "apply", "--yes"]])
def test_an_incomplete_listing_is_exit_6_before_any_guard(evasive_server, bbbkeep, tmp_path, words):
    (tmp_path / "p.yaml").write_text(
        "mode: act\nrules:\n  - name: old\n    action: delete\n    when: {age: {from: end, over: 1d}}\n"
    )
    told = bbbkeep(*words, "--policy", "p.yaml", "--json")

    assert (told.exit, told.document["complete"]) == (6, False)
    assert evasive_server.writes == []


def test_no_sweep_judges_the_last_listing(listed, bbbkeep, policy):
    file, asked = policy(due=1), len(listed.requests)

    assert bbbkeep("retention", "plan", "--no-sweep", "--policy", file).exit == 0
    assert len(listed.requests) == asked


# --- plans that are not what they should be


@pytest.mark.parametrize(
    "words",
    [
        ["retention", "apply", "nope", "--yes"],
        ["retention", "approve", "nope"],
        ["metadata", "apply", "nope"],
    ],
)
def test_an_unknown_plan_is_exit_2_and_says_where_plans_are(listed, bbbkeep, tmp_path, words):
    told = bbbkeep(*words)

    assert told.exit == 2
    assert told.last_line == (
        f"bbbkeep: there is no plan 'nope' for default; its plans are in {tmp_path / 'state/plans/default'}"
    )


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_plan_is_good_for_one_run(write_commands, bbbkeep, json):
    words = write_commands["a retention plan"]
    bbbkeep(*words, "--yes")
    told = bbbkeep(*words, "--yes", *json)

    assert told.exit == 5
    assert "it was applied already; a plan is good for one run" in told.last_line
    assert "bbbkeep runs resume" in told.last_line


def test_a_plan_that_was_edited_is_exit_5(write_commands, server, bbbkeep, tmp_path):
    plan = write_commands["a retention plan"][2]
    file = tmp_path / "state" / "plans" / "default" / f"{plan}.json"
    file.write_text(file.read_text().replace('"kept": ', '"kept": 1'))
    told = bbbkeep(*write_commands["a retention plan"], "--yes", "--json")

    assert (told.exit, told.document["error"]["class"]) == (5, "PlanRefusedError")
    assert server.writes == []


def test_a_plan_whose_file_is_gone_is_exit_5(write_commands, server, bbbkeep, tmp_path):
    words = write_commands["a retention plan"]
    file = tmp_path / "state" / "plans" / "default" / f"{words[2]}.json"
    file.unlink()
    told = bbbkeep(*words, "--yes")

    assert (told.exit, told.last_line) == (5, f"bbbkeep: {words[2]}: its file {file} is gone; plan again")
    assert server.writes == []


def test_a_retention_plan_is_not_carried_out_as_metadata(write_commands, server, bbbkeep):
    plan = write_commands["a retention plan"][2]
    told = bbbkeep("metadata", "apply", plan, "--yes")

    assert told.exit == 5
    assert told.last_line == f"bbbkeep: {plan}: a plan of retention, not of metadata; nothing was written"
    assert server.writes == []


def test_a_metadata_plan_is_carried_out_by_its_id(write_commands, server, bbbkeep):
    plan = bbbkeep("metadata", "plan", "sheet.csv", "--json").document["plan_id"]

    assert bbbkeep("metadata", "apply", plan, "--yes", "--json").document["items"][0]["outcome"] == "verified"
