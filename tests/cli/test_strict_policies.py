"""A policy that does not say one clear thing is refused by every command that reads it, before any request."""

import shlex
from pathlib import Path

import pytest

GOOD = """\
mode: act
rules:
  - name: old
    action: delete
    when:
      age: {from: end, over: 180d}
"""
CASES = """\
now: 2026-06-01T12:00:00Z
cases:
  - {name: a, recording: {state: published}, expect: {verdict: keep}}
"""
WRONG = [
    pytest.param(GOOD + "rules: []\n", "7:1: key 'rules' is written twice (first in line 2)", id="a key twice"),
    pytest.param(GOOD.replace("      age", "      name: x\n      name: y\n      age"), "7:7: key 'name' is written twice", id="a condition twice"),
    pytest.param(GOOD.replace("rules", "rulse"), "2:1: unknown key 'rulse'; did you mean rules?", id="an unknown section"),
    pytest.param(GOOD.replace("over", "ovr"), "6:24: unknown key 'ovr'; did you mean over?", id="an unknown word"),
    pytest.param(GOOD.replace("    when", "\twhen"), "5:1: holds a tab", id="a tab"),
    pytest.param(GOOD.replace("when:\n      ", "when: &old\n      "), "5:11: anchors and aliases", id="an anchor"),
    pytest.param(GOOD.replace("age:", "<<:"), "6:7: merge keys", id="a merge key"),
    pytest.param(GOOD.replace("over: 180d", "before: 2024-02-30"), "6:32: ", id="a day that isn't"),
    pytest.param(GOOD.replace("over: 180d", "before: start of previous semster"), "no period 'semster'", id="an unknown period"),
    pytest.param(GOOD.replace("age: {from: end, over: 180d}", "state: published"), "add an `age`", id="no age"),
    pytest.param(GOOD.replace("old", "'"), "7:1: ", id="no YAML"),
    pytest.param("", "holds nothing", id="an empty file"),
]  # fmt: skip
COMMANDS = [
    "retention check {policy}",
    "retention test cases.yaml --policy {policy}",
    "retention what-if {policy}",
    "retention what-if good.yaml --against {policy}",
    "retention plan --policy {policy}",
    "retention apply --policy {policy} --yes",
    "retention explain 0000 --policy {policy}",
    "retention notices --dry-run --policy {policy}",
]
CONFIGURED = [
    "retention plan",
    "retention apply --yes",
    "retention explain 0000",
    "unpublish --state published --yes",
    "publish --where 'state: unpublished' --yes",
]


@pytest.fixture
def policy(tmp_path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path / "policy.yaml"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("text", "complaint"), WRONG)
def test_a_command_that_is_given_a_policy(server, bbbkeep, policy, command, text, complaint):
    policy.write_text(text, encoding="utf-8")

    told = bbbkeep(*command.format(policy="policy.yaml").split())

    assert (told.exit, told.out) == (2, "")
    assert told.last_line.startswith("bbbkeep: policy.yaml:")
    assert complaint in told.last_line
    assert server.requests == []


@pytest.mark.parametrize("command", CONFIGURED)
@pytest.mark.parametrize(("text", "complaint"), WRONG[:3])
def test_a_command_whose_policy_is_configured(server, bbbkeep, policy, command, text, complaint, monkeypatch):
    monkeypatch.delenv("BBB_URL")
    policy.write_text(text, encoding="utf-8")
    config = f"servers: {{a: {{url: '{server.url}', secret: {{env: BBB_SECRET}}}}}}\npolicy: policy.yaml\n"
    policy.with_name("bbbkeep.yaml").write_text(config, encoding="utf-8")

    told = bbbkeep(*shlex.split(command))

    assert (told.exit, told.out) == (2, "")
    assert complaint in told.last_line
    assert server.requests == []
