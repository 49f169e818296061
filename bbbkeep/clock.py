"""The clock that everything with an effect is handed.

Decisions take `now` as a parameter; only effects (leases, polling, pauses)
hold a Clock, so that tests and the local server can turn it.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the time and wait."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait, at least in the eyes of whoever reads `now`."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
