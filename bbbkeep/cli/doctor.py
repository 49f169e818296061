"""`bbbkeep doctor`."""

import shutil
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import json_option, settings_of, site_options

if TYPE_CHECKING:
    from bbbkeep.operations.checks import Check, CheckUp

COLOURS = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "red"}
_NAME = 14
_NARROWEST = 40

EXAMPLES = """\b
Examples:
  bbbkeep doctor --server campus
  bbbkeep doctor --nightly || echo "no good night since yesterday" """


@click.command("doctor", epilog=EXAMPLES)
@click.option(
    "--nightly", is_flag=True, help="Ask only whether a night went through in the last 26 hours; else exit 3."
)
@site_options
@json_option
def command(
    server: str | None, config: Path | None, state_dir: Path | None, *, nightly: bool, as_json: bool
) -> int:
    """Look at everything a night depends on, and say how it is.

    Asks each server of bbbkeep.yaml three small questions, finds out what
    kind it is and says what that means: for listings, metadata, text tracks
    and deletes.  Changes nothing on a server.
    """
    from bbbkeep.clock import SystemClock
    from bbbkeep.operations import doctor
    from bbbkeep.operations.checks import exit_of

    settings = settings_of(config, state_dir)
    check = doctor.check_nights if nightly else doctor.check_all
    found: list[CheckUp] = []
    for one in check(settings, server, SystemClock()):
        found.append(one)
        if not as_json:
            _show(one)
    if as_json:
        _print_document(found)
    return exit_of(found)


def _print_document(found: "Iterable[CheckUp]") -> None:
    from bbbkeep.cli import output

    documents = {one.subject: one.document() for one in found if "server" not in one.facts}
    servers = [one.document() for one in found if "server" in one.facts]
    output.document({**documents, "servers": servers})


def _show(found: "CheckUp") -> None:
    from bbbkeep.cli import output

    click.echo(
        click.style(output.plain(f"{found.subject}  {found.facts.get('url', '')}".rstrip()), bold=True)
    )
    for check in found.checks:
        click.echo("\n".join(_lines(check)))


def _lines(check: "Check") -> list[str]:
    """Lay out one check below its level's word: wrapped to the terminal, whole where there is none."""
    from bbbkeep.cli import output

    level = click.style(f"{check.level:<8}", fg=COLOURS[check.level])
    name, text = output.plain(f"{check.name:<{_NAME}}"), output.plain(check.text)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if not width:
        return [f"  {level}{name}{text}"]
    if width < _NAME + _NARROWEST:
        return [f"  {level}{name}".rstrip(), *_wrapped(text, width, 4)]
    first, *rest = _wrapped(text, width, 10 + _NAME)
    return [f"  {level}{name}{first.lstrip()}", *rest]


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    space = " " * indent
    return textwrap.wrap(text, width, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)
