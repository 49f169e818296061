"""Go on with runs that broke off, each as its kind of plan is carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bbbkeep.errors import GuardError, PlanRefusedError, UsageError
from bbbkeep.ledger.runs import Run
from bbbkeep.operations import captions, metadata, undoing, undone_holds
from bbbkeep.operations.carry_out import Carried, Finish, carry_out
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.retention import hold_check, limits, policy_of, retention_check
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.document import Plan, read_plan
from bbbkeep.plans.finish import finish, leave_for_good
from bbbkeep.plans.resume import plan_path, resumable, resume
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site

LATELY = timedelta(days=3)
"""What broke off before that is old: its plan expired, and people were told."""

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
        "metadata": lambda: _sheet(site, run, plan),
        "captions": lambda: _Way(
            lambda numbers: captions.send_chunk(site, run, numbers, now=site.clock.now()),
            lambda: captions.finish_captions(site, run, now=site.clock.now()),
        ),
        "undo": lambda: _undo(site, run, plan),
    }
    return ways.get(plan.kind, lambda: _held(site, run, plan))()


def _sheet(site: Site, run: RunRef, plan: Plan) -> _Way:
    """Carry on with a sheet; a run that was killed at once may not have taken up its rows and holds."""
    metadata.accept(site, plan, now=site.clock.now())
    return _Way(
        lambda numbers: metadata.apply_chunk(site, run, numbers),
        lambda: metadata.finish_sheet(site, run, None),
    )


def _undo(site: Site, run: RunRef, plan: Plan) -> _Way:
    """Carry on with an undo; a run that was killed at once may not have taken up its holds."""
    undone_holds.take_up(site, plan, now=site.clock.now())
    leave_for_good(site, plan.source["run"])
    return _Way(
        lambda numbers: undoing.undo_chunk(site, run, numbers),
        lambda: undoing.finish_undo(site, run),
    )


def _held(site: Site, run: RunRef, plan: Plan) -> _Way:
    """Carry on with what retention, publish and unpublish do: a hold by now stops it."""

    def write(numbers: Sequence[int]) -> object:
        policy, now = policy_of(site), site.clock.now()
        if plan.kind == "retention":
            return apply_items(site, run, numbers, retention_check(site, policy, run, now=now))
        return apply_items(site, run, numbers, hold_check(site, policy, now=now))

    return _Way(write, lambda: finish(site, run, now=site.clock.now()))


def go_on_tonight(site: Site, *, now: datetime, token: str) -> list[str]:
    """Go on with what something broke off lately, and say so; what retention left is planned anew instead."""
    lately = [run for run in resumable(site) if now - run.started_at < LATELY]
    told = [_gone_on(site, run.run_id, now=now, token=token) for run in lately]
    return [one for one in told if one]


def _gone_on(site: Site, run_id: str, *, now: datetime, token: str) -> str:
    try:
        plan, _ = read_plan(plan_path(site, run_id))
        if plan.kind == "retention":
            return ""
        carried = go_on(site, run_id, now=now, token=token)
    except (PlanRefusedError, UsageError, GuardError) as error:
        return f"{run_id} broke off and can't go on: {error}"
    if carried.stopped_by is not None:
        raise carried.stopped_by
    return f"{run_id} had broken off; it went on where it stopped"
