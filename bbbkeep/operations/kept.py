"""What a plan leaves as it is, and why: judged once more as of the plan, one recording at a time."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.operations.plan_document import plan_document
from bbbkeep.operations.retention import history, judged, verdicts
from bbbkeep.plans.document import Plan
from bbbkeep.retention.kept_kinds import Kinds
from bbbkeep.retention.load import load_policy
from bbbkeep.retention.verdict import Verdict
from bbbkeep.selection import Selection
from bbbkeep.site import Site


class Kept:
    """The recordings that a plan of the policy at *path* keeps; `kinds` counts those that were yielded."""

    def __init__(self, site: Site, plan: Plan, path: Path, selection: Selection) -> None:
        self._site, self._policy, self._selection = site, load_policy(path), selection
        self._now = datetime.fromisoformat(plan.created_at)
        self.kinds = Kinds()

    def verdicts(self) -> Iterator[Verdict]:
        """Yield them in the order of their ids."""
        for _, verdict in verdicts(self._site, self._policy, self._selection, now=self._now):
            if not verdict.act:
                self.kinds.count(verdict)
                yield verdict

    def counted(self) -> dict[str, int]:
        """Go through all of them, and return how many are kept by each reason."""
        known = history(self._site, self._policy, now=self._now)
        for chunk in judged(self._site, self._policy, self._selection, known, now=self._now):
            self.kinds.count_chunk(chunk)
        return self.kinds.most_first()


def kept_document(
    site: Site, plan: Plan, path: Path, kept: Kept, *, each: bool, ascii_only: bool
) -> Iterator[str]:
    """Return the text of the plan's document, a piece at a time; *each*: with every recording that is kept."""

    def text(content: object) -> str:
        return json.dumps(content, ensure_ascii=ascii_only)

    yield text(plan_document(site, plan, path))[:-1]
    if each:
        yield ', "kept_recordings": ['
        for number, verdict in enumerate(kept.verdicts()):
            yield (",\n" if number else "\n") + text(_plain(verdict))
        yield "\n]"
    counts = kept.kinds.most_first() if each else kept.counted()
    yield f', "kept_by_reason": {text(counts)}}}\n'


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "record_id": verdict.record_id,
        "rule": verdict.rule,
        "reasons": list(verdict.reasons),
        "due": verdict.due.isoformat() if verdict.due else None,
        "unknown": list(verdict.unknown),
    }
