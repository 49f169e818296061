"""Say in words why a policy acts on a recording or keeps it.

Pure; `decide.py` knows what is so, this says it.
"""

from collections.abc import Iterator
from itertools import chain

from bbbkeep.retention.combining import deciding
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import Facts
from bbbkeep.retention.policy import Policy, Rule
from bbbkeep.retention.truth import Truth


def why(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """Say why a rule acts."""
    facts_found = dict.fromkeys(leaf.fact(facts) for leaf in deciding(rule.when, facts))
    return (f"rule {rule.name}", *facts_found, *_grace(rule, facts))


def _grace(rule: Rule, facts: Facts) -> Iterator[str]:
    """Say where in its two steps the rule is."""
    if rule.grace is None:
        return
    step, span = rule.step(facts), rule.grace.text
    if step == "delete":
        yield f"{unpublished_in_words(facts)}, over {span} ago"
    elif step == "begin_grace":
        yield f"it is unpublished, but bbbkeep did not do it: its {span} begin with this run"
    else:
        yield f"to be deleted {span} later"


def why_not(
    rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts, against: tuple[str, ...]
) -> tuple[str, ...]:
    """Say why a recording is kept: *against* it, and what rules say of it."""
    doubts = (f"rule {each.name} can't be judged: {facts_in_words(each.when, facts)}" for each in doubtful)
    matched = (
        f"rule {rule.name} would {rule.step(facts) or 'delete'} it: {facts_in_words(rule.when, facts)}"
        if rule
        else None
    )
    found = tuple(filter(None, (*against, *doubts, matched)))
    if found:
        return found
    return ("no rule matches" if policy.rules else "the policy has no rules",)


def facts_in_words(when: Condition, facts: Facts) -> str:
    """Say the facts that the answer to a condition rests on."""
    return ", ".join(dict.fromkeys(leaf.fact(facts) for leaf in deciding(when, facts)))


def unknown_names(
    rule: Rule | None, doubtful: tuple[Rule, ...], policy: Policy, facts: Facts
) -> tuple[str, ...]:
    """Name what was unknown and mattered."""
    whens = [each.when for each in doubtful]
    always: tuple[str, ...] = ()
    if rule:
        whens += [each.when for each in policy.protections if each.truth(facts) is Truth.UNKNOWN]
        always = ("metadata",) * (facts.metadata is None) + ("state",) * (facts.recording.state is None)
        kept = (keep for keep in policy.keeps if keep.when is None or keep.when.truth(facts) is not Truth.NO)
        always += tuple(name for keep in kept for name in keep.unknown(facts))
    names = (leaf.names for when in whens for leaf in deciding(when, facts))
    return tuple(sorted({*chain.from_iterable(names), *always}))


def unpublished_in_words(facts: Facts) -> str:
    """Say when a grace began."""
    return f"bbbkeep unpublished it {facts.row.unpublished_at:%Y-%m-%d %H:%M} UTC"
