"""Beginning a run: what differs from the ledger refuses the whole plan, each with its own message."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from plans.bench import ALL, FIRST, SECOND, WIDE, Bench, a_bench, outcomes

from bbbkeep.errors import GuardError, LeaseHeldError, PlanRefusedError
from bbbkeep.ledger import leases, plans, runs
from bbbkeep.plans.approving import approve, waits_for_approval
from bbbkeep.plans.begin import check
from bbbkeep.plans.document import FRESH_FOR
from bbbkeep.plans.guards import Limits
from bbbkeep.plans.run import LEASE_FOR, exit_code
from bbbkeep.settings_values import Caps, GuardSettings


def refused(bench: Bench, path: Path, match: str) -> None:
    with pytest.raises(PlanRefusedError, match=match):
        bench.begin(path)
    assert bench.proxy.writes == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"seminar"', b'"other"', id="a value"),
        pytest.param(FIRST.encode(), SECOND.encode(), id="a record_id"),
        pytest.param(b'"expires_at": "2026', b'"expires_at": "2036', id="its expiry"),
        pytest.param(b"\n", b"\n ", id="a blank"),
    ],
)
def test_a_changed_plan_is_refused(bench: Bench, old: bytes, new: bytes):
    _, path = bench.plan(bench.retagging(FIRST))
    path.write_bytes(path.read_bytes().replace(old, new))

    refused(bench, path, "the file was changed after it was planned")


def test_a_plan_under_the_id_of_another_is_a_changed_one(bench: Bench):
    one, _ = bench.plan(bench.retagging(FIRST))
    two, path = bench.plan(bench.retagging(SECOND))
    path.write_bytes(path.read_bytes().replace(two.plan_id.encode(), one.plan_id.encode()))

    refused(bench, path, "the file was changed after it was planned")


def test_a_consumed_plan_is_refused(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    bench.finish(bench.begin(path))

    refused(bench, path, "it was applied already")


def test_a_copy_of_a_consumed_plan_is_refused(bench: Bench, tmp_path: Path):
    _, path = bench.plan(bench.retagging(FIRST))
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    bench.finish(bench.begin(path))

    refused(bench, copy, "it was applied already")


@pytest.mark.parametrize(
    ("after", "is_refused"), [(FRESH_FOR - timedelta(seconds=1), False), (FRESH_FOR, True)]
)
def test_a_plan_expires_after_its_24_hours(bench: Bench, after: timedelta, is_refused: bool):
    _, path = bench.plan(bench.retagging(FIRST))
    bench.clock.advance(after.total_seconds())

    if is_refused:
        refused(bench, path, "it expired at 2026-03-05T12:00:00")
    else:
        bench.begin(path)


def test_a_plan_that_the_ledger_calls_expired_is_refused(bench: Bench):
    plan, path = bench.plan(bench.retagging(FIRST))
    with bench.site.ledger.write() as conn:
        plans.set_status(conn, plan.plan_id, "expired")

    refused(bench, path, "it expired at")


def test_a_clock_that_was_set_back_makes_no_old_plan_fresh(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    bench.clock.advance(-3_600)

    refused(bench, path, "which is yet to come")


def test_a_plan_of_another_ledger_is_refused(bench: Bench, tmp_path: Path):
    with a_bench(tmp_path / "elsewhere") as other:
        _, path = other.plan(other.retagging(FIRST))

    refused(bench, path, "this ledger made no plan")


def test_a_plan_for_another_server_of_the_same_ledger_is_refused(bench: Bench, tmp_path: Path):
    with a_bench(tmp_path / "elsewhere") as other:
        here = type(bench.site)(other.site.settings, other.site.server, bench.site.ledger, bench.clock)
        other.site = here
        _, path = other.plan(other.retagging(FIRST))

        refused(bench, path, f"made for {other.site.key}, not for {bench.site.key}")
        assert other.proxy.writes == []


def test_a_plan_made_under_another_configuration_is_refused(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    other = replace(bench.site.server, lang_map={"de-CH": "de"})
    bench.site = replace(bench.site, server=other)

    refused(bench, path, "bbbkeep.yaml says something else by now about what is written to campus")


def test_a_new_secret_or_tighter_guards_refuse_no_plan(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    tight = replace(bench.site.server, guards=GuardSettings(delete=Caps(count=1)), ca_file=None)
    bench.site = replace(bench.site, server=tight)

    assert outcomes(bench.finish(bench.begin(path))) == ["skipped"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 1}', "\x00", "[" * 100_000, "not JSON"])
def test_what_is_no_plan_is_refused(bench: Bench, tmp_path: Path, content: str):
    path = tmp_path / "plan.json"
    path.write_text(content)

    refused(bench, path, "plan again")


def test_a_missing_plan_is_refused(bench: Bench, tmp_path: Path):
    refused(bench, tmp_path / "none.json", "not a plan that can be read")


def test_a_plan_of_another_major_version_is_refused(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    content = json.loads(path.read_bytes()) | {"version": "99.0", "plan_id": "metadata-99"}
    path.write_text(json.dumps(content))
    register_as_it_is(bench, path)

    refused(bench, path, "made by version 99.0")


def register_as_it_is(bench: Bench, path: Path) -> None:
    raw = path.read_bytes()
    now = bench.clock.now()
    with bench.site.ledger.write() as conn:
        plans.register(
            conn,
            plan_id=json.loads(raw)["plan_id"],
            server=bench.site.key,
            kind="metadata",
            digest=hashlib.sha256(raw).hexdigest(),
            policy_digest=None,
            created_at=now,
            expires_at=now + FRESH_FOR,
            path=path,
            items=1,
        )


def test_a_second_apply_is_refused_and_a_fresh_plan_of_the_same_intent_writes_nothing(bench: Bench):
    items = bench.retagging(*ALL)
    assert outcomes(bench.apply(items)) == ["verified"] * 4

    again = bench.apply(items)

    assert outcomes(again) == ["unchanged"] * 4
    assert len(bench.proxy.writes) == 4


def due(swept: Bench, *record_ids: str, policy: str = "policy-1", **draft) -> tuple:
    items = [swept.item("delete", one) for one in record_ids or (FIRST,)]
    return swept.plan(items, "retention", policy_digest=policy, **draft)


def test_an_unapproved_policy_is_refused(swept: Bench):
    plan, path = due(swept)

    assert waits_for_approval(swept.site, plan)
    refused(swept, path, f"no approval covers it; run `bbbkeep retention approve {plan.plan_id}`")


def test_an_approval_covers_this_plan_and_later_ones_of_the_same_policy(swept: Bench):
    plan, path = due(swept)
    approve(swept.site, plan, reason="seen", now=swept.clock.now())
    swept.finish(swept.begin(path))

    later, later_path = due(swept, SECOND)

    assert not waits_for_approval(swept.site, later)
    swept.begin(later_path)


def test_an_approval_covers_no_other_policy(swept: Bench):
    approve(swept.site, due(swept)[0], reason="seen", now=swept.clock.now())

    _, path = due(swept, policy="policy-2")

    refused(swept, path, "no approval covers it")


def test_an_approval_covers_no_other_major_version(swept: Bench):
    plan, path = due(swept)
    with swept.site.ledger.write() as conn:
        plans.approve(
            conn,
            plan.plan_id,
            server=swept.site.key,
            policy_digest="policy-1",
            major="99",
            reason="",
            counts={},
            now=swept.clock.now(),
        )

    refused(swept, path, "no approval covers it")


def test_an_approval_covers_no_other_server(swept: Bench, tmp_path: Path):
    approve(swept.site, due(swept)[0], reason="seen", now=swept.clock.now())

    with a_bench(tmp_path / "elsewhere") as other:
        other.site = type(swept.site)(other.site.settings, other.site.server, swept.site.ledger, swept.clock)
        other.sweep()
        _, path = due(other)
        refused(other, path, "no approval covers it")


def test_an_approval_that_nobody_could_have_given_is_refused(bench: Bench):
    plan, _ = bench.plan(bench.retagging(FIRST))

    with pytest.raises(PlanRefusedError, match="another policy"):
        approve(bench.site, plan, reason="", now=bench.clock.now())


def test_a_policy_that_only_reports_writes_nothing_even_if_it_was_approved(swept: Bench):
    plan, path = due(swept, reports_only=True)
    approve(swept.site, plan, reason="seen", now=swept.clock.now())

    refused(swept, path, "its policy only reports")


def test_a_plan_with_a_tripped_guard_never_begins(swept: Bench):
    plan, path = due(swept, limits={"delete": Limits(0, 100)})
    approve(swept.site, plan, reason="seen", now=swept.clock.now())

    with pytest.raises(GuardError, match="delete count: 1, limit 0"):
        swept.begin(path)
    assert swept.proxy.writes == []


def test_guards_are_judged_again_when_the_run_begins(swept: Bench):
    plan, path = due(swept, FIRST)
    approve(swept.site, plan, reason="seen", now=swept.clock.now())
    _, other = due(swept, SECOND)
    run = swept.begin(other)
    swept.work(run)
    swept.finish(run)

    with pytest.raises(GuardError, match="delete count: 2, limit 1"):
        swept.begin(path, limits={"delete": Limits(1, 100)})
    assert len(swept.proxy.writes) == 1


def test_what_another_run_deletes_while_this_one_begins_counts(swept: Bench):
    plan, path = due(swept, FIRST)
    approve(swept.site, plan, reason="seen", now=swept.clock.now())
    _, other = due(swept, SECOND)

    def meddle(call: str, _: str) -> None:
        if call == "getMeetings":
            swept.proxy.meddle = lambda *_: None
            run = swept.begin(other)
            swept.work(run)
            swept.finish(run)

    swept.proxy.meddle = meddle

    with pytest.raises(GuardError, match="delete count: 2, limit 1"):
        swept.begin(path, limits={"delete": Limits(1, 100)})
    assert len(swept.proxy.writes) == 1
    assert check(swept.site, path, now=swept.clock.now()) == plan
    swept.begin(swept.plan(swept.retagging(FIRST))[1])


def test_a_deletion_by_hand_is_guarded_too(bench: Bench):
    _, path = bench.plan([bench.item("delete")])

    with pytest.raises(GuardError, match="there was no sweep yet"):
        bench.begin(path)


def test_a_refused_plan_leaves_plan_and_lease_as_they_were(swept: Bench):
    plan, path = due(swept, limits={"delete": Limits(0, 100)})
    approve(swept.site, plan, reason="seen", now=swept.clock.now())
    with pytest.raises(GuardError):
        swept.begin(path)

    check(swept.site, path, now=swept.clock.now())
    swept.begin(swept.plan(swept.retagging(SECOND))[1])


def test_another_runs_lease_keeps_the_plan_open(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    with bench.site.ledger.write() as conn:
        leases.take(conn, bench.site.key, "another run", now=bench.clock.now(), ttl=LEASE_FOR)

    with pytest.raises(LeaseHeldError, match="another run is writing"):
        bench.begin(path)

    bench.clock.advance(LEASE_FOR.total_seconds())
    bench.begin(path)


def test_a_nights_lease_that_ran_out_meanwhile_is_no_lease(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    night = bench.clock.now()
    with bench.site.ledger.write() as conn:
        token = leases.take(conn, bench.site.key, "night", now=night, ttl=LEASE_FOR)
    bench.clock.advance(LEASE_FOR.total_seconds() + 1)

    with pytest.raises(LeaseHeldError):
        bench.begin(path, now=night, token=token)


def test_a_nights_lease_is_not_given_back_by_one_of_its_runs(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    with bench.site.ledger.write() as conn:
        token = leases.take(conn, bench.site.key, "night", now=bench.clock.now(), ttl=LEASE_FOR)

    bench.finish(bench.begin(path, token=token))

    with bench.site.ledger.read() as conn:
        leases.check(conn, bench.site.key, token, now=bench.clock.now())


def test_items_that_nobody_came_to_are_skipped_and_no_success(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.work(run, numbers=[1, 2])

    found = bench.finish(run)

    assert [(one.outcome, one.because) for one in found[2:]] == [("skipped", "the run stopped before it")] * 2
    assert exit_code(found) == 3
    with bench.site.ledger.read() as conn:
        assert runs.get(conn, run.run_id).exit_code == 3


def test_beginning_and_ending_write_nothing_to_the_server(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL), limits=WIDE)
    bench.finish(bench.begin(path))

    assert bench.server.writes == []


@pytest.mark.parametrize("profile", ["bbblb", "scalelite", "bbb30"])
def test_nothing_is_written_to_a_server_whose_clock_is_days_off(tmp_path: Path, profile: str):
    """Also to one that tells no running meetings, and is not asked for them."""
    with a_bench(tmp_path, profile=profile, faults=["wrong-clock"]) as bench:
        _, path = bench.plan(bench.retagging(FIRST))

        with pytest.raises(GuardError, match="server's clock"):
            bench.begin(path)
