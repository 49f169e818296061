"""Record what became of items: in the ledger's runs and in the chain of events, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.ledger import events, inventory, runs
from bbbkeep.model import ItemOutcome, Outcome
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class End:
    """What became of one item; `found`: what the server showed of it, where that is news for the inventory."""

    item: PlanItem
    outcome: Outcome
    because: str
    found: Found | None = None


def conclude(site: Site, run: RunRef, item: PlanItem, outcome: Outcome, because: str) -> ItemOutcome:
    """Record the outcome of *item* and return it."""
    [result] = conclude_all(site, run, [End(item, outcome, because)])
    return result


def conclude_all(site: Site, run: RunRef, ends: Sequence[End]) -> list[ItemOutcome]:
    """Record the outcomes of items and return them, in the same order."""
    if not ends:
        return []
    with site.ledger.write() as conn:
        return record(conn, site, run, ends)


def record(conn: Connection, site: Site, run: RunRef, ends: Sequence[End]) -> list[ItemOutcome]:
    """Record the outcomes of items within the caller's transaction."""
    now = site.clock.now()
    results = [_outcome(end, run, now) for end in ends]
    write_down(conn, site, results)
    _refresh(conn, site, ends)
    return results


def _outcome(end: End, run: RunRef, now: datetime) -> ItemOutcome:
    item, rule = end.item, {"rule": end.item.rule}
    return ItemOutcome(
        item.record_id, item.action, end.outcome, end.because, run.run_id, item.number, now, rule
    )


def write_down(conn: Connection, site: Site, results: Sequence[ItemOutcome]) -> None:
    """Put outcomes into runs and chain, within the caller's transaction."""
    now = site.clock.now()
    names = ("run_id", "number", "record_id", "outcome")
    runs.record(conn, site.key, *results)
    bodies = [{name: getattr(one, name) for name in names} for one in results]
    events.append_all(conn, site.key, "outcome", bodies, now)
    for one in results:
        if one.outcome == ACTIONS[one.action].begins_grace:
            inventory.begin_grace(conn, site.key, one.record_id, one.at or now)


def _refresh(conn: Connection, site: Site, ends: Sequence[End]) -> None:
    """Bring the inventory up to what was read back."""
    now = site.clock.now()
    shown = [(end.item.record_id, end.found.recording) for end in ends if end.found is not None]
    inventory.refresh_all(conn, site.key, [one for _, one in shown if one is not None], now)
    for record_id, recording in shown:
        if recording is None:
            inventory.mark_gone(conn, site.key, record_id, now)
