"""A clock that stands still but for its sleeps, and that a test may turn or listen to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class FakeClock:
    """Sleeping advances it; `on_sleep` is called with the seconds of each sleep."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time, self.sleeps = now, []
        self.on_sleep: Callable[[float], None] | None = None

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)
        if self.on_sleep:
            self.on_sleep(seconds)

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
