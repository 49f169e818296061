"""The documents keep their word: what they show is what the code takes."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bbbkeep.cli.app import COMMANDS
from bbbkeep.retention.cases import RECORDING, load_cases, run_cases
from bbbkeep.retention.grammar import CONDITIONS
from bbbkeep.retention.lint import lint
from bbbkeep.retention.load import load_policy, loads_policy
from bbbkeep.retention.policy import GuardLimits
from bbbkeep.retention.reference import PARTS, brought_up_to_date

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
POLICY = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("word", CONDITIONS)
def test_the_policy_reference_names_every_condition(word):
    assert f"`{word}`" in POLICY


def test_the_policy_reference_is_what_the_grammar_makes_of_it():
    assert brought_up_to_date(POLICY) == POLICY
    assert all(f"<!-- made from the grammar: {name} -->\n" in POLICY for name in PARTS)


EXAMPLES = list(zip(blocks(POLICY, "yaml")[::2], blocks(POLICY, "yaml")[1::2], strict=True))
"""A policy and the cases below it."""


@pytest.mark.parametrize("policy", [policy for policy, _ in EXAMPLES], ids=range(len(EXAMPLES)))
def test_every_policy_in_the_reference_can_be_obeyed_and_makes_sense(policy):
    loaded = loads_policy(policy, Path("docs/policy.md"))

    assert loaded.rules
    found = lint(loaded, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert [one.message for one in found if one.level == "warning"] == []


@pytest.mark.parametrize(("policy", "cases"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_policy_in_the_reference_does_what_the_cases_below_it_say(tmp_path, policy, cases):
    file = tmp_path / "cases.yaml"
    file.write_text(cases, encoding="utf-8")

    results = list(run_cases(load_cases(file), loads_policy(policy, Path("docs/policy.md"))))

    assert {one.case.name: one.reasons for one in results if not one.passed} == {}
    assert {one.verdict == "keep" for one in results} == {True, False}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data/policies/cases").glob("*.yaml")), ids=lambda path: path.name
)
def test_every_example_policy_does_what_its_cases_say(path):
    cases = load_cases(path)

    assert cases.policy is not None
    failed = [one.case.name for one in run_cases(cases, load_policy(cases.policy)) if not one.passed]
    assert failed == []


def test_the_reference_names_all_that_a_case_may_say():
    table = POLICY[POLICY.index("| of its recording |") :]

    assert [word for word in RECORDING if f"`{word}`" not in table] == []


def test_the_reference_names_the_guards_as_they_are_by_default():
    names = ("max_deletes", "max_unpublishes", "max_share_percent")
    deletes, unpublishes, share = (GuardLimits().in_force(name) for name in names)

    assert f"{deletes:g}, {unpublishes:g} and {share:g}" in POLICY


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "data").rglob("polic*.yaml")) + sorted((ROOT / "data/policies").glob("*.yaml")),
    ids=str,
)
def test_every_example_policy_can_be_obeyed(path):
    assert load_policy(path).digest


def test_the_readme_names_only_commands_that_there_are():
    named = set(re.findall(r"bbbkeep ([a-z]+)\b", "\n".join(blocks(README, "sh"))))

    assert named
    assert named <= set(COMMANDS)


def test_every_link_of_the_readme_leads_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []
