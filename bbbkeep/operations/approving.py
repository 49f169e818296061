"""Approve a policy by a plan of it: what a person says yes to, and what guards say all the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.counted import many
from bbbkeep.errors import UsageError
from bbbkeep.operations.keys_never_seen import never_seen_in_words
from bbbkeep.plans.approving import approve as approve_plan
from bbbkeep.plans.baseline import COMPARING
from bbbkeep.plans.begin import check
from bbbkeep.plans.document import GuardResult, Plan
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval, as given."""

    plan: Plan
    reason: str

    @property
    def passed(self) -> tuple[GuardResult, ...]:
        """The guards that stop nothing any more: what tripped them is how the server should look."""
        return tuple(one for one in self.plan.tripped if one.name in COMPARING)

    @property
    def stopping(self) -> tuple[GuardResult, ...]:
        """The guards that no approval passes."""
        return tuple(one for one in self.plan.tripped if one.name not in COMPARING)

    def document(self) -> dict[str, Any]:
        return {
            "plan_id": self.plan.plan_id,
            "server": self.plan.server,
            "policy_digest": self.plan.policy_digest,
            "reason": self.reason,
            "items": dict(Counter(item.action for item in self.plan.items)),
            "kept": self.plan.kept,
            "never_seen": sorted(self.plan.never_seen),
            "passed": [one.name for one in self.passed],
            "still_stopped_by": [one.name for one in self.stopping],
        }

    def lines(self) -> Iterator[str]:
        """Say it in lines."""
        plan = self.plan
        yield f"approved on {plan.server}: this policy, as planned with {many(len(plan.items), 'item')} to write"
        counts = Counter(item.action for item in plan.items)
        counted = ", ".join(f"{count} {action}" for action, count in sorted(counts.items())) or "nothing due"
        yield f"  {counted}; {plan.kept} kept"
        yield from (f"  {one}: approved all the same" for one in never_seen_in_words(plan.never_seen))
        yield from (f"  the server may look like this from now on: {one}" for one in self.passed)
        yield from (f"  this guard stops it all the same: {one}" for one in self.stopping)
        yield "guards hold all the same; a changed policy waits for an approval of its own"


def approve(site: Site, path: Path, *, reason: str, now: datetime) -> Approved:
    """Approve the policy that the plan at *path* was made from, for this server.

    Raises:
        UsageError: it comes from no policy, or what only a reason can pass has none.
        PlanRefusedError: see `plans.begin.check`.
    """
    plan = check(site, path, now=now)
    if plan.policy_digest is None:
        raise UsageError(f"{plan.plan_id} comes from no policy: only retention plans are approved")
    approved = Approved(plan, reason.strip())
    if approved.passed and not approved.reason:
        tripped = "; ".join(map(str, approved.passed))
        raise UsageError(f"{plan.plan_id}: {tripped}; if that is how it should be, say why with --reason")
    approve_plan(site, plan, reason=approved.reason, now=now)
    return approved
