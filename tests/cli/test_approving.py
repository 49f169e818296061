"""An approval: what a person may say yes to, and what no yes passes."""

from pathlib import Path

import pytest

from bbbkeep.standin.server import LocalServer


def plan_id(bbbkeep, file: Path) -> str:
    return bbbkeep("retention", "plan", "--policy", file, "--json").document["plan_id"]


def tripped(bbbkeep, file: Path) -> tuple[int, list[str]]:
    told = bbbkeep("retention", "plan", "--policy", file, "--json")
    return told.exit, [one["name"] for one in told.document["guards"] if one["tripped"]]


def due(bbbkeep, file: Path) -> str:
    [item] = bbbkeep("retention", "plan", "--policy", file, "--json").document["items"]
    return item["record_id"]


def lose(server: LocalServer, most: int) -> None:
    for record_id in server.state.record_ids()[:most]:
        server.state.delete_row(record_id)


@pytest.fixture
def due_soon(policy) -> Path:
    """A policy that makes one recording due."""
    return policy(due=1)


@pytest.fixture
def approved(listed, bbbkeep, due_soon) -> Path:
    bbbkeep("retention", "approve", plan_id(bbbkeep, due_soon), "--reason", "looked at")
    return due_soon


def test_it_says_what_was_approved_and_what_holds_all_the_same(listed, bbbkeep, due_soon):
    told = bbbkeep("retention", "approve", plan_id(bbbkeep, due_soon))

    assert told.exit == 0
    assert told.out.splitlines() == [
        "approved on default: this policy, as planned with 1 item to write",
        "  1 delete; 59 kept",
        "guards hold all the same; a changed policy waits for an approval of its own",
    ]


def test_later_plans_show_what_was_approved(approved, bbbkeep):
    told = bbbkeep("retention", "plan", "--policy", approved)
    document = bbbkeep("retention", "plan", "--policy", approved, "--json").document

    by = document["approved"]
    assert (document["approval"], by["reason"], by["by_action"], by["kept"]) == (
        "approved",
        "looked at",
        {"delete": 1},
        59,
    )
    assert f"approval: approved, by {by['plan_id']} with 1 delete and 59 kept" in told.out


def test_a_cap_is_named_and_not_lifted(listed, bbbkeep, policy):
    file = policy(due=12)
    told = bbbkeep("retention", "approve", plan_id(bbbkeep, file), "--reason", "we mean it", "--json")

    assert (told.exit, told.document["still_stopped_by"]) == (0, ["delete share in percent"])
    assert bbbkeep("retention", "apply", "--policy", file, "--yes").exit == 4
    assert listed.writes == []


def test_a_server_that_lost_most_recordings_waits_for_a_reason(approved, server, bbbkeep):
    lose(server, 55)
    assert tripped(bbbkeep, approved)[0] == 4
    plan = plan_id(bbbkeep, approved)

    without = bbbkeep("retention", "approve", plan)
    with_reason = bbbkeep("retention", "approve", plan, "--reason", "moved to the new cluster", "--json")

    assert (without.exit, "--reason" in without.last_line) == (2, True)
    assert set(with_reason.document["passed"]) == {"jump in percent", "known recordings in percent"}
    left = tripped(bbbkeep, approved)[1]
    assert not {"jump in percent", "known recordings in percent"} & set(left)


def test_a_server_that_shows_nothing_at_all_stops_what_is_approved(approved, server, bbbkeep):
    lose(server, 60)

    told = bbbkeep("retention", "apply", "--policy", approved, "--yes")

    assert (told.exit, told.last_line) == (4, "nothing was written")
    assert "retention approve" in told.out
    assert server.writes == []


def test_a_clock_days_off_stops_everything_whatever_was_approved(approved, server, bbbkeep):
    server.set_faults("wrong-clock")
    exit_code, names = tripped(bbbkeep, approved)
    bbbkeep("retention", "approve", plan_id(bbbkeep, approved), "--reason", "we know")

    assert (exit_code, names) == (4, ["server's clock"])
    assert bbbkeep("retention", "apply", "--policy", approved, "--yes").exit == 4
    assert server.writes == []


def test_a_plan_that_comes_from_no_policy_is_not_approved(listed, bbbkeep, published, tmp_path):
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{published[0]},presenter,Ada\n")
    plan = bbbkeep("metadata", "plan", "sheet.csv", "--json").document["plan_id"]

    told = bbbkeep("retention", "approve", plan)

    assert (told.exit, "comes from no policy" in told.last_line) == (2, True)


def hold(folder: Path, record_ids: list[str]) -> None:
    lines = "".join(f"{one},,a case\n" for one in record_ids)
    (folder / "holds.csv").write_text(f"record_id,until,reason\n{lines}")


@pytest.fixture
def guarded(listed, bbbkeep, tmp_path, published):
    """An approved policy that protects exams, and holds what a list names."""
    listed.state.set_metadata(published[0], {"kind": "exam"})
    hold(tmp_path, published[1:6])
    file = tmp_path / "guarded.yaml"
    file.write_text(
        "mode: act\nhold: {files: [holds.csv]}\n"
        "protect:\n  - name: exams\n    when: {metadata: {key: kind, equals: exam}}\n"
        "rules:\n  - name: old\n    action: delete\n    when: {age: {from: end, over: 30y}}\n"
    )
    assert bbbkeep("retention", "approve", plan_id(bbbkeep, file), "--reason", "looked at").exit == 0
    return file


def test_a_protection_that_matches_nothing_any_more_waits_for_a_reason(guarded, server, bbbkeep, published):
    server.state.set_metadata(published[0], {"kind": "lecture"})

    assert tripped(bbbkeep, guarded) == (4, ["protections that match"])
    bbbkeep("retention", "approve", plan_id(bbbkeep, guarded), "--reason", "the exams are over")
    assert tripped(bbbkeep, guarded) == (0, [])


def test_a_hold_list_that_lost_lines_waits_for_a_reason(guarded, bbbkeep, published, tmp_path):
    hold(tmp_path, published[1:2])

    assert tripped(bbbkeep, guarded) == (4, ["holds"])
    bbbkeep("retention", "approve", plan_id(bbbkeep, guarded), "--reason", "the case is closed")
    assert tripped(bbbkeep, guarded) == (0, [])


def test_a_hold_list_that_is_gone_is_exit_2_whatever_was_approved(guarded, bbbkeep, tmp_path):
    (tmp_path / "holds.csv").unlink()

    assert bbbkeep("retention", "plan", "--policy", guarded).exit == 2
    assert bbbkeep("retention", "apply", "--policy", guarded, "--yes").exit == 2


def test_the_very_plan_that_a_reason_was_given_for_is_carried_out(approved, server, bbbkeep):
    for record_id in [one for one in server.state.record_ids() if one != due(bbbkeep, approved)][:20]:
        server.state.delete_row(record_id)
    plan = plan_id(bbbkeep, approved)
    assert bbbkeep("retention", "apply", plan, "--policy", approved, "--yes").exit == 4

    bbbkeep("retention", "approve", plan, "--reason", "moved to the new cluster")
    told = bbbkeep("retention", "apply", plan, "--policy", approved, "--yes", "--json")

    assert (told.exit, [one["outcome"] for one in told.document["items"]]) == (0, ["verified"])
