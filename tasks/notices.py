"""Tell people and monitors how a run ended."""

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations import night_notices as operations
from bbbkeep.operations.summary import Summary
from bbbkeep.settings import read_settings
from bbbkeep.site import SiteRef


@task(persist_result=False, cache_policy=NO_CACHE)
def tell_night(ref: SiteRef, summary: Summary, command: str) -> Summary:
    """Send the administrators at most one notice about a run over one server."""
    settings = read_settings(
        Path(ref.config) if ref.config else None, Path(ref.state_dir) if ref.state_dir else None
    )
    return operations.tell_night(settings, summary, command)


@task(persist_result=False, cache_policy=NO_CACHE)
def end_nights(config: str | None, state_dir: str | None, summaries: Sequence[Summary]) -> list[Summary]:
    """Write the metrics and ping the heartbeat."""
    settings = read_settings(Path(config) if config else None, Path(state_dir) if state_dir else None)
    return operations.end_nights(settings, summaries)


@task(persist_result=False, cache_policy=NO_CACHE)
def tell_missing(server: str | None, config: str | None, state_dir: str | None) -> list[str]:
    """Say which servers have had no good night for too long, and tell the administrators."""
    settings = read_settings(Path(config) if config else None, Path(state_dir) if state_dir else None)
    return operations.tell_missing(settings, server)
