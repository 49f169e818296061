"""`bbbkeep nightly`: the flow of the night, run here and now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import config_options, json_option, settings_of

if TYPE_CHECKING:
    from bbbkeep.operations.summary import Summary


@click.command("nightly")
@click.option("--server", metavar="NAME", help="Only this server of bbbkeep.yaml; without it: all of them.")
@config_options
@json_option
def command(server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool) -> int:
    """List, correct metadata, upload captions, apply the policy, report.

    Takes what lies in the folders for sheets and caption files, does what an
    approved policy makes due, and writes inventory.csv and report.html.  The
    same flow runs under a Prefect schedule; here no Prefect server is needed.
    """
    from bbbkeep.cli import output
    from bbbkeep.exits import worst

    settings = settings_of(config, state_dir)
    if server is not None:
        settings.server(server)
    with _progress_shown():
        summaries = _run_flow(server, config, settings.state_dir)
    if as_json:
        output.document({"servers": [summary.document() for summary in summaries]})
    else:
        for summary in summaries:
            click.echo("\n".join(output.plain(line) for line in summary.lines()))
    return worst(summary.exit for summary in summaries)


@contextmanager
def _progress_shown() -> Iterator[None]:
    """Print how far a long step is to stderr."""
    from bbbkeep.operations.progress import PROGRESS

    logger, handler = logging.getLogger(PROGRESS), logging.StreamHandler()
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _run_flow(server: str | None, config: Path | None, state_dir: Path) -> "list[Summary]":
    from bbbkeep.settings import settle_prefect

    settle_prefect(state_dir)
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.nightly import nightly

    absolute = str(config.absolute()) if config else None
    with temporary_settings(
        {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    ):  # to stop its heartbeat takes a second
        state: Any = nightly(server=server, config=absolute, state_dir=str(state_dir), return_state=True)
    result: Any = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    summaries: list[Summary] = result
    return summaries
