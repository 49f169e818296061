"""A retention plan with nothing to write: what it saw of the server counts all the same."""

from pathlib import Path

from bbbkeep.errors import GuardError
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.plans.approving import note_applied, stopping, waits_for_approval
from bbbkeep.plans.document import read_plan
from bbbkeep.site import Site


def take_note(site: Site, ref: PlanRef) -> None:
    """Compare the server with an empty plan from now on, as if it had been applied.

    Raises:
        GuardError: nothing is due because the server shows too little of what it was.
    """
    plan, _ = read_plan(Path(ref.path))
    if plan.items or not plan.complete or plan.reports_only:
        return
    if tripped := stopping(site, plan):
        raise GuardError(tuple(str(guard) for guard in tripped))
    if not waits_for_approval(site, plan):
        with site.ledger.write() as conn:
            note_applied(conn, site, plan)
