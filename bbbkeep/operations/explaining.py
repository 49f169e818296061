"""Explain what a policy makes of one recording as it was last listed, or what became of it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.errors import UsageError
from bbbkeep.ledger import gone, inventory
from bbbkeep.ledger.gone import Gone, OurDelete
from bbbkeep.operations.retention import history, policy_path
from bbbkeep.retention.explain import Explanation, explain, explanation_text
from bbbkeep.retention.load import load_policy
from bbbkeep.site import Site


def explained(site: Site, record_id: str, policy: Path | None, *, now: datetime) -> Explanation | Gone:
    """Explain the verdict about one recording; of one that is gone there is none, but how it went.

    Raises:
        PolicyError: the policy can't be obeyed as written.
        UsageError: no listing has shown this recording.
    """
    loaded = load_policy(policy_path(site, policy))
    with site.ledger.read() as conn:
        row = inventory.get(conn, site.key, record_id)
        went = gone.fate(conn, site.key, row) if row else None
    if row is None:
        raise UsageError(
            f"no listing has shown {record_id!r}; run `bbbkeep inventory` first, or check the id"
        )
    return went or explain(row, loaded, now=now, history=history(site, loaded, now=now))


def document(found: Explanation | Gone) -> dict[str, Any]:
    """Return it as plain values; both kinds have the same keys."""
    return _gone_document(found) if isinstance(found, Gone) else _explanation_document(found)


def text(found: Explanation | Gone) -> str:
    """Render it for a terminal."""
    return _gone_text(found) if isinstance(found, Gone) else explanation_text(found)


def _gone_text(went: Gone) -> str:
    lines = [f"{went.row.recording.record_id}: gone", *(f"  {one}" for one in _gone_reasons(went))]
    return "\n".join(lines) + "\n"


def _gone_reasons(went: Gone) -> list[str]:
    """Say how a recording went, and when it was last seen."""
    row, ours = went.row, went.ours
    found = [_HOW[went.how]]
    if ours is not None and ours.outcome == "verified":
        found = [f"{_deleted(ours)}; `bbbkeep audit deletions` proves it"]
    elif ours is not None:
        found.append(f"{_deleted(ours)}, and could not verify it")
    state = f" as {row.recording.state}" if row.recording.state not in (None, "deleted") else ""
    found.append(f"last seen {row.last_seen:%Y-%m-%d %H:%M} UTC{state}")
    if went.missed_at is not None:
        found.append(f"the complete listing of {went.missed_at:%Y-%m-%d %H:%M} UTC no longer showed it")
    return found


_HOW = {
    "deleted by us": "we deleted it",
    "deleted by others": "the server says that it is deleted; bbbkeep did not do it",
    "vanished": "it went, but not by us",
}


def _deleted(ours: OurDelete) -> str:
    when = f" on {ours.at:%Y-%m-%d %H:%M} UTC" if ours.at else ""
    rule = f" by rule {ours.rule}" if ours.rule else ""
    policy = f" of policy {ours.policy_digest[:12]}" if ours.policy_digest else ""
    return f"we deleted it{when}{rule}{policy} in run {ours.run_id}"


def _gone_document(went: Gone) -> dict[str, Any]:
    ours = went.ours
    deletion = {
        "run_id": ours.run_id,
        "plan_id": ours.plan_id,
        "at": ours.at.isoformat() if ours.at else None,
        "rule": ours.rule,
        "policy_digest": ours.policy_digest,
        "outcome": ours.outcome,
    } if ours else None  # fmt: skip
    return {
        "record_id": went.row.recording.record_id,
        "verdict": "gone",
        "rule": None,
        "reasons": _gone_reasons(went),
        "due": None,
        "sets": {},
        "unknown": [],
        "anomalies": [],
        "steps": [],
        "gone": {
            "how": went.how,
            "last_seen": went.row.last_seen.isoformat(),
            "last_state": went.row.recording.state,
            "missed_at": went.missed_at.isoformat() if went.missed_at else None,
            "deletion": deletion,
        },
    }


def _explanation_document(explanation: Explanation) -> dict[str, Any]:
    verdict = explanation.verdict
    return {
        "record_id": verdict.record_id,
        "verdict": verdict.action if verdict.act else "keep",
        "rule": verdict.rule,
        "reasons": list(verdict.reasons),
        "due": verdict.due.isoformat() if verdict.due else None,
        "sets": {one.edit.key: one.new for edit in explanation.edits.made for one in edit.changes},
        "unknown": list(verdict.unknown),
        "anomalies": list(explanation.anomalies),
        "gone": None,
        "steps": [
            {"depth": one.depth, "text": one.text, "truth": one.truth.name.lower(), "fact": one.fact or None}
            for one in explanation.steps
        ],
    }
