"""A run by name, what it needs to know of itself, and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from bbbkeep.errors import PlanRefusedError
from bbbkeep.exits import worst
from bbbkeep.ledger import plans, runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.document import Plan, PlanItem, read_plan
from bbbkeep.site import Site

LEASE_FOR = timedelta(minutes=15)

BROKEN_OFF = 3
"""Exit code of a run that was killed: whatever it did, it was not all."""

OPEN = "open"
UNTRIED = "untried"
"""Marks in an outcome's detail: the item may be taken up again when its run is resumed."""


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run that has begun, by name: what a task carries from chunk to chunk."""

    run_id: str
    plan_path: str
    token: str
    owns_lease: bool
    running: tuple[str, ...] = ()
    """The internal meeting ids of the meetings that ran when it began: nothing is written to their recordings."""
    leave: tuple[str, ...] = ()
    """Recordings to which a write of a run that was taken over may still arrive."""
    remarks: tuple[str, ...] = ()
    """What people should know about the run."""


def plan_of(site: Site, run: RunRef) -> Plan:
    """Return the plan of a run, as it was when the run began.

    Raises:
        PlanRefusedError: its file is gone, or was changed since.
    """
    plan, digest = _read_once(Path(run.plan_path))
    with site.ledger.read() as conn:
        known = plans.get(conn, plan.plan_id)
        begun = runs.get(conn, run.run_id)
    if known is None or begun is None or begun.plan_id != plan.plan_id or known.digest != digest:
        raise PlanRefusedError(
            f"{run.plan_path}: the file was changed while its run was under way; plan again"
        )
    return plan


def items_of(plan: Plan, numbers: Sequence[int]) -> list[PlanItem]:
    """Return the items with these numbers, in their order; numbers that the plan has not are left out."""
    return [plan.items[number - 1] for number in sorted(set(numbers)) if 0 < number <= len(plan.items)]


def _read_once(path: Path) -> tuple[Plan, str]:
    """Read a plan, unless it is the one that was read last: each chunk of a long run asks for it."""
    try:
        found = path.stat()
    except OSError:
        return read_plan(path)
    return _read(path, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


@lru_cache(maxsize=1)
def _read(path: Path, _state: tuple[int, ...]) -> tuple[Plan, str]:
    return read_plan(path)


def may_be_taken_up(outcome: ItemOutcome) -> bool:
    """Tell whether an item was left open when its run ended."""
    return bool(outcome.detail.get(UNTRIED) or outcome.detail.get(OPEN))


def exit_code(outcomes: Sequence[ItemOutcome]) -> int:
    """Return 3 where something failed, was refused, could not be verified or was never tried; else 0."""
    bad = {"failed", "unverified", "refused"}
    return worst(3 for outcome in outcomes if outcome.outcome in bad or outcome.detail.get(UNTRIED))
