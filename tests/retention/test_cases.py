"""Cases hold a policy to what its author expects of it."""

from pathlib import Path

import pytest

from bbbkeep.errors import PolicyError
from bbbkeep.retention.cases import load_cases, run_cases
from bbbkeep.retention.load import load_policy, loads_policy

EXAMPLES = sorted((Path(__file__).parents[2] / "data" / "policies" / "cases").glob("*.yaml"))
POLICY = loads_policy(
    "mode: act\nrules:\n  - {name: old, action: delete, when: {age: {from: end, over: 365d}}}\n",
    Path("p.yaml"),
)
OLD = "{state: published, end: 2025-01-01T00:00:00Z, metadata: {}}"


def of(folder, recording=OLD, expect="{verdict: delete}", now="2026-06-01T12:00:00Z"):
    path = folder / "cases.yaml"
    path.write_text(f"now: {now}\ncases:\n  - {{name: one, recording: {recording}, expect: {expect}}}\n")
    return load_cases(path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_cases_pass(example):
    cases = load_cases(example)

    assert [one.case.name for one in run_cases(cases, load_policy(cases.policy)) if not one.passed] == []


@pytest.mark.parametrize(
    ("recording", "expect", "passed"),
    [
        pytest.param(OLD, "{verdict: delete}", True, id="the verdict"),
        pytest.param(OLD, "{verdict: delete, rule: old}", True, id="verdict and rule"),
        pytest.param(OLD, "{verdict: delete, rule: other}", False, id="another rule"),
        pytest.param(OLD, "{verdict: keep}", False, id="another verdict"),
        pytest.param("{state: published, end: 2025-01-01T00:00:00Z}", "{verdict: keep}", True, id="metadata unknown"),
        pytest.param("{state: published, metadata: {}}", "{verdict: keep}", True, id="undated"),
        pytest.param("{state: published, end: 2030-01-01T00:00:00Z, metadata: {}}", "{verdict: keep}", True, id="future"),
    ],
)  # fmt: skip
def test_a_case_passes_if_verdict_and_rule_are_as_expected(tmp_path, recording, expect, passed):
    [result] = run_cases(of(tmp_path, recording, expect), POLICY)

    assert result.passed is passed
    assert result.reasons


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        pytest.param("2025-06-01T12:00:00.001Z", "keep", id="due in a millisecond"),
        pytest.param("2025-06-01T12:00:00Z", "keep", id="due"),
        pytest.param("2025-06-01T11:59:59.999Z", "delete", id="due for a millisecond"),
    ],
)
def test_a_recording_exactly_as_old_as_the_rule_says_is_kept(tmp_path, end, verdict):
    recording = f'{{state: published, end: "{end}", metadata: {{}}}}'

    [result] = run_cases(of(tmp_path, recording, f"{{verdict: {verdict}}}"), POLICY)

    assert result.passed


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param({"now": "2026-06-01T12:00:00"}, "is no moment with a time zone", id="no zone"),
        pytest.param({"now": "2026-02-30T12:00:00Z"}, "is no moment with a time zone", id="no such day"),
        pytest.param({"recording": "{states: published}"}, "states", id="misspelt"),
        pytest.param({"expect": "{verdict: remove}"}, "must be one of", id="no verdict"),
        pytest.param({"expect": "{verdict: keep, rule: old}"}, "stands beside `keep`", id="keep by a rule"),
    ],
)
def test_a_file_of_cases_is_refused_with_its_line(tmp_path, words, problem):
    with pytest.raises(PolicyError, match=problem) as refused:
        of(tmp_path, **words)

    assert refused.value.line
