"""What retention promises: what the policy says goes, nothing else, and nothing on a doubt."""

import json

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    SECRET,
    a_policy,
    a_recording,
    a_sheet,
    a_site,
    an_id,
    apply_retention,
    apply_sheet,
    approved,
    by_id,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import GuardError, IncompleteSweepError, PlanRefusedError, PolicyError, UsageError
from bbbkeep.ledger import holds, inventory
from bbbkeep.operations import retention
from bbbkeep.operations.inventory import begin_sweep, end_sweep
from bbbkeep.operations.plan_document import plan_document, run_document
from bbbkeep.selection import Selection
from bbbkeep.standin.server import LocalServer

OLD = 400


@pytest.fixture
def site(site):
    return with_policy(site, DELETE_AFTER_A_YEAR)


@pytest.fixture
def listed(server, site):
    """Recordings 1 to 3 are older than the policy keeps, 4 and 5 are not."""
    server.state.add(*(a_recording(number, days_old=OLD) for number in (1, 2, 3)))
    server.state.add(a_recording(4), a_recording(5, days_old=364))
    sweep(site)
    return site


def standing(server):
    return set(server.state.record_ids(["published", "unpublished"]))


def incomplete(site):
    return end_sweep(site, begin_sweep(site, now=site.clock.now()), [])


def test_what_is_deleted_is_exactly_what_the_policy_says(listed, server):
    outcomes = apply_retention(listed, approved(listed))

    assert by_id(outcomes) == {an_id(number, OLD): ("verified", "read back") for number in (1, 2, 3)}
    assert standing(server) == {an_id(4), an_id(5, 364)}
    asked = [one for _, _, query in server.writes for one in query["recordID"].split(",")]
    assert asked == [an_id(number, OLD) for number in (1, 2, 3)]


def test_planning_writes_nothing_to_the_server(listed, server):
    plan_retention(listed)

    assert server.writes == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"metadata": {"bbbkeep-hold": ""}}, id="an empty hold"),
        pytest.param({"metadata": {"BBBKEEP-Hold": "false"}}, id="a hold that says false"),
        pytest.param({"start_ms": 0, "end_ms": 0}, id="no dates"),
        pytest.param({"state": "processing"}, id="still processing"),
        pytest.param({"state": "deleted"}, id="deleted already"),
    ],
)
def test_what_is_held_unknown_or_not_there_yet_is_never_due(server, site, facts):
    server.state.add(a_recording(1, days_old=OLD, **facts))
    sweep(site)

    _, plan = plan_retention(site)

    assert (plan.items, plan.kept) == ((), 1)


def test_a_hold_that_only_the_ledger_knows_keeps(listed, server, clock):
    with listed.ledger.write() as conn:
        holds.asked(conn, listed.key, an_id(1, OLD), "case-7", clock.now())

    apply_retention(listed, approved(listed))

    assert an_id(1, OLD) in standing(server)
    assert an_id(2, OLD) not in standing(server)


def test_a_hold_that_comes_between_plan_and_write_keeps(listed, server, clock):
    ref = approved(listed)
    with listed.ledger.write() as conn:
        holds.asked(conn, listed.key, an_id(1, OLD), "case-7", clock.now())
    server.state.set_metadata(an_id(2, OLD), {"bbbkeep-hold": "case-8"})

    outcomes = by_id(apply_retention(listed, ref))

    assert outcomes[an_id(1, OLD)] == ("skipped", "on hold, as asked: case-7")
    assert outcomes[an_id(2, OLD)] == ("skipped", "on hold: bbbkeep-hold is case-8")
    assert {an_id(1, OLD), an_id(2, OLD)} < standing(server)


def test_what_changed_since_the_plan_is_kept(listed, server):
    ref = approved(listed)
    server.state.set_metadata(an_id(1, OLD), {"category": "thesis"})

    outcomes = by_id(apply_retention(listed, ref))

    assert outcomes[an_id(1, OLD)] == ("skipped", "drift: it changed since the plan")
    assert an_id(1, OLD) in standing(server)


