"""`bbbkeep api`: one call of the API, sent by hand."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import json_option, opened, site_options, yes_option
from bbbkeep.errors import UsageError

if TYPE_CHECKING:
    from bbbkeep.site import Site

EXAMPLES = """\b
Examples:
  bbbkeep api getMeetings
  bbbkeep api getRecordings meetingID=course-7 state=any --json
  bbbkeep api create name=Lecture meetingID=lecture-1 --document slides.pdf"""


@click.command("api", epilog=EXAMPLES)
@click.argument("call", metavar="CALL")
@click.argument("words", metavar="[KEY=VALUE]...", nargs=-1)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="FILE|URL",
    help="Slides for create and insertDocument; repeat for more.",
)
@site_options
@yes_option
@json_option
def command(
    call: str,
    words: tuple[str, ...],
    documents: tuple[str, ...],
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Send CALL with its parameters and print the answer.

    Reading calls are sent at once; create, end and insertDocument ask first.
    Calls that write recordings are refused: other commands plan them.  Shown
    as it came, but passwords, tokens and what is signed are masked.  Exit 3:
    the server answered FAILED.
    """
    from bbbkeep.api.catalogue import pairs
    from bbbkeep.operations import calls

    calls.require_sendable(call)
    parameters = pairs(words)
    if documents and call not in {"create", "insertDocument"}:
        raise UsageError(f"{call} takes no documents")
    with opened(server, config, state_dir) as site:
        if not calls.changes(call):
            return _ask(site, call, parameters, as_json=as_json)
        slides = calls.slides(documents)
        if not _agreed(f"Send {call} to {site.server.name}?", yes=yes):
            return 0
        _print(site, call, calls.change(site, call, parameters, slides), as_json=as_json)
    return 0


def _ask(site: "Site", call: str, parameters: list[tuple[str, str]], *, as_json: bool) -> int:
    from bbbkeep.cli import output
    from bbbkeep.operations.calls import ask

    answer = ask(site, call, parameters)
    if as_json:
        output.document({"server": site.server.name, "call": call, "answer": answer.content})
    elif sys.stdout.isatty():
        for line in answer.pretty.splitlines():
            click.echo(output.plain(line))
    else:
        click.echo(answer.text)
    if answer.problem is not None:
        raise answer.problem
    return 0


def _agreed(question: str, *, yes: bool) -> bool:
    from bbbkeep.cli import output

    if not yes and not output.somebody_there():
        raise UsageError("nothing was sent: there is no terminal to ask at; pass --yes")
    return yes or click.confirm(question, err=True)


def _print(site: "Site", call: str, fields: dict[str, str], *, as_json: bool) -> None:
    from bbbkeep.cli import output

    if as_json:
        output.document({"server": site.server.name, "call": call, "answer": fields})
        return
    output.table(("field", "value"), [(key, value) for key, value in fields.items() if value])
