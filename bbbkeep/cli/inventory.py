"""`bbbkeep inventory`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FOLDER, json_option, opened, selection, selection_options, site_options
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.ledger.gone import Gone
    from bbbkeep.ledger.sweeps import Sweep
    from bbbkeep.selection import Selection
    from bbbkeep.site import Site

EXAMPLES = """\b
Examples:
  bbbkeep inventory --state published,unpublished
  bbbkeep inventory --meta category=lecture --json > lectures.json
  bbbkeep inventory --out reports
  bbbkeep inventory --vanished"""


@click.command("inventory", epilog=EXAMPLES)
@selection_options
@click.option("--out", type=FOLDER, help="Write inventory.csv and report.html there.")
@click.option("--vanished", is_flag=True, help="Show what went without us; asks no server.")
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
    vanished: bool,
    as_json: bool,
) -> int:
    """List everything the server has, and show what was asked for.

    Without --state: recordings in any state.  Exit 6: the server could not be
    listed whole; what was seen is shown all the same.

    With --vanished: what the last complete listing no longer showed and nobody
    deleted by bbbkeep, with the two looks between which each went.
    """
    from bbbkeep.cli import output
    from bbbkeep.errors import UsageError
    from bbbkeep.operations.inventory import sweep_all
    from bbbkeep.operations.inventory_document import document, recordings
    from bbbkeep.operations.trusting import remarks

    asked = selection(states, meta)
    if vanished and out is not None:
        raise UsageError("--vanished lists nothing, so there is nothing to write: leave out --out")
    with opened(server, config, state_dir) as site:
        if vanished:
            return _show_vanished(site, asked, as_json=as_json)
        now = site.clock.now()
        sweep = sweep_all(site, now=now)
        for remark in remarks(site, sweep):
            click.echo(f"note: {output.plain(remark)}", err=True)
        if out is not None:
            _write_reports(site, now, out, asked)
        if as_json:
            output.streamed(document(site, sweep, asked, ascii_only=output.ascii_only()))
        else:
            _show(site.server.name, sweep, map(_cells, recordings(site, sweep, asked)))
    return 0 if sweep.status == "complete" else 6


def _write_reports(site: "Site", now: datetime, folder: Path, asked: "Selection") -> None:
    # pandas takes longer to be imported than a small server to be listed
    from bbbkeep.operations.report import write_reports

    reports = write_reports(site, now=now, since=now, folder=folder, selection=asked)
    click.echo(f"report: {reports.page}", err=True)


def _show(server: str, sweep: "Sweep", rows: Iterable[Sequence[object]]) -> None:
    from bbbkeep.cli import output

    count = output.table(("record_id", "state", "start", "name"), rows)
    complete = "complete" if sweep.status == "complete" else f"INCOMPLETE: {sweep.because}"
    click.echo(output.plain(f"{server}: {many(count, 'recording')}; the listing is {complete}"))


def _show_vanished(site: "Site", asked: "Selection", *, as_json: bool) -> int:
    from bbbkeep.cli import output
    from bbbkeep.operations import vanished

    if as_json:
        output.streamed(vanished.document(site, asked, ascii_only=output.ascii_only()))
        return 0
    since = vanished.as_of(site)
    if since is None:
        click.echo(f"{site.server.name} was never listed whole: nothing is known to have vanished")
        return 0
    header = ("record_id", "last seen (UTC)", "missed (UTC)", "state then", "name")
    count = output.table(header, map(_gone, vanished.vanished(site, asked)))
    gone = many(count, "recording is", "recordings are")
    click.echo(f"{gone} gone, but not by us, as of {since:%Y-%m-%d %H:%M} UTC")
    return 0


def _gone(one: "Gone") -> tuple[object, ...]:
    recording, missed = one.row.recording, one.missed_at
    name = recording.name or ""
    if one.ours is not None:
        name = f"{name} (our delete in {one.ours.run_id} was never verified)".lstrip()
    seen = f"{one.row.last_seen:%Y-%m-%d %H:%M}"
    return (
        recording.record_id,
        seen,
        f"{missed:%Y-%m-%d %H:%M}" if missed else "",
        recording.state or "",
        name,
    )


def _cells(recording: Mapping[str, Any]) -> tuple[object, ...]:
    """Shorten the start to its day; an unknown value stays empty."""
    start = (recording["start"] or "")[:10]
    return recording["record_id"], recording["state"] or "", start, recording["name"] or ""
