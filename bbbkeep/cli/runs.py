"""`bbbkeep runs ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import config_options, json_option, settings_of

if TYPE_CHECKING:
    from bbbkeep.ledger.runs import Run
    from bbbkeep.ledger.store import Ledger


@click.group("runs")
def command() -> None:
    """Show what earlier runs did."""


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
    from bbbkeep.ledger import runs

    with _ledger(config, state_dir) as ledger, ledger.read() as conn:
        if runs.get(conn, run_id) is None:
            raise UsageError(f"there is no run {run_id!r}; `bbbkeep runs list` shows the newest")
        outcomes = runs.outcomes(conn, run_id)
    show_outcomes(run_id, outcomes, as_json=as_json)


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
