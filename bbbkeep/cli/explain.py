"""`bbbkeep retention explain`: one recording, and everything that was asked about it."""

from pathlib import Path

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options


@click.command("explain")
@click.argument("record_id", metavar="RECORD")
@click.option("--policy", type=FILE, help="Policy file; default: bbbkeep.yaml's.")
@site_options
@json_option
def explain(
    record_id: str,
    policy: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what the policy makes of RECORD as last listed, and why.

    Every hold, protection, rule and condition, each true, false or unknown,
    with the fact behind it.  Of a recording that is gone: how it went, when,
    and whether bbbkeep did it.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations import explaining

    with opened(server, config, state_dir) as site:
        found = explaining.explained(site, record_id, policy, now=site.clock.now())
    if as_json:
        output.document(explaining.document(found))
        return
    for line in explaining.text(found).splitlines():
        click.echo(output.plain(line))
