"""Who owns a recording, and whether that owner was told in time: nothing goes that was not announced."""

from dataclasses import replace
from datetime import timedelta

import pytest
from retention.test_decide import KEEP_180_DAYS, NOW, a_policy, a_row, verdict_on

from bbbkeep.retention.decide import History
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.owners import Owners, notice_key

ADDRESS = "ada@example.org"
POLICY = a_policy(KEEP_180_DAYS)
OWNERS = Owners("owner", {"prof. ada": ADDRESS})


def owned(owner: str = ADDRESS, **known):
    return a_row(metadata={"owner": owner}, **known)


def told(row, ago: timedelta, *, address: str = ADDRESS, stage: int = 1, owners: Owners = OWNERS) -> History:
    due = verdict_on(row, POLICY).due
    key = notice_key(facts_of(row, POLICY.zone, NOW), "delete", due, stage, address)
    return History(owners=replace(owners, told={key: NOW - ago}))


def test_nothing_goes_whose_owner_was_not_told():
    verdict = verdict_on(owned(), POLICY, history=History(owners=OWNERS))

    assert not verdict.act
    assert verdict.rule == "old"
    assert verdict.reasons[0] == "its owner could not be told: the last notice was not given"


@pytest.mark.parametrize(
    ("ago", "acts"),
    [(timedelta(days=1), True), (timedelta(days=1) - timedelta(microseconds=1), False)],
    ids=["a day ago counts", "less does not"],
)
def test_the_last_stage_is_the_time_that_an_owner_has(ago, acts):
    assert verdict_on(owned(), POLICY, history=told(owned(), ago)).act is acts


@pytest.mark.parametrize(
    "notice",
    [{"address": "bob@example.org"}, {"stage": 7}],
    ids=["another owner was told", "only an earlier stage was given"],
)
def test_a_notice_counts_for_its_owner_and_stage_only(notice):
    assert not verdict_on(owned(), POLICY, history=told(owned(), timedelta(days=9), **notice)).act


def test_a_notice_about_another_due_day_does_not_count():
    before = owned(ended=NOW - timedelta(days=300))

    assert not verdict_on(owned(), POLICY, history=told(before, timedelta(days=9))).act


@pytest.mark.parametrize(
    "owner", ["", "nobody we know", "a@b.org\nBcc: x@y.org", "a@b.org,c@d.org", "a@b.org?x=1"]
)
def test_a_recording_whose_owner_has_no_address_is_kept_and_says_how_to_go_on(owner):
    [why, *_] = verdict_on(owned(owner), POLICY, history=History(owners=OWNERS)).reasons

    assert "no address is known" in why
    assert "owners.required: false" in why


def test_where_no_notice_is_required_none_is_waited_for():
    assert verdict_on(owned(), POLICY, history=History(owners=replace(OWNERS, required=False))).act


@pytest.mark.parametrize("owner", [ADDRESS, "Prof. Ada", " prof.  ADA "])
def test_an_owner_is_an_address_or_a_name_in_the_map(owner):
    assert OWNERS.address(facts_of(owned(owner), POLICY.zone, NOW)) == ADDRESS


def test_two_spellings_with_two_owners_name_nobody():
    row = a_row(metadata={"owner": ADDRESS, "Owner": "bob@example.org"})

    assert OWNERS.address(facts_of(row, POLICY.zone, NOW)) is None


@pytest.mark.parametrize(
    ("left", "stage"),
    [(31, None), (30, 30), (8, 30), (7, 7), (1, 1), (0, 1), (-400, 1)],
)
def test_a_recording_is_in_the_latest_stage_that_has_begun(left, stage):
    assert OWNERS.stage(NOW + timedelta(days=left), NOW) == stage
