"""When a rule comes, and in which of its steps: a delete after a grace never comes early."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from retention.test_decide import NOW, a_policy, a_row

from bbbkeep.retention.decide import History, coming, done_by, judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.owners import Owners, notice_key

GRACE = "- {name: old, action: {unpublish_then_delete: 30d}, when: {age: {from: end, over: 180d}}}"
DUE = NOW - timedelta(days=220)
"""When the rule's age was reached by `a_row()`, which ended 400 days ago."""
EVERYTHING = "- {name: all, action: delete, when: {age: {from: end, over: 1d}}}"


def a_hidden_row(since: datetime | None = None, **known):
    return replace(a_row(state="unpublished", **known), unpublished_at=since)


def verdict_on(row, policy, *, now: datetime = NOW, history: History = History()):  # noqa: B008  # frozen
    return judge(facts_of(row, policy.zone, now), policy, history)


def steps(row, policy, *, now: datetime = NOW):
    return [(one.step, one.due) for one in coming(facts_of(row, policy.zone, now), policy, History())]


def test_what_is_published_is_unpublished_first():
    verdict = verdict_on(a_row(), a_policy(GRACE))

    assert (verdict.act, verdict.action, verdict.due) == (True, "unpublish", DUE)
    assert verdict.reasons == (
        "rule old",
        "ended 2025-04-27, 400 days ago, over 180d",
        "to be deleted 30d later",
    )


@pytest.mark.parametrize(
    ("offset", "act"),
    [
        pytest.param(timedelta(milliseconds=-1), False, id="a millisecond before"),
        pytest.param(timedelta(0), False, id="exactly the grace is kept"),
        pytest.param(timedelta(milliseconds=1), True, id="a millisecond after"),
    ],
)
def test_it_is_deleted_just_after_the_grace(offset, act):
    verdict = verdict_on(a_hidden_row(NOW - timedelta(days=30) - offset), a_policy(GRACE))

    assert (verdict.act, verdict.due) == (act, NOW - offset)
    assert verdict.action == ("delete" if act else None)


def test_within_the_grace_it_says_what_it_waits_for():
    verdict = verdict_on(a_hidden_row(NOW - timedelta(days=29)), a_policy(GRACE))

    assert (
        verdict.reasons[0]
        == "bbbkeep unpublished it 2026-05-03 12:00 UTC; rule old waits until 2026-06-02 12:00 UTC"
    )


def test_no_rule_below_cuts_the_grace_short():
    verdict = verdict_on(a_hidden_row(NOW - timedelta(days=29)), a_policy(f"{GRACE}\n{EVERYTHING}"))

    assert (verdict.act, verdict.rule) == (False, "old")


def test_what_somebody_else_unpublished_gets_its_grace_from_now_on():
    verdict = verdict_on(a_hidden_row(None), a_policy(GRACE))

    assert (verdict.action, verdict.reasons[-1]) == (
        "begin_grace",
        "it is unpublished, but bbbkeep did not do it: its 30d begin with this run",
    )


def test_an_unknown_state_begins_no_step():
    verdict = verdict_on(a_row(state=None), a_policy(GRACE))

    assert (verdict.act, verdict.due) == (False, None)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("protect: [{name: tests, when: {metadata: {category: test}}}]", id="protected since"),
        pytest.param("hold: {metadata: category}", id="held since"),
    ],
)
def test_what_is_kept_by_then_outlives_its_grace(before):
    assert not verdict_on(a_hidden_row(NOW - timedelta(days=99)), a_policy(GRACE, before)).act


def test_a_rule_that_no_longer_matches_does_not_delete_what_it_unpublished():
    rule = GRACE.replace("{age:", "{metadata: {category: test}, age:")

    assert not verdict_on(
        a_hidden_row(NOW - timedelta(days=99), metadata={"category": "exam"}), a_policy(rule)
    ).act