def test_a_recording_with_a_failed_write_this_night_is_kept_until_the_next(listed, server, clock):
    server.set_faults("lost-update")
    apply_sheet(listed, a_sheet(listed, (an_id(1, OLD), "lang", "de")))
    server.set_faults()

    assert an_id(1, OLD) not in {item.record_id for item in plan_retention(listed)[1].items}
    turn(clock, days=1, minutes=1)
    sweep(listed)
    assert an_id(1, OLD) in {item.record_id for item in plan_retention(listed)[1].items}


def test_an_incomplete_sweep_is_planned_with_its_guard_tripped_and_deletes_nothing(listed, server, clock):
    approved(listed)
    turn(clock, hours=1)
    incomplete(listed)

    ref, plan = plan_retention(listed)

    assert not plan.complete
    assert "complete sweep" in [guard.name for guard in plan.tripped]
    with pytest.raises(IncompleteSweepError, match=r"campus.*was not asked") as told:
        apply_retention(listed, ref)
    assert told.value.exit_code == 6
    assert server.writes == []


def test_a_sweep_that_turns_incomplete_after_the_plan_stops_it_too(listed, server):
    ref = approved(listed)
    incomplete(listed)

    with pytest.raises(IncompleteSweepError):
        apply_retention(listed, ref)
    assert server.writes == []


def test_a_guard_stops_the_plan_before_any_write(server, site):
    tight = with_policy(site, DELETE_AFTER_A_YEAR.replace("max_deletes: 50", "max_deletes: 2"))
    server.state.add(*(a_recording(number, days_old=OLD) for number in (1, 2, 3)))
    sweep(tight)

    with pytest.raises(GuardError, match="delete count: 3, limit 2"):
        apply_retention(tight, approved(tight))
    assert server.writes == []


def test_an_edited_policy_refuses_the_plan(listed, server):
    ref = approved(listed)
    a_policy(listed.server.policy.parent, DELETE_AFTER_A_YEAR.replace("365d", "364d"))

    with pytest.raises(PlanRefusedError, match="policy was changed"):
        apply_retention(listed, ref)
    assert server.writes == []


def test_a_policy_that_became_unreadable_refuses_the_plan(listed, server):
    ref = approved(listed)
    a_policy(listed.server.policy.parent, "mode: act\nrules: [\n")

    with pytest.raises(PolicyError):
        apply_retention(listed, ref)
    assert server.writes == []


def test_the_first_plan_waits_and_later_ones_of_the_same_policy_do_not(listed, clock):
    first, _ = plan_retention(listed)
    assert not retention.readiness(listed, first).ready
    assert f"bbbkeep retention approve {first.plan_id}" in retention.readiness(listed, first).because
    with pytest.raises(PlanRefusedError, match="no approval"):
        apply_retention(listed, first)

    approved(listed)

    assert retention.readiness(listed, plan_retention(listed)[0]).ready


def test_a_changed_policy_waits_for_an_approval_of_its_own(listed):
    approved(listed)
    a_policy(listed.server.policy.parent, DELETE_AFTER_A_YEAR.replace("365d", "300d"))

    ref, _ = plan_retention(listed)

    assert not retention.readiness(listed, ref).ready


def test_a_comment_in_the_policy_changes_nothing(listed):
    approved(listed)
    a_policy(listed.server.policy.parent, "# two years and a half\n" + DELETE_AFTER_A_YEAR)

    assert retention.readiness(listed, plan_retention(listed)[0]).ready


def test_a_policy_that_only_reports_is_never_applied_approved_or_not(listed, server):
    site = with_policy(listed, DELETE_AFTER_A_YEAR.replace("mode: act", "mode: report"))
    ref = approved(site)

    found = retention.readiness(site, ref)

    assert (found.ready, found.because) == (
        False,
        "3 recordings are due; the policy only reports (mode: report)",
    )
    assert plan_retention(site)[1].reports_only


def test_where_nothing_is_due_there_is_nothing_to_wait_for(server, site):
    server.state.add(a_recording(1))
    sweep(site)

    ref, plan = plan_retention(site)

    assert (ref.items, plan.kept, retention.readiness(site, ref).because) == (0, 1, "")


