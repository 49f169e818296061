"""Unknown is not false: whatever the rules, what is not known never selects a recording."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.combining import All, AnyOf, Not, deciding
from bbbkeep.retention.conditions import Age, Before, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.decide import History, decide
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.policy import Policy, Protection, Rule
from bbbkeep.retention.spans import Span
from bbbkeep.retention.truth import Truth

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
PAST = NOW - timedelta(days=400)
KNOWN = Recording("r", "m1", name="a", state="published", start=PAST, end=PAST, start_status="ok", end_status="ok", metadata={"a": "x"})  # fmt: skip
NOTHING_KNOWN = Recording("r", state="published", metadata=None)

words = st.sampled_from(["a", "b", "x", "m1"])
wanted = st.one_of(
    st.builds(Wanted, st.sampled_from(["equals", "contains"]), st.tuples(words)),
    st.builds(Wanted, st.just("glob"), st.sampled_from([("*",), ("?",), ("a*",)])),
    st.builds(Wanted, st.just("in"), st.tuples(words, words)),
)
dated = st.sampled_from(["start", "end"])
spans = st.sampled_from([Span(24, 0, "1d"), Span(10_000, 0, "10000h"), Span(0, 6, "6mo")])
days = st.sampled_from([NOW - timedelta(days=900), NOW - timedelta(days=100)])
undecided_leaves = st.one_of(
    st.builds(Age, dated, spans),
    st.builds(Before, dated, days, st.just("a day")),
    st.builds(MetadataIs, words, wanted),
    st.builds(MetadataPresent, words, st.booleans()),
    st.builds(TextIs, st.sampled_from(["name", "meeting_id"]), wanted),
)
leaves = undecided_leaves | st.builds(StateIs, st.sampled_from([("published",), ("unpublished",)]))


def trees(of):
    several = lambda inner: st.lists(inner, min_size=1, max_size=3).map(tuple)  # noqa: E731  # used twice below
    return st.recursive(
        of,
        lambda inner: st.one_of(several(inner).map(All), several(inner).map(AnyOf), inner.map(Not)),
        max_leaves=8,
    )


def a_row(recording: Recording) -> InventoryRow:
    return InventoryRow(recording, first_seen=NOW - timedelta(days=1), last_seen=NOW, sweep_id=1)


def verdict_on(recording: Recording, policy: Policy):
    [verdict] = decide([a_row(recording)], policy, now=NOW, history=History())
    return verdict


def a_rule(when, name="r", action="delete") -> Rule:
    return Rule(name, action, when, allow_unbounded="the strictest promise is made without the lint")


@settings(max_examples=200, deadline=None)
@given(trees(undecided_leaves))
def test_no_rule_over_unknown_values_ever_selects(when):
    readable = replace(NOTHING_KNOWN, metadata={})
    policy = Policy("act", UTC_ZONE, rules=(a_rule(when),))

    assert when.truth(facts_of(a_row(NOTHING_KNOWN), UTC_ZONE, NOW)) is Truth.UNKNOWN
    assert not verdict_on(NOTHING_KNOWN, policy).act
    assert not verdict_on(
        readable, Policy("act", UTC_ZONE, rules=(a_rule(All((when, Age("end", Span(24))))),))
    ).act


@settings(max_examples=200, deadline=None)
@given(trees(leaves), st.sampled_from(["missing", "floor", "future", "mismatch"]))
def test_a_rule_that_proves_an_age_never_selects_what_has_no_date(when, status):
    undated = replace(KNOWN, start_status=status, end_status=status)

    if when.bounds_age(met=True):
        assert not verdict_on(undated, Policy("act", UTC_ZONE, rules=(Rule("r", "delete", when),))).act


FIELDS = {
    "start": [{"start": PAST, "start_status": "ok"}, {"start": NOW, "start_status": "ok"}],
    "end": [{"end": PAST, "end_status": "ok"}, {"end": NOW, "end_status": "ok"}],
    "name": [{"name": "a"}, {"name": "b"}, {"name": ""}],
    "meeting_id": [{"meeting_id": "m1"}, {"meeting_id": "x"}],
    "metadata": [{"metadata": {}}, {"metadata": {"a": "x"}}, {"metadata": {"A": "b", "x": "a"}}],
}
UNKNOWN = {
    "start": {"start": None, "start_status": "missing"},
    "end": {"end": None, "end_status": "missing"},
    "name": {"name": None},
    "meeting_id": {"meeting_id": None},
    "metadata": {"metadata": None},
}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(trees(leaves), min_size=1, max_size=3), trees(leaves), st.sampled_from(sorted(FIELDS)), st.data()
)
def test_what_is_unknown_is_acted_on_only_if_every_value_would_lead_to_the_same(
    whens, protected, unknown, data
):
    actions = data.draw(st.lists(st.sampled_from(["delete", "unpublish"]), min_size=3, max_size=3))
    rules = tuple(a_rule(when, f"r{n}", actions[n]) for n, when in enumerate(whens))
    policy = Policy("act", UTC_ZONE, protections=(Protection("p", protected),), rules=rules)

    verdict = verdict_on(replace(KNOWN, **UNKNOWN[unknown]), policy)

    if verdict.act:
        found = {verdict_on(replace(KNOWN, **known), policy).action for known in FIELDS[unknown]}
        assert found == {verdict.action}


@settings(max_examples=200, deadline=None)
@given(trees(leaves), st.sampled_from(sorted(FIELDS)))
def test_what_was_unknown_and_mattered_is_always_named(when, unknown):
    verdict = verdict_on(replace(KNOWN, **UNKNOWN[unknown]), Policy("act", UTC_ZONE, rules=(a_rule(when),)))

    acted = {
        verdict_on(replace(KNOWN, **known), Policy("act", UTC_ZONE, rules=(a_rule(when),))).act
        for known in FIELDS[unknown]
    }
    if len(acted) > 1:
        assert not verdict.act
        assert unknown in verdict.unknown or unknown == "metadata"


@settings(max_examples=100, deadline=None)
@given(trees(leaves))
def test_an_answer_rests_on_leaves_that_are_found(when):
    facts = facts_of(a_row(KNOWN), UTC_ZONE, NOW)

    assert list(deciding(when, facts))


@settings(max_examples=100, deadline=None)
@given(trees(leaves), st.integers(-2_000, 2_000))
def test_a_due_date_is_kept(when, days):
    policy = Policy("act", UTC_ZONE, rules=(a_rule(when),))
    row = a_row(
        replace(KNOWN, start=NOW - timedelta(days=abs(days)), end=NOW - timedelta(days=abs(days) // 2))
    )
    [verdict] = decide([row], policy, now=NOW, history=History())

    if verdict.due and not verdict.act:
        [then] = decide([row], policy, now=verdict.due + timedelta(microseconds=1), history=History())
        [before] = decide([row], policy, now=verdict.due, history=History())
        assert then.act
        assert not before.act
        assert then.due == verdict.due
