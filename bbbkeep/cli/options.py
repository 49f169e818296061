"""Options that many commands share, and how they open a site."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bbbkeep.cli.session import session

if TYPE_CHECKING:
    from bbbkeep.selection import Selection
    from bbbkeep.settings import Settings
    from bbbkeep.site import Site

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path)


def config_options(command: Command) -> Command:
    """Add --config and --state-dir."""
    command = click.option("--state-dir", type=FOLDER, help="Folder for ledger and plans.")(command)
    return click.option("--config", type=FILE, help="The bbbkeep.yaml to use.")(command)


def site_options(command: Command) -> Command:
    """Add --server, --config and --state-dir."""
    return click.option("--server", metavar="NAME", help="Server of bbbkeep.yaml; not needed for one.")(
        config_options(command)
    )


def json_option(command: Command) -> Command:
    """Add --json: one document on stdout, everything else on stderr."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def yes_option(command: Command) -> Command:
    """Add --yes."""
    return click.option("--yes", is_flag=True, help="Don't ask; guards hold all the same.")(command)


def selection_options(command: Command) -> Command:
    """Add --state and --meta."""
    command = click.option(
        "--meta",
        multiple=True,
        metavar="KEY=VALUE",
        help="Only with this metadata; repeat: all must match.",
    )(command)
    return click.option("--state", "states", metavar="S,..", help="Only these states, separated by commas.")(
        command
    )


def settings_of(config: Path | None, state_dir: Path | None) -> "Settings":
    """Read what is configured and say where the state lies."""
    from bbbkeep.settings import read_settings

    settings = read_settings(config, state_dir)
    run = session()
    run.state_dir, run.secrets = settings.state_dir, set(settings.secrets)
    click.echo(f"state folder: {settings.state_dir}", err=True)
    return settings


@contextmanager
def opened(server: str | None, config: Path | None, state_dir: Path | None) -> Iterator["Site"]:
    """Open the server that the options name."""
    from bbbkeep.clock import SystemClock
    from bbbkeep.site import site_of

    with site_of(settings_of(config, state_dir), server, SystemClock()) as site:
        yield site


def selection(states: str | None, meta: tuple[str, ...]) -> "Selection":
    """Read what --state and --meta were given.

    Raises:
        UsageError: an unknown state, or not KEY=VALUE.
    """
    from bbbkeep.selection import Selection, meta_pairs

    named = [state.strip() for state in (states or "").split(",") if state.strip()]
    return Selection(tuple(named), meta_pairs(meta))
