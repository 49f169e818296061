"""A key that keeps recordings and that none ever had makes the plan wait for an approval that names it."""

import pytest
from operations.keeping import (
    a_recording,
    an_id,
    apply_retention,
    by_id,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import PlanRefusedError
from bbbkeep.operations import retention
from bbbkeep.operations.approving import approve
from bbbkeep.operations.plan_document import plan_document

POLICY = """\
mode: act
guards: {max_deletes: 50, max_share_percent: 100, reason: a test's site is small}
protect:
  - {name: exams, when: {metadata: {KEY: exam}}}
rules:
  - {name: old, action: delete, when: {age: {from: end, over: 365d}}}
"""
SAID = "no recording ever had metadata categroy, by which protection exams keeps"


def policy(key: str) -> str:
    return POLICY.replace("KEY", key)


@pytest.fixture
def listed(server, site):
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    sweep(site)
    return site


def say_yes(site, ref, reason=""):
    from pathlib import Path

    return approve(site, Path(ref.path), reason=reason, now=site.clock.now())


def test_a_plan_names_the_key_and_what_asks_for_it(listed):
    site = with_policy(listed, policy("categroy"))
    ref, plan = plan_retention(site)

    assert plan.never_seen == {"categroy": "protection exams"}
    assert plan_document(site, plan, ref.path)["never_seen"] == {"categroy": "protection exams"}
    assert SAID in retention.readiness(site, ref).because


def test_a_key_that_a_recording_has_is_no_question(listed):
    _, plan = plan_retention(with_policy(listed, policy("Category")))

    assert plan.never_seen == {}


def test_a_key_that_only_a_vanished_recording_had_is_none_either(server, listed, clock):
    server.state.set_metadata(an_id(2), {"legal": "1"})
    sweep(listed)
    server.state.delete_row(an_id(2))
    turn(clock, days=1)
    sweep(listed)

    assert plan_retention(with_policy(listed, policy("legal")))[1].never_seen == {}


def test_the_approval_names_it_and_the_plan_waits_no_more(listed):
    site = with_policy(listed, policy("categroy"))
    ref, _ = plan_retention(site)
    approved = say_yes(site, ref)

    assert f"  {SAID}: approved all the same" in list(approved.lines())
    assert approved.document()["never_seen"] == ["categroy"]
    assert by_id(apply_retention(site, plan_retention(site)[0]))[an_id(1, 400)][0] == "verified"


def test_an_approval_that_did_not_name_it_does_not_do(listed):
    """As where the ledger learned of keys after the approval."""
    from sqlalchemy import update

    from bbbkeep.ledger.schema import approvals

    site = with_policy(listed, policy("categroy"))
    ref, _ = plan_retention(site)
    say_yes(site, ref)
    with site.ledger.write() as conn:
        conn.execute(update(approvals).values(counts={"items": 1, "kept": 1}))

    assert not retention.readiness(site, ref).ready
    with pytest.raises(PlanRefusedError, match="no approval covers it"):
        apply_retention(site, ref)


def test_another_misspelt_key_is_another_policy_and_waits_anew(listed):
    site = with_policy(listed, policy("categroy"))
    say_yes(site, plan_retention(site)[0])

    changed = with_policy(listed, policy("catgeory"))

    assert not retention.readiness(changed, plan_retention(changed)[0]).ready
