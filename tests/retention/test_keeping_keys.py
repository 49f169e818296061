"""Which keys a policy keeps by: those whose misspelling would let recordings go."""

import pytest
from retention.test_decide import a_policy

from bbbkeep.retention.keeping_keys import keeping_keys

AGE = "age: {from: end, over: 180d}"


def keys(when: str, protect: str = "[]"):
    policy = a_policy(f"- {{name: old, action: delete, when: {{{AGE}, {when}}}}}", f"protect: {protect}")
    return dict(keeping_keys(policy))


@pytest.mark.parametrize(
    ("when", "found"),
    [
        pytest.param("metadata: {category: test}", {}, id="a plain comparison selects less when it is misspelt"),
        pytest.param("metadata: {key: category, present: true}", {}, id="so does presence"),
        pytest.param("metadata: {key: Category, present: false}", {"category": "rule old"}, id="absence selects more"),
        pytest.param("not: {metadata: {category: exam}}", {"category": "rule old"}, id="under not"),
        pytest.param("not: {any: [{metadata: {a: x}}, {metadata: {b: x}}]}", {"a": "rule old", "b": "rule old"}, id="deep under not"),
        pytest.param("any: [{name: x}, {not: {metadata: {key: a, glob: 'x*'}}}]", {"a": "rule old"}, id="not within any"),
    ],
)  # fmt: skip
def test_of_a_rule(when, found):
    assert keys(when) == found


def test_every_key_of_a_protection():
    protect = "[{name: exams, when: {any: [{metadata: {category: exam}}, {metadata: {key: legal, present: true}}]}}]"

    assert keys("name: x", protect) == {"category": "protection exams", "legal": "protection exams"}


def test_the_key_of_holds_is_none_of_them():
    assert dict(keeping_keys(a_policy("[]", "hold: {metadata: legal-hold}"))) == {}


def test_every_key_of_a_keep_rule():
    policy = a_policy("[]", "keep: [{name: exam, newest: 1, when: {metadata: {category: exam}}}]")

    assert dict(keeping_keys(policy)) == {"category": "keep rule exam"}