def test_a_doubtful_rule_with_a_longer_grace_holds_the_delete_back():
    doubtful = (
        GRACE.replace("name: old", "name: first").replace("30d", "90d").replace("{age:", "{name: x, age:")
    )
    row = a_hidden_row(NOW - timedelta(days=40), name=None)

    assert verdict_on(row, a_policy(GRACE)).act
    assert not verdict_on(row, a_policy(f"{doubtful}\n{GRACE}")).act


def test_before_the_unpublish_the_delete_is_foreseen_a_grace_after_it():
    row = a_row(ended=NOW - timedelta(days=170))
    due = NOW + timedelta(days=10)

    assert steps(row, a_policy(GRACE)) == [("unpublish", due), ("delete", due + timedelta(days=30))]


def test_an_overdue_unpublish_puts_the_delete_a_grace_after_now():
    assert steps(a_row(), a_policy(GRACE)) == [("unpublish", DUE), ("delete", NOW + timedelta(days=30))]


def test_within_the_grace_only_the_delete_is_left():
    since = NOW - timedelta(days=10)

    assert steps(a_hidden_row(since), a_policy(GRACE)) == [("delete", since + timedelta(days=30))]


def test_a_grace_over_before_the_rule_matches_leaves_the_rules_own_day():
    row = a_hidden_row(NOW - timedelta(days=99), ended=NOW - timedelta(days=170))

    assert steps(row, a_policy(GRACE)) == [("delete", NOW + timedelta(days=10))]


@pytest.mark.parametrize(
    ("days", "row", "done"),
    [
        pytest.param(0, a_row(), "unpublish", id="tonight"),
        pytest.param(30, a_row(), "unpublish", id="the grace's last moment"),
        pytest.param(31, a_row(), "delete", id="after the grace"),
        pytest.param(9, a_row(ended=NOW - timedelta(days=170)), None, id="not due yet"),
        pytest.param(
            39, a_row(ended=NOW - timedelta(days=170)), "unpublish", id="due later, within its grace"
        ),
        pytest.param(41, a_row(ended=NOW - timedelta(days=170)), "delete", id="due later, after its grace"),
        pytest.param(20, a_hidden_row(NOW - timedelta(days=5)), None, id="unpublished already"),
        pytest.param(
            26, a_hidden_row(NOW - timedelta(days=5)), "delete", id="unpublished already, after the grace"
        ),
        pytest.param(30, a_hidden_row(None), None, id="unpublished by somebody else"),
        pytest.param(31, a_hidden_row(None), "delete", id="unpublished by somebody else, a grace from now"),
    ],
)
def test_what_nights_will_have_done_by_a_day(days, row, done):
    policy, moment = a_policy(GRACE), NOW + timedelta(days=days)
    facts = facts_of(row, policy.zone, moment)

    assert done_by(facts, judge(facts, policy, History()), policy, since=NOW) == done


def test_each_step_waits_for_a_notice_of_its_own():
    policy, row = (
        a_policy(GRACE),
        a_hidden_row(NOW - timedelta(days=40), metadata={"owner": "ada@example.org"}),
    )
    facts = facts_of(row, policy.zone, NOW)

    def told_of(step: str, due: datetime) -> History:
        key = notice_key(facts, step, due, 1, "ada@example.org")
        return History(owners=Owners("owner", told={key: NOW - timedelta(days=2)}))

    assert not verdict_on(row, policy, history=told_of("unpublish", DUE)).act
    assert not verdict_on(row, policy, history=told_of("delete", DUE)).act
    assert verdict_on(row, policy, history=told_of("delete", NOW - timedelta(days=10))).act


def test_the_beginning_of_a_grace_waits_for_nobody():
    history = History(owners=Owners("owner"))

    assert verdict_on(a_hidden_row(None), a_policy(GRACE), history=history).action == "begin_grace"


def test_months_of_grace_follow_the_policys_calendar():
    since = datetime(2026, 1, 31, 12, tzinfo=UTC)
    policy = a_policy(GRACE.replace("30d", "1mo"))

    assert verdict_on(a_hidden_row(since), policy).due == datetime(2026, 2, 28, 12, tzinfo=UTC)
