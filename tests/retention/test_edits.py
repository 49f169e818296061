"""Rules that set metadata: only what is not so yet, never on a doubt, and beside every other rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retention import anything
from retention.test_decide import ID, NOW, a_policy, a_row

from bbbkeep.retention.decide import History, judge
from bbbkeep.retention.edits import Edits, edits, matched
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.policy import Rule
from bbbkeep.retention.sift import sifted

ARCHIVE = "- {name: tidy, action: {set: {category: archive}}, when: {age: {from: end, over: 180d}}}"
DELETE = "- {name: old, action: delete, when: {age: {from: end, over: 180d}}}"
ALSO = ARCHIVE.replace("tidy", "also").replace("archive", "other")


def made(row, policy, history: History = History()):  # noqa: B008  # frozen
    found = edits(facts_of(row, policy.zone, NOW), policy, history).made
    return {(edit.rule, one.edit.key): (one.old, one.new) for edit in found for one in edit.changes}


def test_a_rule_sets_what_is_not_so_yet_and_says_why():
    policy = a_policy(ARCHIVE)
    [edit] = edits(facts_of(a_row(), policy.zone, NOW), policy, History()).made

    assert made(a_row(), policy) == {("tidy", "category"): ("test", "archive")}
    assert edit.reasons == (
        "rule tidy",
        "category: archive (was test)",
        "ended 2025-04-27, 400 days ago, over 180d",
    )


@pytest.mark.parametrize(
    "metadata",
    [{"category": "archive"}, {"Category": "archive"}, {"category": " archive\n"}],
    ids=["the value", "another letter case", "wrapped"],
)
def test_what_is_so_already_is_not_set(metadata):
    assert made(a_row(metadata=metadata), a_policy(ARCHIVE)) == {}


def test_an_absent_key_is_set():
    assert made(a_row(metadata={}), a_policy(ARCHIVE)) == {("tidy", "category"): (None, "archive")}


@pytest.mark.parametrize("order", [f"{ARCHIVE}\n{DELETE}", f"{DELETE}\n{ARCHIVE}"], ids=["before", "after"])
def test_a_set_neither_shields_from_a_delete_nor_is_shielded_by_one(order):
    policy = a_policy(order)

    assert judge(facts_of(a_row(), policy.zone, NOW), policy, History()).action == "delete"
    assert made(a_row(), policy) == {("tidy", "category"): ("test", "archive")}


def test_a_hold_does_not_stop_it():
    assert made(a_row(metadata={"bbbkeep-hold": "exam"}), a_policy(ARCHIVE))


@pytest.mark.parametrize(
    ("row", "before", "history"),
    [
        pytest.param(a_row(), "protect: [{name: tests, when: {metadata: {category: test}}}]", History(), id="protected"),
        pytest.param(a_row(name=None), "protect: [{name: exams, when: {name: Exam}}]", History(), id="maybe protected"),
        pytest.param(a_row(metadata=None), "", History(), id="unknown metadata"),
        pytest.param(a_row(ended=None), "", History(), id="unknown age"),
        pytest.param(a_row(state="deleted"), "", History(), id="deleted"),
        pytest.param(a_row(state=None), "", History(), id="unknown state"),
        pytest.param(a_row(), "", History(troubled=frozenset({ID})), id="a write failed this night"),
    ],
)  # fmt: skip
def test_nothing_is_set_on(row, before, history):
    assert made(row, a_policy(ARCHIVE, before), history) == {}


def test_two_spellings_of_the_key_are_left_alone_and_said():
    policy = a_policy(ARCHIVE)
    found = edits(
        facts_of(a_row(metadata={"category": "a", "Category": "b"}), policy.zone, NOW), policy, History()
    )

    assert found.made == ()
    assert found.left == (
        "rule tidy does not set category: the server keeps 2 spellings of category: category, Category",
    )


def test_the_first_rule_that_sets_a_key_decides_its_value():
    assert made(a_row(), a_policy(f"{ARCHIVE}\n{ALSO}")) == {("tidy", "category"): ("test", "archive")}


def test_a_rule_whose_value_is_there_already_still_decides():
    assert made(a_row(metadata={"category": "archive"}), a_policy(f"{ARCHIVE}\n{ALSO}")) == {}


def test_a_doubtful_rule_before_it_keeps_another_value_from_being_set():
    doubtful = ARCHIVE.replace("{age:", "{name: x, age:")
    row = a_row(name=None)

    assert made(row, a_policy(f"{doubtful}\n{ALSO}")) == {}
    assert made(row, a_policy(f"{doubtful}\n{ARCHIVE.replace('tidy', 'again')}"))


@given(
    state=st.sampled_from(["published", "unpublished"]),
    category=st.sampled_from([None, "", "archive", "test"]),
)
def test_setting_what_rules_set_leaves_nothing_to_set(state, category):
    policy = a_policy(ARCHIVE)
    row = a_row(state=state, metadata={} if category is None else {"category": category})
    after = {key: new for (_, key), (_, new) in made(row, policy).items()}
    done = replace(row, recording=replace(row.recording, metadata={**row.recording.metadata, **after}))

    assert done.recording.metadata["category"] == "archive"
    assert made(done, policy) == {}


def setting(number: int):
    sets = st.sampled_from([(("category", "x"),), (("a", "b"), ("category", "y"))])
    return st.builds(
        Rule, st.just(f"s{number}"), st.just("set"), anything.conditions, st.just("all"), sets=sets
    )


@settings(max_examples=100, deadline=None)
@given(
    anything.policies(),
    st.tuples(setting(0), setting(1)),
    st.lists(anything.rows(), min_size=1, max_size=4),
    anything.histories,
)
def test_nothing_is_set_but_on_what_a_chunk_says_rules_match(policy, sets, listed, history):
    policy = replace(policy, edits=sets)
    [chunk] = sifted(listed, policy, history, now=anything.NOW)
    places = set(matched(chunk))

    for place, row in enumerate(listed):
        facts = facts_of(row, policy.zone, anything.NOW)
        deleted = judge(facts, policy, history).action == "delete"
        assert place in places or deleted or edits(facts, policy, history) == Edits()
        assert not (place in places and deleted)
