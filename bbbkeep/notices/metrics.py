"""Figures of each server's last night in Prometheus' text format.  Pure but for writing the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

READABLE_BY_ALL = 0o644
"""node_exporter, which reads the file, runs as another user."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One server's last night; what never was is None."""

    server: str
    last_success: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    exit_code: int | None = None
    outcomes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Action and outcome -> how many items."""
    recordings: Mapping[str, int] = field(default_factory=dict)
    """State -> how many recordings."""


def metrics_text(figures: Sequence[Figures]) -> bytes:
    """Return all *figures* as Prometheus reads them; a figure that is unknown is left out."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    _moments(registry, figures)
    _counts(registry, figures)
    return generate_latest(registry)


def write_metrics(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, readable by everybody.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The collector reads only *.prom, so the partial file is not seen.
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.chmod(READABLE_BY_ALL)
    partial.replace(path)


def _moments(registry: "CollectorRegistry", figures: Sequence[Figures]) -> None:
    from prometheus_client import Gauge

    good = Gauge(
        "bbbkeep_night_last_success_timestamp_seconds", "When a night last went through.", ["server"],
        registry=registry,
    )  # fmt: skip
    ended = Gauge(
        "bbbkeep_night_end_timestamp_seconds", "When the last night ended.", ["server"], registry=registry
    )
    lasted = Gauge(
        "bbbkeep_night_duration_seconds", "How long the last night took.", ["server"], registry=registry
    )
    code = Gauge("bbbkeep_night_exit_code", "Exit code of the last night.", ["server"], registry=registry)
    for one in figures:
        if one.last_success is not None:
            good.labels(one.server).set(one.last_success.timestamp())
        if one.exit_code is not None:
            code.labels(one.server).set(one.exit_code)
        if one.started is not None and one.ended is not None:
            ended.labels(one.server).set(one.ended.timestamp())
            lasted.labels(one.server).set((one.ended - one.started).total_seconds())


def _counts(registry: "CollectorRegistry", figures: Sequence[Figures]) -> None:
    from prometheus_client import Gauge

    labels = ["server", "action", "outcome"]
    items = Gauge("bbbkeep_night_items", "Items of the last night by outcome.", labels, registry=registry)
    known = Gauge(
        "bbbkeep_recordings", "Recordings as last listed, by state.", ["server", "state"], registry=registry
    )
    for one in figures:
        for (action, outcome), count in one.outcomes.items():
            items.labels(one.server, action, outcome).set(count)
        for state, count in one.recordings.items():
            known.labels(one.server, state).set(count)
