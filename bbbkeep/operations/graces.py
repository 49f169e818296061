"""Whether a recording that a plan found unpublished because of us has been so until now."""

from collections.abc import Callable

from bbbkeep.ledger import inventory
from bbbkeep.model import InventoryRow, Recording
from bbbkeep.plans.run import RunRef, plan_of
from bbbkeep.site import Site

SINCE = "unpublished_at"
"""The parameter of an item that says since when, as far as the plan knew."""


def since_of(row: InventoryRow) -> dict[str, str]:
    """Return what an item keeps of that; nothing where somebody else did it, or nobody."""
    return {SINCE: row.unpublished_at.isoformat()} if row.unpublished_at else {}


def grace_check(site: Site, run: RunRef) -> Callable[[Recording], str | None]:
    """Return what tells whether a recording was seen published after the plan; hidden again, it looks the same."""
    known = {item.record_id: item.params[SINCE] for item in plan_of(site, run).items if SINCE in item.params}

    def broken(recording: Recording) -> str | None:
        planned = known.get(recording.record_id)
        if planned is None:
            return None
        with site.ledger.read() as conn:
            row = inventory.get(conn, site.key, recording.record_id)
        same = row is not None and since_of(row).get(SINCE) == planned
        return None if same else "drift: it was seen published since the plan"

    return broken