def test_only_what_was_asked_for_is_judged(listed):
    now = listed.clock.now()
    chosen = Selection(meta={"category": "seminar"})

    plan, _ = retention.plan_retention(listed, listed.server.policy, chosen, now=now)

    assert (plan.items, plan.kept) == ((), 0)


def test_without_a_policy_there_is_nothing_to_plan_and_holds_count_all_the_same(server, clock, listed):
    bare = with_policy(listed, DELETE_AFTER_A_YEAR)
    object.__setattr__(bare.server, "policy", None)

    with pytest.raises(UsageError, match="no policy"):
        retention.policy_path(bare, None)
    assert retention.hold_key(bare) == "bbbkeep-hold"


def test_the_plan_lists_at_most_a_thousand_oddities(server, site, monkeypatch):
    monkeypatch.setattr(retention, "ANOMALIES_LISTED", 3)
    server.state.add(*(a_recording(number, start_ms=0, end_ms=0) for number in range(1, 6)))
    sweep(site)

    _, plan = plan_retention(site)

    assert 3 <= len(plan.anomalies) <= 4


def test_the_plan_document_is_the_one_that_scripts_know(listed):
    ref, plan = plan_retention(listed)

    document = plan_document(listed, plan, listed.plans_dir / f"{ref.plan_id}.json")

    assert json.loads(json.dumps(document)) == document
    assert document["plan_id"] == plan.plan_id
    assert (document["server"], document["complete"], document["kept"]) == ("campus", True, 2)
    assert document["approval"] == "waiting"
    assert document["guards"][1] == {"name": "delete count", "limit": 50, "actual": 3, "tripped": False}
    item = document["items"][0]
    assert (item["record_id"], item["action"], item["rule"]) == (an_id(1, OLD), "delete", "old")
    assert item["reasons"]
    assert item["due"]
    assert plan_document(listed, plan, listed.plans_dir)["anomalies"] == []


def test_the_run_document_has_an_outcome_for_each_item(listed):
    outcomes = apply_retention(listed, approved(listed))

    document = run_document(outcomes[0].run_id, outcomes)

    assert document["items"][0] == {
        "record_id": an_id(1, OLD),
        "action": "delete",
        "outcome": "verified",
        "because": "read back",
    }
    assert document["run_id"] == outcomes[0].run_id


def test_each_deletion_says_what_this_kind_of_server_keeps_of_it(listed):
    _, plan = plan_retention(listed)

    kept = "its files, moved to /var/bigbluebutton/deleted until the administrator purges them"
    assert {item.undo for item in plan.items} == {f"no call brings it back; it leaves {kept}"}


def test_what_we_deleted_is_not_among_what_went_without_us(listed, server, clock):
    apply_retention(listed, approved(listed))
    for number in (1, 2, 3):
        server.state.delete_row(an_id(number, OLD))
    server.state.delete_row(an_id(4))
    turn(clock, days=1)

    sweep(listed)

    with listed.ledger.read() as conn:
        assert [row.recording.record_id for row in inventory.vanished(conn, listed.key)] == [an_id(4)]


@pytest.mark.parametrize("profile", ["bbb22", "bbb26", "bbb30", "scalelite", "bbblb", "recapi"])
def test_two_metadata_terms_must_both_match_whatever_the_kind_of_server(clock, tmp_path, profile):
    both, first, second = {"dept": "math", "kind": "exam"}, {"dept": "math"}, {"kind": "exam"}
    terms = "[{metadata: {key: dept, equals: math}}, {metadata: {key: kind, equals: exam}}]"
    policy = DELETE_AFTER_A_YEAR.replace("      age:", f"      all: {terms}\n      age:")
    with LocalServer(secret=SECRET, clock=clock, profile=profile) as server:
        for number, metadata in enumerate((both, first, second, {}), 1):
            server.state.add(a_recording(number, days_old=OLD, metadata=metadata))
        with a_site(server, clock, tmp_path, policy, profile=profile, checksum=None) as site:
            sweep(site)

            assert [item.record_id for item in plan_retention(site)[1].items] == [an_id(1, OLD)]
