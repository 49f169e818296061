"""What a plan leaves as it is, and why: judged once more as of the plan, one recording at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.operations.retention import verdicts
from bbbkeep.plans.document import Plan
from bbbkeep.retention.load import load_policy
from bbbkeep.retention.verdict import Verdict
from bbbkeep.selection import Selection
from bbbkeep.site import Site


def kept_verdicts(site: Site, plan: Plan, path: Path, selection: Selection) -> Iterator[Verdict]:
    """Judge again what a plan of the policy at *path* keeps, in the order of the ids."""
    now = datetime.fromisoformat(plan.created_at)
    found = verdicts(site, load_policy(path), selection, now=now)
    return (verdict for _, verdict in found if not verdict.act)


def kept_document(
    document: Mapping[str, Any],
    kept: Iterable[Verdict] | None,
    counts: Mapping[str, int],
    *,
    ascii_only: bool,
) -> Iterator[str]:
    """Return the text of a plan's document, a piece at a time, with what is *kept* if that is asked for."""

    def text(content: object) -> str:
        return json.dumps(content, ensure_ascii=ascii_only)

    yield text(document)[:-1]
    if kept is not None:
        yield ', "kept_recordings": ['
        for number, verdict in enumerate(kept):
            yield (",\n" if number else "\n") + text(_plain(verdict))
        yield "\n]"
    yield f', "kept_by_reason": {text(counts)}}}\n'


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "record_id": verdict.record_id,
        "rule": verdict.rule,
        "reasons": list(verdict.reasons),
        "due": verdict.due.isoformat() if verdict.due else None,
        "unknown": list(verdict.unknown),
    }
