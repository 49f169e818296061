"""What one run over one server came to: figures for people, a document for scripts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from bbbkeep.model import ItemOutcome
from bbbkeep.operations.chunks import LEFT_IN_TROUBLE, PlanRef

SHOWN = 50

REASONS_SHOWN = 5

ONLY_REPORTED = "tried in vain and only reported now"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know of one step; `exit` is its exit code, 0 where it is no failure."""

    step: str
    message: str
    exit: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why items ended as they did, and how many of *run_id* did so for this reason."""

    action: str
    outcome: str
    because: str
    count: int
    run_id: str


@dataclass(slots=True)
class Summary:
    """One server's run, step by step."""

    server: str
    run_id: str = ""
    exit: int = 0
    sweep: str = ""
    recordings: int = 0
    complete: bool = False
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    """Why items are not done, the most frequent first."""
    waiting: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    report: str | None = None
    unread: list[str] = field(default_factory=list)
    """Sheets whose rows were not taken up: any of them may ask for a hold."""

    def note(self, step: str, plan: PlanRef) -> None:
        """Take down what was asked for and did not get into the plan."""
        self.leave(step, sum(outcome in {"failed", "unverified"} for _, outcome, _ in plan.left))
        for what, outcome, because in plan.left:
            if outcome in LEFT_IN_TROUBLE:
                self.problems.append(Problem(step, f"{what}: {because}", 3))
            elif outcome == "skipped":
                self.problems.append(Problem(step, f"{what}: {because}", 0))

    def count(self, outcomes: Iterable[ItemOutcome]) -> None:
        """Take down what became of items, and why some are not done."""
        told = list(outcomes)
        self.outcomes = _by_action(told)
        why = Counter(
            (one.action, str(one.outcome), one.because, one.run_id)
            for one in told
            if one.outcome not in {"verified", "unchanged"}
        )
        self.reasons = [
            Reason(action, outcome, because, count, run_id)
            for (action, outcome, because, run_id), count in why.most_common(SHOWN)
        ]

    def leave(self, step: str, count: int) -> None:
        """Take down that so many writes are left to people."""
        if count:
            self.waiting.append(f"{step}: {count} {ONLY_REPORTED}")

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Say it in lines."""
        found = [f"{self.server}: {self.sweep}" if self.sweep else f"{self.server}: not listed"]
        found += [f"  {action}: {_counted(counts)}" for action, counts in sorted(self.outcomes.items())]
        if not self.outcomes:
            found.append("  nothing was written")
        found += self._reasons()
        found += [f"  waiting: {one}" for one in self.waiting]
        found += [f"  {one.step}: {one.message}" for one in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            found.append(f"  and {len(self.problems) - SHOWN} more")
        return found + ([f"  report: {self.report}"] if self.report else [])

    def _reasons(self) -> list[str]:
        """Say the most frequent reasons, and where to see the others."""
        shown = [
            f"    {one.action}: {one.count} {one.outcome}: {one.because}"
            for one in self.reasons[:REASONS_SHOWN]
        ]
        if len(self.reasons) > len(shown):
            shown.append("    others for other reasons")
        runs = sorted({one.run_id for one in self.reasons})
        return shown + [f"    each item: bbbkeep runs show {run_id}" for run_id in runs]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def _by_action(outcomes: Iterable[ItemOutcome]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (action, outcome), count in Counter((one.action, str(one.outcome)) for one in outcomes).items():
        found.setdefault(action, {})[outcome] = count
    return found
