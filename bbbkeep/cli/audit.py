"""`bbbkeep audit ...`."""

from pathlib import Path

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options


@click.group("audit")
def command() -> None:
    """Check and export the chain of events.

    Note the head that `verify` prints somewhere else: only against it a chain
    that was cut, or rewritten as a whole, is found.
    """


@command.command("verify")
@click.option("--head", metavar="SEQ:HASH", help="A head printed earlier: finds a cut tail.")
@site_options
@json_option
def verify(
    head: str | None, server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool
) -> int:
    """Check that no event was changed, moved or taken out.

    Exit 3: one was.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations.auditing import noted_head, verified

    expected = noted_head(head) if head is not None else None
    with opened(server, config, state_dir) as site:
        found = verified(site, expected)
    if as_json:
        output.document(found)
    elif found["whole"]:
        click.echo(f"{found['server']}: whole; head {found['head']}")
    else:
        click.echo(output.plain(f"{found['server']}: BROKEN at record {found['record']}: {found['problem']}"))
    return 0 if found["whole"] else 3


@command.command("export")
@click.option("--out", type=FILE, help="File to write, for its owner only; default: stdout.")
@site_options
def export(out: Path | None, server: str | None, config: Path | None, state_dir: Path | None) -> None:
    """Write the server's events, one JSON line each."""
    from bbbkeep.operations.auditing import event_lines
    from bbbkeep.reports.wholefile import whole_file

    with opened(server, config, state_dir) as site:
        if out is None:
            for line in event_lines(site):
                click.echo(line)
            return
        with whole_file(out) as file:
            file.writelines(f"{line}\n" for line in event_lines(site))
    click.echo(f"wrote {out}", err=True)
