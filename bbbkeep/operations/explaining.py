"""Explain what a policy makes of one recording as it was last listed."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.errors import UsageError
from bbbkeep.ledger import inventory
from bbbkeep.operations.retention import history, policy_path
from bbbkeep.retention.explain import Explanation, explain
from bbbkeep.retention.load import load_policy
from bbbkeep.site import Site


def explained(site: Site, record_id: str, policy: Path | None, *, now: datetime) -> Explanation:
    """Explain the verdict about one recording.

    Raises:
        PolicyError: the policy can't be obeyed as written.
        UsageError: no listing has shown this recording.
    """
    loaded = load_policy(policy_path(site, policy))
    with site.ledger.read() as conn:
        row = inventory.get(conn, site.key, record_id)
    if row is None:
        raise UsageError(
            f"no listing has shown {record_id!r}; run `bbbkeep inventory` first, or check the id"
        )
    return explain(row, loaded, now=now, history=history(site, loaded, now=now))


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as plain values."""
    verdict = explanation.verdict
    return {
        "record_id": verdict.record_id,
        "verdict": verdict.action if verdict.act else "keep",
        "rule": verdict.rule,
        "reasons": list(verdict.reasons),
        "due": verdict.due.isoformat() if verdict.due else None,
        "sets": {one.edit.key: one.new for edit in explanation.edits.made for one in edit.changes},
        "anomalies": list(explanation.anomalies),
        "steps": [
            {"depth": one.depth, "text": one.text, "truth": one.truth.name.lower(), "fact": one.fact or None}
            for one in explanation.steps
        ],
    }
