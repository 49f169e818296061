"""The schema of policies is current, and says what the reader says."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from retention.test_load import ONE_RULE, WHOLE

from bbbkeep.cli.init import POLICY
from bbbkeep.errors import PolicyError
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.sections import schema_text
from bbbkeep.strict_yaml import loads

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(json.loads(schema_text()))
EXAMPLES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "data/policies").glob("*.yaml")}


def complaints(text: str) -> list[str]:
    return [one.message for one in VALIDATOR.iter_errors(loads(text, Path("policy.yaml"), PolicyError).data)]


def test_the_schema_in_docs_is_current():
    Draft202012Validator.check_schema(json.loads(schema_text()))

    assert (ROOT / "docs/policy.schema.json").read_text(encoding="utf-8") == schema_text(), (
        "run: bbbkeep retention check --schema > docs/policy.schema.json"
    )


@pytest.mark.parametrize("text", [WHOLE, POLICY, *EXAMPLES.values()])
def test_what_the_reader_takes_the_schema_takes_too(text):
    assert loads_policy(text, Path("policy.yaml"))
    assert complaints(text) == []


@pytest.mark.parametrize(
    "wrong",
    [
        WHOLE.replace("protect:", "protekt:"),
        WHOLE.replace("mode: act", "mode: dry-run"),
        WHOLE.replace("mode: act\n", ""),
        WHOLE.replace("newest: 2", "newest: 0"),
        WHOLE.replace("per: month", "per: week"),
        WHOLE.replace("until: 2027-03-31", "until: tomorrow"),
        WHOLE.replace("[04-01, 10-01]", "[04-01, 2025-10-01]"),
        WHOLE.replace("known_for: 14d", "known_for: 14mo"),
        WHOLE.replace("max_deletes: 60", "max_deletes: many"),
        WHOLE.replace("action: delete", "action: remove"),
        WHOLE.replace("action: delete", "action: {unpublish_then_delete: soon}"),
        *(
            ONE_RULE + when
            for when in (
                "{}",
                "{all: []}",
                "{state: archived}",
                "{age: {over: 180d}}",
                "{age: {from: end}}",
                "{age: {from: end, over: 1d, before: 2024-01-01}}",
                "{age: {from: end, over: 180m}}",
                "{metadata: {key: category}}",
                "{metadata: {key: a, equals: b, glob: c}}",
                "{metadata: {equals: test}}",
                "{name: {regexp: a}}",
                "{name: 7}",
                "{size: {over: 500}}",
                "{size: {}}",
                "{duration: {of: playback}}",
                "{participants: {exactly: 1, over: 1}}",
                "{formats: {has: []}}",
                "{formats: {none: true}}",
                "{captions: {none: true, has: de}}",
                "{breakout: 'yes'}",
                "{origin: {server: a, equals: b}}",
            )
        ),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(wrong):
    assert complaints(wrong)
    with pytest.raises(PolicyError):
        loads_policy(wrong, Path("policy.yaml"))


def keys_of(data, path=()):
    """Yield the way to each mapping that a policy may not add keys to."""
    if isinstance(data, dict):
        yield path
        for key, inner in data.items():
            yield from keys_of(inner, (*path, key))
    elif isinstance(data, list):
        for place, inner in enumerate(data):
            yield from keys_of(inner, (*path, place))


WRITTEN = loads(WHOLE, Path("policy.yaml"), PolicyError)
NAMED_FREELY = {("calendar",)}
"""Whoever writes a calendar names its periods."""

KEYS = [steps for steps in WRITTEN.keys if steps[:-1] not in NAMED_FREELY]


def misspelt(steps, word: str) -> str:
    """Return the full example with one key of it spelt otherwise."""
    line, column = WRITTEN.keys[steps]
    lines = WHOLE.splitlines(keepends=True)
    before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    assert rest.startswith(steps[-1])
    lines[line - 1] = before + word + rest[len(steps[-1]) :]
    return "".join(lines)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KEYS), st.integers(0, 20), st.sampled_from(["drop", "double", "swap", "case", "add"]))
def test_any_one_key_spelt_otherwise_is_refused_by_reader_and_schema(steps, at, how):
    word = steps[-1]
    at %= len(word)
    odd = {
        "drop": word[:at] + word[at + 1 :],
        "double": word[: at + 1] + word[at:],
        "swap": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        "case": word[:at] + word[at].upper() + word[at + 1 :],
        "add": word[:at] + "x" + word[at:],
    }[how]
    if odd == word or not odd or not odd[0].isalpha():
        return

    text = misspelt(steps, odd)

    with pytest.raises(PolicyError) as refusal:
        loads_policy(text, Path("policy.yaml"))
    assert str(refusal.value).startswith("policy.yaml:")
    assert complaints(text)


@pytest.mark.parametrize(
    "steps", [steps for steps in keys_of(WRITTEN.data) if steps not in NAMED_FREELY], ids=str
)
def test_no_part_of_a_policy_takes_a_key_that_it_does_not_know(steps):
    data = json.loads(json.dumps(WRITTEN.data))
    part = data
    for step in steps:
        part = part[step]
    part["surprise"] = "x"

    assert list(VALIDATOR.iter_errors(data))
    with pytest.raises(PolicyError):
        loads_policy(json.dumps(data), Path("policy.yaml"))
