"""`bbbkeep retention check`: read a policy back, and what is odd about it."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import FILE, config_options, json_option, opened

if TYPE_CHECKING:
    from bbbkeep.operations.linting import Linted

EXAMPLES = """\b
Examples:
  bbbkeep retention check policy.yaml
  bbbkeep retention check policy.yaml --server campus --strict
  bbbkeep retention check --schema > policy.schema.json"""


def _print_schema(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from bbbkeep.retention.sections import schema_text

        click.echo(schema_text(), nl=False)
        context.exit()


@click.command("check", epilog=EXAMPLES)
@click.argument("policy", type=FILE)
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of policies instead, for editors.",
)
@click.option("--server", metavar="NAME", help="Also hold it to the last listing of this server.")
@click.option("--strict", is_flag=True, help="Let a warning be exit 2.")
@config_options
@json_option
def check(
    policy: Path,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    strict: bool,
    as_json: bool,
) -> int:
    """Say in words what POLICY does, and what looks wrong in it.

    Warns of rules that are never reached or never met, of protections that
    protect nothing or everything and, with --server, of metadata keys that no
    recording has.  Asks no server.

    Exit 2: it can't be obeyed as written; with --strict also for a warning.
    """
    from bbbkeep.cli import output
    from bbbkeep.clock import SystemClock
    from bbbkeep.operations.linting import linted
    from bbbkeep.retention.load import load_policy

    load_policy(policy)  # what is wrong with it counts before what is wrong with bbbkeep.yaml
    with opened(server, config, state_dir) if server else nullcontext() as site:
        found = linted(policy, site, now=SystemClock().now())
    if as_json:
        output.document(found.document())
    else:
        _show(found)
    return 2 if strict and found.warnings else 0


def _show(found: "Linted") -> None:
    from bbbkeep.cli import output

    for sentence in found.policy.sentences():
        click.echo(output.plain(sentence))
    click.echo(f"policy digest {found.policy.digest}")
    for place, one in found.findings:
        line = f"{found.path}:{place[0]}:{place[1]}" if place else str(found.path)
        name = f"{one.name}: " if one.name else ""
        click.echo(output.plain(f"{line}: {one.level}: {name}{one.message}"))
    notes = len(found.findings) - found.warnings
    compared = (
        "held to no listing (--server NAME)"
        if found.compared is None
        else f"held to {found.compared} recordings"
    )
    click.echo(f"{found.warnings} warnings, {notes} notes; {compared}")
