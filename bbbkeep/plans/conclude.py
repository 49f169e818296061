"""Record what became of an item: in the ledger's runs and in the chain of events, in one transaction."""

from bbbkeep.ledger import events, runs
from bbbkeep.model import ItemOutcome, Outcome
from bbbkeep.plans.begin import RunRef
from bbbkeep.plans.document import PlanItem
from bbbkeep.site import Site


def conclude(site: Site, run: RunRef, item: PlanItem, outcome: Outcome, because: str) -> ItemOutcome:
    """Record the outcome of *item* and return it."""
    now = site.clock.now()
    result = ItemOutcome(
        item.record_id, item.action, outcome, because, run.run_id, item.number, now, {"rule": item.rule}
    )
    body = {"run_id": run.run_id, "number": item.number, "record_id": item.record_id, "outcome": outcome}
    with site.ledger.write() as conn:
        runs.record(conn, site.key, result)
        events.append(conn, site.key, "outcome", body, now)
    return result
