"""What a run did to each recording, with the reasons that its plan gave and how it ended."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bbbkeep.errors import PlanRefusedError
from bbbkeep.ledger import inventory, plans, runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.document import read_plan
from bbbkeep.reports.facts import Deed
from bbbkeep.site import Site

Reasons = Mapping[tuple[str, int], Sequence[str]]
"""Run and number of an item -> why it was planned."""


def deeds(site: Site, outcomes: Sequence[ItemOutcome]) -> list[Deed]:
    """Return a deed for each outcome, in their order."""
    why = _reasons(site, {one.run_id for one in outcomes})
    with site.ledger.read() as conn:
        rows = inventory.many(conn, site.key, {one.record_id for one in outcomes})
    names = {record_id: row.recording.name for record_id, row in rows.items()}
    return [_deed(one, names.get(one.record_id), why.get((one.run_id, one.number), ())) for one in outcomes]


def _deed(outcome: ItemOutcome, name: str | None, reasons: Sequence[str]) -> Deed:
    rule = str(outcome.detail.get("rule") or "")
    because = "; ".join([*(one for one in reasons if one != f"rule {rule}"), outcome.because])
    return Deed(outcome.record_id, name, outcome.action, outcome.outcome, because, rule, outcome.at)


def _reasons(site: Site, run_ids: set[str]) -> Reasons:
    """Read the plans of these runs; one whose file was removed gives no reasons."""
    found: dict[tuple[str, int], Sequence[str]] = {}
    for run_id in run_ids:
        path = _plan_of(site, run_id)
        try:
            items = read_plan(path)[0].items if path else ()
        except PlanRefusedError:
            items = ()
        found |= {(run_id, item.number): item.reasons for item in items}
    return found


def _plan_of(site: Site, run_id: str) -> Path | None:
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        plan = plans.get(conn, run.plan_id) if run and run.plan_id else None
    return Path(plan.path) if plan else None
