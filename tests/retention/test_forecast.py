"""A forecast counts what judging each recording on that day would come to, rule by rule."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from retention.anything import NOW, histories, policies, rows
from retention.test_decide import ID, KEEP_180_DAYS, a_policy, a_row

from bbbkeep.retention.columns import Columns
from bbbkeep.retention.coming import HORIZONS
from bbbkeep.retention.decide import History, coming, done_by, judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.forecast import DONE, Forecast, may_come
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.sift import sift


@settings(max_examples=80, deadline=None)
@given(policies(), st.lists(rows(), min_size=1, max_size=4), histories)
def test_what_is_done_by_a_day_is_what_each_recording_would_meet(policy, listed, history):
    found = Forecast(policy, history, NOW).look(Columns(listed, policy.zone, NOW))

    for days, deeds in zip(HORIZONS, found, strict=True):
        day = NOW + timedelta(days=days)
        seen = [facts_of(row, policy.zone, day) for row in listed]
        verdicts = [judge(facts, policy, history.of_other_days) for facts in seen]
        expected = [done_by(*one, policy, since=NOW) for one in zip(seen, verdicts, strict=True)]
        assert [DONE[number] for number in deeds.tolist()] == expected


@settings(max_examples=80, deadline=None)
@given(policies(), st.lists(rows(), min_size=1, max_size=4), histories)
def test_each_rule_has_its_own_count_and_what_it_does_not_know(policy, listed, history):
    forecast, columns = Forecast(policy, history, NOW), Columns(listed, policy.zone, NOW)
    chunk = sift(columns, policy, history)
    deeds = forecast.look(columns)
    forecast.look_tonight(chunk)

    for place in range(len(HORIZONS)):
        due = sum(rule.by[place].count for rule in forecast.rules)
        assert due == int((deeds[place] > 0).sum())
    for rule, line, doubtful in zip(policy.rules, forecast.rules, chunk.doubtful, strict=True):
        doubted = [
            row
            for row, doubt in zip(listed, doubtful, strict=True)
            if doubt and row.recording.state in ("published", "unpublished", None)
        ]
        assert line.doubtful == len(doubted)
        assert line.unknown == Counter(name for row in doubted for name in unknown_to(rule, row, policy.zone))


def unknown_to(rule, row, zone):
    alone = Policy("act", zone, rules=(rule,))
    return judge(facts_of(row, zone, NOW), alone, History()).unknown


def looked(policy, *listed, history=History()):  # noqa: B008  # frozen
    forecast, columns = Forecast(policy, history, NOW), Columns(listed, policy.zone, NOW)
    forecast.look(columns)
    forecast.look_tonight(sift(columns, policy, history))
    return forecast


def test_a_count_holds_all_that_came_before_and_leaves_unknown_sizes_out_of_the_bytes():
    now, soon, later = (NOW - timedelta(days=days) for days in (200, 175, 120))
    listed = [a_row(ended=now, size_bytes=5), a_row(ended=soon, size_bytes=7), a_row(ended=later)]

    [rule] = looked(a_policy(KEEP_180_DAYS), *listed).rules

    assert [due.count for due in rule.by] == [1, 2, 2, 3]
    assert [(due.bytes, due.size_unknown) for due in rule.by] == [(5, 0), (12, 0), (12, 0), (12, 1)]


def test_what_a_rule_would_take_but_for_holds_protections_and_tonight_is_counted_once():
    protect = "protect: [{name: exams, when: {metadata: {category: exam}}}]"
    held = a_row(record_id="held", metadata={"bbbkeep-hold": "", "category": "exam"})
    exam = a_row(record_id="exam", metadata={"category": "exam"})
    gone = a_row(record_id="gone", state="deleted")
    history = History(troubled=frozenset({ID}))

    [rule] = looked(a_policy(KEEP_180_DAYS, protect), held, exam, gone, a_row(), history=history).rules

    assert (rule.held, rule.protected, rule.newest, rule.waiting) == (1, 1, 0, 1)
    assert rule.by[0].count == 1


def test_what_can_not_be_judged_is_counted_by_what_is_unknown():
    undated, unread = a_row(ended=None), a_row(metadata=None)
    both = a_row(ended=None, metadata=None)
    tests = "- {name: t, action: delete, when: {age: {from: end, over: 180d}, metadata: {category: test}}}"

    [rule] = looked(a_policy(tests), undated, unread, both, a_row()).rules

    assert (rule.doubtful, rule.unknown) == (3, {"end": 2, "metadata": 2})


@settings(max_examples=80, deadline=None)
@given(policies(), st.lists(rows(), min_size=1, max_size=4), histories, st.sampled_from([0, 1, 30, 400]))
def test_nothing_comes_soon_for_what_is_said_to_have_nothing_coming(policy, listed, history, days):
    within = timedelta(days=days)
    found = may_come(Columns(listed, policy.zone, NOW), policy, history, within)

    for row, may in zip(listed, found.tolist(), strict=True):
        following = coming(facts_of(row, policy.zone, NOW), policy, history)
        soon = [one for one in following if one.due is None or one.due <= NOW + within]
        assert may or not soon


def test_what_is_due_days_later_is_not_looked_at_for_soon():
    within = timedelta(days=30)
    listed = [a_row(ended=NOW - timedelta(days=days)) for days in (148, 152, 300)]
    policy = a_policy(KEEP_180_DAYS)
    found = may_come(Columns(listed, policy.zone, NOW), policy, History(), within)

    assert found.tolist() == [False, True, True]
