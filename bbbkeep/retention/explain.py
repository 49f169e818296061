"""Explain one verdict: every hold, protection, rule and condition that was met, and its truth.

Pure; says what `decide` does, from the same functions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bbbkeep.model import InventoryRow
from bbbkeep.retention.anomalies import anomalies
from bbbkeep.retention.coming import first_match
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.decide import History, hold_reason, judge, keep_reason, state_reason
from bbbkeep.retention.edits import Edits, edits
from bbbkeep.retention.facts import Facts, facts_of, plainly
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.truth import Truth, known
from bbbkeep.retention.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """One question that was asked: what, how deep in its rule, the answer and the fact behind it."""

    depth: int
    text: str
    truth: Truth
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    verdict: Verdict
    steps: tuple[Step, ...]
    anomalies: tuple[str, ...]
    edits: Edits


def explain(row: InventoryRow, policy: Policy, *, now: datetime, history: History) -> Explanation:
    """Judge *row* as `decide` does and keep every step."""
    facts = facts_of(row, policy.zone, now)
    steps = tuple(_steps(facts, policy, history))
    return Explanation(judge(facts, policy, history), steps, anomalies(row), edits(facts, policy, history))


def explanation_text(explanation: Explanation) -> str:
    """Render an explanation for a terminal; server text in it is on one line and printable."""
    verdict = explanation.verdict
    lines = [f"{plainly(verdict.record_id)}: {verdict.action if verdict.act else 'keep'}"]
    lines += [f"  because {reason}" for reason in verdict.reasons]
    if verdict.due:
        lines.append(f"  due after {verdict.due:%Y-%m-%d %H:%M} UTC")
    for edit in explanation.edits.made:
        lines.append(f"  and sets {'; '.join(edit.reasons[1:])} (rule {edit.rule})")
    lines += [f"  {plainly(one)}" for one in explanation.edits.left]
    lines += [f"  odd: {anomaly}" for anomaly in explanation.anomalies]
    lines += [_line(step) for step in explanation.steps]
    return "\n".join(lines) + "\n"


def _steps(facts: Facts, policy: Policy, history: History) -> Iterator[Step]:
    hold, state = hold_reason(facts, policy, history), state_reason(facts)
    held = Truth.UNKNOWN if hold and not hold.startswith("on hold") else known(hold is not None)
    yield Step(0, "on hold", held, hold or "")
    yield Step(0, "in a state that is acted on", known(state is None), state or "")
    troubled = facts.recording.record_id in history.troubled
    yield Step(0, "a write failed or was not verified this night", known(troubled))
    for protection in policy.protections:
        ended = f"it ended after {protection.until}" if protection.ended(facts) else ""
        yield Step(0, f"protected by {protection.name}", protection.truth(facts), ended)
        yield from _conditions(protection.when, facts, 1)
    for keep in policy.keeps:
        reason = keep_reason(facts, keep, history.newest)
        kept = Truth.UNKNOWN if reason and not reason.startswith("kept") else known(reason is not None)
        yield Step(0, f"kept by {keep.name}", kept, reason or "")
        yield from _conditions(keep.when, facts, 1) if keep.when else ()
    decides, _ = first_match(policy, facts)
    reached = True
    for rule in policy.rules:
        unheard = "" if reached or decides is None else f"not asked: rule {decides.name} comes first"
        yield Step(0, f"rule {rule.name}: {rule.deed}", rule.truth(facts), rule.pending(facts) or unheard)
        reached = reached and rule is not decides
        yield from _conditions(rule.when, facts, 1)
    for rule in policy.edits:
        yield Step(0, f"rule {rule.name}: {rule.deed} it", rule.truth(facts), rule.pending(facts))
        yield from _conditions(rule.when, facts, 1)


def _conditions(condition: Condition, facts: Facts, depth: int) -> Iterator[Step]:
    truth = condition.truth(facts)
    if not condition.parts:
        yield Step(depth, condition.sentence(), truth, condition.fact(facts))
        return
    yield Step(depth, condition.word, truth)
    for part in condition.parts:
        yield from _conditions(part, facts, depth + 1)


def _line(step: Step) -> str:
    fact = f"  [{step.fact}]" if step.fact else ""
    return f"  {step.truth.name.lower():7} {'  ' * step.depth}{step.text}{fact}"
