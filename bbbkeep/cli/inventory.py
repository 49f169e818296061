"""`bbbkeep inventory`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FOLDER, json_option, opened, selection, selection_options, site_options

if TYPE_CHECKING:
    from bbbkeep.ledger.sweeps import Sweep
    from bbbkeep.selection import Selection
    from bbbkeep.site import Site

EXAMPLES = """\b
Examples:
  bbbkeep inventory --state published,unpublished
  bbbkeep inventory --meta category=lecture --json > lectures.json
  bbbkeep inventory --out reports"""


@click.command("inventory", epilog=EXAMPLES)
@selection_options
@click.option("--out", type=FOLDER, help="Write inventory.csv and report.html there.")
@site_options
@json_option
def command(
    states: str | None,
    meta: tuple[str, ...],
    out: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> int:
    """List everything the server has, and show what was asked for.

    Without --state: recordings in any state.  Exit 6: the server could not be
    listed whole; what was seen is shown all the same.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations.inventory import sweep_all
    from bbbkeep.operations.inventory_document import document, recordings
    from bbbkeep.operations.trusting import remarks

    asked = selection(states, meta)
    with opened(server, config, state_dir) as site:
        now = site.clock.now()
        sweep = sweep_all(site, now=now)
        for remark in remarks(site, sweep):
            click.echo(f"note: {output.plain(remark)}", err=True)
        if out is not None:
            _write_reports(site, now, out, asked)
        if as_json:
            output.streamed(document(site, sweep, asked, ascii_only=output.ascii_only()))
        else:
            _show(site.server.name, sweep, [_cells(one) for one in recordings(site, sweep, asked)])
    return 0 if sweep.status == "complete" else 6


def _write_reports(site: "Site", now: datetime, folder: Path, asked: "Selection") -> None:
    # pandas takes longer to be imported than a small server to be listed
    from bbbkeep.operations.report import write_reports

    reports = write_reports(site, now=now, since=now, folder=folder, selection=asked)
    click.echo(f"report: {reports.page}", err=True)


def _show(server: str, sweep: "Sweep", rows: Sequence[Sequence[object]]) -> None:
    from bbbkeep.cli import output

    output.table(("record_id", "state", "start", "name"), rows)
    complete = "complete" if sweep.status == "complete" else f"INCOMPLETE: {sweep.because}"
    click.echo(output.plain(f"{server}: {len(rows)} recordings; the listing is {complete}"))


def _cells(recording: Mapping[str, Any]) -> tuple[object, ...]:
    """Shorten the start to its day; an unknown value stays empty."""
    start = (recording["start"] or "")[:10]
    return recording["record_id"], recording["state"] or "", start, recording["name"] or ""
