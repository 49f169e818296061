"""Plans and outcomes as JSON documents: a stable contract with scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bbbkeep.errors import PlanRefusedError
from bbbkeep.model import ItemOutcome
from bbbkeep.operations.chunks import Left
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.approving import approval_of, waits_for_approval
from bbbkeep.plans.document import Plan, PlanItem, read_plan
from bbbkeep.site import Site


def plan_document(site: Site, plan: Plan, path: Path) -> dict[str, Any]:
    """Return the plan as `--json` prints it."""
    return {
        "plan_id": plan.plan_id,
        "path": str(path),
        "server": plan.server,
        "profile": plan.profile,
        "created_at": plan.created_at,
        "expires_at": plan.expires_at,
        "sweep_id": plan.sweep_id,
        "policy_digest": plan.policy_digest,
        "configuration_digest": plan.configuration_digest,
        "complete": plan.complete,
        "incomplete_because": plan.incomplete_because or None,
        "approval": _approval(site, plan),
        "approved": _approved(site, plan),
        "guards": [
            {"name": one.name, "limit": one.limit, "actual": one.actual, "tripped": one.tripped}
            for one in plan.guards
        ],
        "never_seen": dict(plan.never_seen),
        "totals": {action: asdict(total) for action, total in plan.totals.items()},
        "items": [_item(item) for item in plan.items],
        "kept": plan.kept,
        "refused": [dict(one) for one in plan.refused],
        "anomalies": [dict(one) for one in plan.anomalies],
    }


def _approval(site: Site, plan: Plan) -> str:
    if plan.policy_digest is None:
        return "not needed"
    if plan.reports_only:
        return "not needed: the policy only reports"
    return "waiting" if waits_for_approval(site, plan) else "approved"


def _approved(site: Site, plan: Plan) -> dict[str, Any] | None:
    """Return what somebody saw who approved this plan's policy: the plan, and what it held."""
    found = approval_of(site, plan)
    if found is None:
        return None
    counts = {"by_action": found.counts.get("by_action", {}), "kept": found.counts.get("kept")}
    at = found.approved_at.isoformat(timespec="seconds")
    return {"plan_id": found.plan_id, "at": at, "reason": found.reason, **counts}


def _item(item: PlanItem) -> dict[str, Any]:
    return {
        "record_id": item.record_id,
        "action": item.action,
        "rule": item.rule,
        "reasons": list(item.reasons),
        "due": item.due,
        "size_bytes": item.size_bytes,
        "undo": item.undo,
        "params": dict(item.params),
    }


Tracks = Mapping[int, Mapping[str, str]]
"""What tells the text tracks of one recording apart (`kind`, `lang`, `file`), by the number of the item."""


def tracks_of(path: Path) -> Tracks:
    """Return the text tracks that a plan's items write; none where the plan is gone."""
    try:
        items = read_plan(path)[0].items
    except PlanRefusedError:
        return {}
    names = ("kind", "lang", "file")
    return {
        item.number: {name: item.params[name] for name in names if name in item.params}
        for item in items
        if ACTIONS[item.action].wants_tracks
    }


def run_document(
    run_id: str,
    outcomes: Sequence[ItemOutcome],
    left: Sequence[Left] = (),
    remarks: Sequence[str] = (),
    tracks: Tracks | None = None,
) -> dict[str, Any]:
    """Return what became of each item of a run, and of what was asked for but never got into its plan."""
    items = [_outcome(one) | dict((tracks or {}).get(one.number, {})) for one in outcomes]
    document: dict[str, Any] = {"run_id": run_id, "items": items}
    if left:
        document["left_out"] = [dict(zip(("what", "outcome", "because"), one, strict=True)) for one in left]
    if remarks:
        document["remarks"] = list(remarks)
    return document


def _outcome(outcome: ItemOutcome) -> dict[str, Any]:
    return {
        "record_id": outcome.record_id,
        "action": outcome.action,
        "outcome": outcome.outcome,
        "because": outcome.because,
    }
