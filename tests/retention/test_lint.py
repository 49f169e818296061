"""A policy is warned of where a part of it can never do anything, and of nothing that still does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retention import anything
from retention.anything import histories, policies, rows
from retention.test_implying import conditions

from bbbkeep.retention.combining import All
from bbbkeep.retention.conditions import StateIs
from bbbkeep.retention.decide import judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.lint import Finding, lint
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.policy import Policy, Rule
from bbbkeep.retention.truth import Truth

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD = "age: {from: end, over: 1y}"
OLDER = "age: {from: end, over: 2y}"


def a_policy(*rules: str, protect: str = "[]") -> Policy:
    """Write rules as `action when`: `delete age: {..}`; they are named a, b, c."""
    lines = [
        f"  - {{name: {name}, action: {action}, when: {{{when}}}}}"
        for name, (action, when) in zip("abcdef", (rule.split(" ", 1) for rule in rules), strict=False)
    ]
    text = "\n".join(["mode: act", f"protect: {protect}", "rules:", *lines])
    return loads_policy(text, Path("policy.yaml"))


def warnings(policy: Policy) -> list[tuple[str, str]]:
    return [(one.name, one.message) for one in lint(policy, now=NOW) if one.level == "warning"]


def notes(policy: Policy) -> list[tuple[str, str]]:
    return [(one.name, one.message) for one in lint(policy, now=NOW) if one.level == "note"]


def test_a_policy_in_order_is_warned_of_nothing():
    policy = a_policy(
        f"delete {OLDER}",
        f"unpublish {OLD}",
        protect="[{name: archive, when: {metadata: {category: archive}}}]",
    )

    assert lint(policy, now=NOW) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(f"delete {OLD}", f"delete {OLDER}", id="the same but older"),
        pytest.param(f"delete {OLD}", f"unpublish {OLD}, metadata: {{category: test}}", id="a special case"),
        pytest.param(f"unpublish {OLD}", f"unpublish {OLDER}", id="both unpublish"),
        pytest.param(f"delete {OLD}, name: {{glob: 'T*'}}", f"delete {OLD}, name: {{in: [Test, Trial]}}", id="listed names"),
    ],
)  # fmt: skip
def test_a_rule_that_an_earlier_one_always_decides_before_is_never_reached(first, second):
    assert warnings(a_policy(first, second)) == [
        ("b", "never reached: rule a comes first and decides about all that it matches")
    ]


def test_several_rules_may_leave_nothing_to_a_later_one():
    policy = a_policy(f"delete {OLD}, state: published", f"unpublish {OLDER}, name: x", f"delete {OLD}, state: unpublished", f"delete {OLDER}")  # fmt: skip

    assert ("d", "never reached: rules a and c come first and decide about all that it matches") in warnings(
        policy
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(f"delete {OLDER}", f"delete {OLD}", id="the earlier one is older"),
        pytest.param(f"unpublish {OLD}", f"delete {OLDER}", id="what was unpublished is deleted later"),
        pytest.param("delete age: {from: end, before: 2027-01-01}", f"delete {OLDER}", id="the earlier one has not begun"),
        pytest.param(f"delete {OLD}", "delete age: {from: start, over: 3y}", id="by another date"),
        pytest.param(f"unpublish {OLD}", f"delete {OLDER}, state: published", id="some servers leave the state when they hide"),
    ],
)  # fmt: skip
def test_a_rule_that_still_decides_is_not_warned_of(first, second):
    assert warnings(a_policy(first, second)) == []


def test_a_rule_whose_conditions_exclude_each_other_is_named_with_both():
    policy = a_policy(f"delete {OLD}, all: [metadata: {{category: a}}, metadata: {{category: b}}]")

    assert warnings(policy) == [("a", "can never be met: category is a and category is b exclude each other")]


def test_a_dead_alternative_is_found_though_the_others_work():
    policy = a_policy(f"delete {OLD}, any: [name: x, all: [state: published, state: unpublished]]")

    assert warnings(policy) == [
        (
            "a",
            "one of its alternatives can never be met: state is published and state is unpublished exclude each other",
        )
    ]


@pytest.mark.parametrize(
    ("rule", "because"),
    [
        (f"delete {OLD}, state: deleted", "only published and unpublished recordings are ever deleted"),
        (f"unpublish {OLD}, state: unpublished", "only published recordings are ever unpublished"),
        (f"delete {OLD}, metadata: {{category: archive}}", "archive protects all that it matches"),
    ],
)
def test_a_rule_over_what_is_never_acted_on_says_why(rule, because):
    protect = "[{name: archive, when: {metadata: {category: archive}}}]"

    assert warnings(a_policy(rule, protect=protect)) == [("a", f"never acts: {because}")]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "all: [metadata: {k: a}, metadata: {key: k, present: false}]",
            "protects nothing: k is a and k is absent exclude each other",
        ),
        ("any: [state: published, state: unpublished]", "protects every recording: no rule ever acts on any"),
    ],
)
def test_a_protection_of_nothing_or_everything_is_named(when, message):
    assert (
        "p",
        message,
    ) in warnings(a_policy(f"delete {OLD}", protect=f"[{{name: p, when: {{{when}}}}}]"))


@pytest.mark.parametrize(
    ("until", "level", "message"),
    [
        ("2026-05-31", "warning", "ended after 2026-05-31: it protects nothing any more"),
        ("2026-06-01", "note", "protects only through 2026-06-01"),
        ("2026-07-01", "note", "protects only through 2026-07-01"),
    ],
)
def test_a_protection_that_ended_or_soon_does_is_named(until, level, message):
    protect = f"[{{name: p, when: {{metadata: {{k: a}}}}, until: {until}}}]"

    assert Finding(level, "p", message) in lint(a_policy(f"delete {OLD}", protect=protect), now=NOW)


def test_what_a_protection_with_an_end_covers_is_not_said_to_be_useless():
    protect = "[{name: p, when: {metadata: {k: a}}, until: 2027-01-01}]"

    assert warnings(a_policy(f"delete {OLD}, metadata: {{k: a}}", protect=protect)) == []


def test_what_people_should_know_and_may_want_is_a_note():
    policy = loads_policy(
        "mode: act\nrules:\n"
        f"  - {{name: a, action: unpublish, when: {{{OLD}}}}}\n"
        f"  - {{name: b, action: delete, when: {{{OLDER}}}}}\n"
        "  - {name: c, action: delete, when: {name: x}, allow_unbounded: rooms of robots}\n"
        "  - {name: d, action: delete, when: {age: {from: start, before: 2027-01-01}}}\n",
        Path("policy.yaml"),
    )

    assert notes(policy) == [
        ("b", "only acts on what is unpublished: rule a unpublishes all that it matches first"),
        ("c", "acts on recordings of any age, because: rooms of robots"),
        ("c", "matches some recordings that rule a matches too: there the earlier rule decides"),
        ("d", "does nothing before 2027-01-01, a date it names"),
        ("d", "matches some recordings that rule a matches too: there the earlier rule decides"),
    ]


def test_a_policy_without_rules_says_so():
    policy = loads_policy("mode: act\nrules: []", Path("policy.yaml"))

    assert lint(policy, now=NOW) == [Finding("note", "", "there are no rules: nothing is ever due")]


@settings(max_examples=60, deadline=None)
@given(policies(), st.lists(rows(), min_size=10, max_size=10), histories, st.integers(0, 900))
def test_whatever_is_warned_of_never_decides(policy, some, history, days):
    """Also with what servers and policies have that no other test thinks of."""
    found = {one.name: one.message for one in lint(policy, now=anything.NOW) if one.level == "warning"}
    useless = {name for name, message in found.items() if "alternatives" not in message}

    for row in some:
        known = facts_of(row, policy.zone, anything.NOW + timedelta(days=days))
        verdict = judge(known, policy, history)
        assert not (verdict.act and (verdict.rule in useless))
        for each in policy.protections:
            if found.get(each.name, "").startswith(("protects nothing", "ended")):
                assert each.truth(known) is not Truth.YES
            if found.get(each.name, "").startswith("protects every") and not each.ended(known):
                assert not verdict.act


@settings(max_examples=60, deadline=None)
@given(conditions)
def test_a_rule_after_the_same_one_is_never_reached(when):
    published = All((when, StateIs(("published",))))
    rules = (Rule("first", "delete", published, "any age"), Rule("again", "delete", published, "any age"))

    found = lint(Policy("act", ZoneInfo("UTC"), rules=rules), now=datetime(2100, 1, 1, tzinfo=UTC))

    assert {"again"} <= {one.name for one in found if one.level == "warning"} or not found


def test_a_protection_that_ends_makes_no_rule_useless():
    protect = "[{name: p, when: {state: [published, unpublished]}, until: 2026-12-31}]"

    assert warnings(a_policy(f"delete {OLD}", protect=protect)) == []
