"""`bbbkeep runs ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import (
    config_options,
    json_option,
    opened,
    settings_of,
    site_options,
    yes_option,
)
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.ledger.runs import Run
    from bbbkeep.ledger.store import Ledger
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.site import Site


@click.group("runs")
def command() -> None:
    """Show what earlier runs did, go on with one that broke off, or undo one."""


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 10000), default=20, show_default=True, help="How many.")
@config_options
@json_option
def list_runs(limit: int, config: Path | None, state_dir: Path | None, *, as_json: bool) -> None:
    """List the runs, newest first."""
    from bbbkeep.cli import output
    from bbbkeep.ledger import runs

    with _ledger(config, state_dir) as ledger, ledger.read() as conn:
        found = runs.listing(conn, limit)
    if as_json:
        output.document({"runs": [_document(run) for run in found]})
        return
    columns = 5 if len({run.server for run in found}) > 1 else 4
    header = ("run_id", "command", "started (UTC)", "exit", "server")[:columns]
    output.table(header, [_cells(run)[:columns] for run in found])
    if not found:
        click.echo("no runs yet")


@command.command("show")
@click.argument("run_id", metavar="RUN")
@config_options
@json_option
def show(run_id: str, config: Path | None, state_dir: Path | None, *, as_json: bool) -> None:
    """Show what became of each item of RUN."""
    from bbbkeep.cli.plans import show_outcomes
    from bbbkeep.errors import UsageError
    from bbbkeep.ledger import plans, runs

    with _ledger(config, state_dir) as ledger, ledger.read() as conn:
        run = runs.get(conn, run_id)
        if run is None:
            raise UsageError(f"there is no run {run_id!r}; `bbbkeep runs list` shows the newest")
        outcomes = runs.outcomes(conn, run_id)
        plan = plans.get(conn, run.plan_id) if run.plan_id else None
    path = Path(plan.path) if plan else None
    show_outcomes(run_id, outcomes, remarks=run.remarks, plan=path, as_json=as_json)


@command.command("resume")
@click.argument("run_id", metavar="[RUN]", required=False)
@site_options
@yes_option
@json_option
def resume(
    run_id: str | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Go on with RUN, or with the last run that broke off.

    What it may have sent is read back first; nothing that is done is repeated.

    Exit 5: its plan expired.  Exit 7: it is still at work.
    """
    from bbbkeep.cli.plans import agreed, show_run
    from bbbkeep.operations import resuming

    with opened(server, config, state_dir) as site:
        run = run_id or resuming.last_open_run(site)
        ref = resuming.plan_of_run(site, run)
        question = f"Go on with {run} on {site.server.name}?"
        if not agreed(site, ref, question, yes=yes, as_json=as_json):
            return 0
        carried = resuming.go_on(site, run, now=site.clock.now())
    return show_run(carried, plan=ref, as_json=as_json)


@command.command("undo")
@click.argument("run_id", metavar="RUN")
@site_options
@yes_option
@json_option
def undo(
    run_id: str,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Set back what RUN wrote, where that is possible.

    Metadata, publish state and replaced text tracks, only where the server still
    shows what RUN wrote.  What no call undoes is
    listed with what can be done instead.

    Exit 3: something can't be undone.  Exit 4: a guard stops it.
    """
    from bbbkeep.cli.plans import agreed, left_exit, show_run, stopped
    from bbbkeep.exits import worst
    from bbbkeep.operations import undoing

    with opened(server, config, state_dir) as site:
        ref = undoing.plan_undo(site, run_id, now=site.clock.now())
        code = stopped(site, ref, needs_all=False)
        question = f"Write {many(ref.items, 'item')} to {site.server.name}?"
        if not agreed(site, ref, question, yes=yes, as_json=as_json, ask=ref.items > 0 and not code):
            return worst([code, left_exit(ref)])
        carried = _undone(site, ref)
    return worst([show_run(carried, left=ref.left, plan=ref, as_json=as_json), left_exit(ref)])


def _undone(site: "Site", ref: "PlanRef") -> "Carried":
    from bbbkeep.operations import undoing
    from bbbkeep.operations.carry_out import carry_out
    from bbbkeep.plans.finish import finish

    run = undoing.begin_undo(site, ref, now=site.clock.now())
    return carry_out(
        run,
        ref,
        lambda numbers: undoing.undo_chunk(site, run, numbers),
        finish=lambda: undoing.finish_undo(site, run),
        give_up=lambda: finish(site, run, now=site.clock.now()),
    )


def _ledger(config: Path | None, state_dir: Path | None) -> "Ledger":
    from bbbkeep.site import open_ledger

    return open_ledger(settings_of(config, state_dir))


def _document(run: "Run") -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "server": run.server,
        "started_at": run.started_at.isoformat(),
        "exit": run.exit_code,
    }


def _cells(run: "Run") -> tuple[object, ...]:
    """Leave the exit code open for a run that has not ended."""
    exit_code = "-" if run.exit_code is None else run.exit_code
    return run.run_id, run.command, f"{run.started_at:%Y-%m-%d %H:%M}", exit_code, run.server
