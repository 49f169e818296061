"""Go on with runs that broke off, each as its kind of plan is carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bbbkeep.errors import PlanRefusedError, UsageError
from bbbkeep.ledger.runs import Run
from bbbkeep.operations import captions, metadata, undoing
from bbbkeep.operations.carry_out import Carried, Finish, carry_out
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.retention import hold_check, limits, policy_of
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.document import Plan, read_plan
from bbbkeep.plans.finish import finish
from bbbkeep.plans.resume import plan_path, resumable, resume
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site

Chunk = Callable[[Sequence[int]], object]


@dataclass(frozen=True, slots=True)
class _Way:
    """How the rest of a run is written and ended."""

    write: Chunk
    finish: Finish


def open_runs(site: Site) -> list[Run]:
    """Return the runs that left items open, oldest first."""
    return resumable(site)


def last_open_run(site: Site) -> str:
    """Return the newest run that left items open.

    Raises:
        UsageError: there is none.
    """
    found = resumable(site)
    if not found:
        raise UsageError(f"no run on {site.server.name} left anything open")
    return found[-1].run_id


def plan_of_run(site: Site, run_id: str) -> PlanRef:
    """Name the plan that a run applies.

    Raises:
        UsageError: there is no such run, or it has no plan.
        PlanRefusedError: its plan is gone.
    """
    path = plan_path(site, run_id)
    return refer((read_plan(path)[0], path))


def go_on(site: Site, run_id: str, *, now: datetime, token: str | None = None) -> Carried:
    """Read back what *run_id* may have sent, then do what it left.

    Raises:
        UsageError, PlanRefusedError, GuardError, LeaseHeldError: see `plans.resume.resume`;
            PlanRefusedError also where its policy was changed since.
    """
    path = plan_path(site, run_id)
    plan, _ = read_plan(path)
    if plan.policy_digest not in {None, policy_of(site).digest}:
        raise PlanRefusedError(f"{run_id}: the policy was changed after it was planned; plan again")
    caps = limits(policy_of(site)) if plan.kind == "retention" else None
    run, plan = resume(site, run_id, now=now, limits=caps, token=token)
    way = _way(site, run, plan)
    return carry_out(
        run,
        refer((plan, path)),
        way.write,
        finish=way.finish,
        give_up=lambda: finish(site, run, now=site.clock.now()),
    )


def _way(site: Site, run: RunRef, plan: Plan) -> _Way:
    ways: dict[str, Callable[[], _Way]] = {
        "metadata": lambda: _Way(
            lambda numbers: metadata.apply_chunk(site, run, numbers),
            lambda: metadata.finish_sheet(site, run, None),
        ),
        "captions": lambda: _Way(
            lambda numbers: captions.send_chunk(site, run, numbers, now=site.clock.now()),
            lambda: captions.finish_captions(site, run, now=site.clock.now()),
        ),
        "undo": lambda: _Way(
            lambda numbers: undoing.undo_chunk(site, run, numbers),
            lambda: undoing.finish_undo(site, run),
        ),
    }
    return ways.get(plan.kind, lambda: _held(site, run))()


def _held(site: Site, run: RunRef) -> _Way:
    """Carry on with what retention, publish and unpublish do: a hold by now stops it."""

    def write(numbers: Sequence[int]) -> object:
        held = hold_check(site, policy_of(site), now=site.clock.now())
        return apply_items(site, run, numbers, held)

    return _Way(write, lambda: finish(site, run, now=site.clock.now()))


def go_on_tonight(site: Site, *, now: datetime, token: str) -> list[Carried | PlanRefusedError]:
    """Go on with what people began by hand and something broke off; nights plan the rest anew.

    What can't go on any more is returned as the reason why.
    """
    results: list[Carried | PlanRefusedError] = []
    for run in resumable(site):
        path = plan_path(site, run.run_id)
        try:
            plan, _ = read_plan(path)
            if plan.kind != "retention":
                results.append(go_on(site, run.run_id, now=now, token=token))
        except (PlanRefusedError, UsageError) as error:
            results.append(PlanRefusedError(f"{run.run_id}: {error}"))
    return results
