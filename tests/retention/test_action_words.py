"""An action that is not clear, that servers rely on or that could lift a hold is refused where it stands."""

from pathlib import Path

import pytest

from bbbkeep.errors import PolicyError
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.spans import Span

AGE = "{age: {from: end, over: 180d}}"


def a_policy(action: str, when: str = AGE, more: str = ""):
    text = f"mode: act\nrules:\n- name: old\n  action: {action}\n  when: {when}\n{more}"
    return loads_policy(text, Path("policy.yaml"))


def test_a_delete_can_wait_after_an_unpublish():
    [rule] = a_policy("{unpublish_then_delete: 30d}", more="  accept_leftovers: the disk is swept").rules

    assert (rule.action, rule.grace) == ("delete", Span(hours=720, text="30d"))
    assert rule.sentence() == (
        "old: unpublish, and 30d later delete (files may stay on the server: the disk is swept) "
        "recordings where ended over 180d ago"
    )


def test_a_rule_that_sets_metadata_stands_apart_from_the_rules_that_decide():
    policy = a_policy('{set: {Category: "old  lecture", owner: library}}', when="{state: published}")

    assert policy.rules == ()
    [rule] = policy.edits
    assert rule.sets == (("category", "old lecture"), ("owner", "library"))
    assert rule.sentence() == (
        "old: set metadata (category to old lecture, owner to library) of recordings where state is published"
    )


@pytest.mark.parametrize(
    ("action", "complaint"),
    [
        pytest.param("delet", "did you mean delete?", id="misspelt"),
        pytest.param("archive", "must be one of delete, unpublish, unpublish_then_delete, set", id="another word"),
        pytest.param("[delete]", "must be one of delete", id="a list"),
        pytest.param("{unpublish_then_delte: 30d}", "did you mean unpublish_then_delete?", id="misspelt word"),
        pytest.param("{unpublish_then_delete: 30}", "must be text", id="a number of what"),
        pytest.param("{unpublish_then_delete: 0d}", "no span", id="no grace"),
        pytest.param("{unpublish_then_delete: 30d, set: {a: b}}", "needs one action", id="two actions"),
        pytest.param("{}", "needs one action", id="no action"),
        pytest.param("{set: {}}", "is empty", id="nothing to set"),
        pytest.param("{set: {meetingId: x}}", "meetingid is protected", id="a key that servers rely on"),
        pytest.param("{set: {bbblb-tenant: x}}", "is protected", id="a tenant's key"),
        pytest.param("{set: {two words: x}}", "not a letter followed by", id="no key"),
        pytest.param("{set: {category: ''}}", "must be text", id="empty"),
        pytest.param("{set: {category: 7}}", "put it in quotes", id="a number"),
        pytest.param("{set: {category: '!remove'}}", "removes no key", id="removing"),
        pytest.param('{set: {category: "a\\u0007b"}}', "control character", id="control character"),
        pytest.param("{set: {a: x, A: y}}", "written twice", id="one key twice"),
        pytest.param("{set: {bbbkeep-hold: 2030-01-01}}", "could lift holds", id="the hold key"),
        pytest.param("{set: {a: " + "ä" * 1500 + "}}", "longer than one request", id="too long"),
    ],
)  # fmt: skip
def test_an_action_that_is_not_clear_is_refused_where_it_stands(action, complaint):
    with pytest.raises(PolicyError, match=r"^policy\.yaml:[34]:\d+: ") as refused:
        a_policy(action)

    assert complaint in str(refused.value)


def test_a_rule_that_never_matches_what_it_unpublished_is_refused():
    with pytest.raises(PolicyError, match="would never delete"):
        a_policy("{unpublish_then_delete: 30d}", when="{state: published, age: {from: end, over: 180d}}")


@pytest.mark.parametrize(
    "when",
    [
        "{state: [published, unpublished], age: {from: end, over: 180d}}",
        "{any: [{state: published}, {name: x}], age: {from: end, over: 180d}}",
        "{not: {state: processed}, age: {from: end, over: 180d}}",
    ],
)
def test_a_rule_that_can_match_both_states_is_not(when):
    assert a_policy("{unpublish_then_delete: 30d}", when=when).rules


def test_leftovers_are_accepted_only_where_they_can_arise():
    with pytest.raises(PolicyError, match="leave it out"):
        a_policy("delete", more="  accept_leftovers: whatever\n")


def test_setting_metadata_needs_no_age():
    assert a_policy("{set: {category: draft}}", when="{name: {glob: 'Draft *'}}").edits


@pytest.mark.parametrize("other", ["{set: {category: other}}", "{set: {category: draft, level: x}}"])
def test_what_is_set_is_part_of_what_a_policy_means(other):
    assert a_policy("{set: {category: draft}}").digest != a_policy(other).digest
    assert a_policy("{unpublish_then_delete: 30d}").digest != a_policy("{unpublish_then_delete: 31d}").digest


def test_where_a_rule_stands_is_not():
    moved = loads_policy(
        f"mode: act\n\n\nrules:\n- {{name: old, action: delete, when: {AGE}}}", Path("b.yaml")
    )

    assert moved.digest == a_policy("delete").digest
