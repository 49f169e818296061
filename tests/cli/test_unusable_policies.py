"""A policy that can't be obeyed as written is exit 2 in every command, with its line, before any request."""

import pytest

RULE = "  - name: old\n    action: delete\n    when: {age: {from: end, over: 365d}}\n"

FAULTS = {
    "a key written twice": (f"mode: act\nmode: act\nrules:\n{RULE}", "p.yaml:2:1: "),
    "a rule's key written twice": (f"mode: act\nrules:\n{RULE}    action: unpublish\n", "p.yaml:6:5: "),
    "an unknown key": (f"mode: act\nrule: []\nrules:\n{RULE}", "p.yaml:2:1: "),
    "an unknown condition": (f"mode: act\nrules:\n{RULE.replace('age:', 'aeg:')}", "p.yaml:5:12: "),
    "a tab": (f"mode: act\nrules:\n{RULE.replace('    when', chr(9) + 'when')}", "p.yaml:5:1: "),
    "an anchor": (f"mode: &m act\nrules:\n{RULE}", "p.yaml:1:7: "),
    "an alias": (f"mode: act\ntimezone: *m\nrules:\n{RULE}", "p.yaml:2:11: "),
    "no rules at all": ("mode: act\n", "p.yaml"),
    "rules without a value": ("mode: act\nrules:\n", "p.yaml:2:"),
    "an empty condition": ("mode: act\nrules:\n  - {name: all, action: delete, when: {}}\n", "p.yaml:3:"),
    "an empty list of conditions": (
        "mode: act\nrules:\n  - {name: all, action: delete, when: {all: []}}\n",
        "p.yaml:3:",
    ),
    "a day that does not exist": (f"mode: act\nrules:\n{RULE.replace('over: 365d', 'before: 2024-02-30')}", "p.yaml:5:"),
    "a rule without an age": (f"mode: act\nrules:\n{RULE.replace('age: {from: end, over: 365d}', 'state: published')}", "p.yaml:5:"),
    "a rule whose age is under not": (
        f"mode: act\nrules:\n{RULE.replace('{age: {from: end, over: 365d}}', '{not: {age: {from: end, over: 365d}}}')}",
        "p.yaml:5:",
    ),
    "a rule whose age is one of several ways": (
        f"mode: act\nrules:\n{RULE.replace('{age: {from: end, over: 365d}}', '{any: [{age: {from: end, over: 365d}}, {name: x}]}')}",
        "p.yaml:5:",
    ),
    "a limit raised without a reason": (f"mode: act\nguards: {{max_deletes: 900}}\nrules:\n{RULE}", "p.yaml:2:"),
}  # fmt: skip

COMMANDS = {
    "check": ["retention", "check", "p.yaml"],
    "plan": ["retention", "plan", "--policy", "p.yaml"],
    "plan without a listing": ["retention", "plan", "--no-sweep", "--policy", "p.yaml"],
    "apply": ["retention", "apply", "--policy", "p.yaml", "--yes"],
    "explain": ["retention", "explain", "a" * 40 + "-1700000000000", "--policy", "p.yaml"],
    "notices": ["retention", "notices", "--dry-run", "--policy", "p.yaml"],
    "test": ["retention", "test", "cases.yaml", "--policy", "p.yaml"],
    "what-if": ["retention", "what-if", "p.yaml"],
}

CASES = "now: 2026-06-01T12:00:00Z\ncases:\n  - {name: one, recording: {}, expect: {verdict: keep}}\n"


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
@pytest.mark.parametrize(("text", "place"), FAULTS.values(), ids=FAULTS.keys())
def test_it_is_refused_with_its_place_and_nobody_is_asked(server, bbbkeep, tmp_path, words, text, place):
    (tmp_path / "p.yaml").write_text(text)
    (tmp_path / "cases.yaml").write_text(CASES)

    told = bbbkeep(*words)

    assert told.exit == 2
    assert place in told.last_line
    assert server.requests == []


def test_a_rule_of_any_age_that_says_why_is_still_counted_by_the_guards(listed, bbbkeep, tmp_path):
    everything = (
        "{name: all, action: delete, allow_unbounded: we move, when: {state: [published, unpublished]}}"
    )
    (tmp_path / "p.yaml").write_text(f"mode: act\nrules:\n  - {everything}\n")
    listed.requests.clear()

    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", "p.yaml", "--json")
    applied = bbbkeep("retention", "apply", "--policy", "p.yaml", "--yes")

    tripped = [one["name"] for one in plan.document["guards"] if one["tripped"]]
    assert (plan.exit, applied.exit) == (4, 4)
    assert "delete share in percent" in tripped
    assert listed.writes == []
    assert "of any age, because: we move" in bbbkeep("retention", "check", "p.yaml").out


def test_a_misspelt_key_in_a_protection_waits_and_is_named_wherever_one_looks(listed, bbbkeep, policy):
    file = policy(due=1)
    file.write_text(file.read_text() + "protect:\n  - {name: exams, when: {metadata: {catgeory: exam}}}\n")

    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file)
    applied = bbbkeep("retention", "apply", "--policy", file, "--yes")
    checked = bbbkeep("retention", "check", file, "--server", "default")

    assert (plan.exit, applied.exit, listed.writes) == (0, 0, [])
    assert "catgeory, by which protection exams keeps" in plan.out
    assert "approval: waiting" in plan.out
    assert "exams: protects none of the 60 recordings listed" in checked.out
    assert "no recording listed has the metadata key catgeory; did you mean category?" in checked.out
