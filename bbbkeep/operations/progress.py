"""How far a long step has come, and how long the rest will take.  Pure but for being told the time."""

from dataclasses import dataclass
from datetime import datetime

PROGRESS = "bbbkeep.progress"
"""The logger of a flow's progress."""

_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Progress:
    """A step over *total* things that began at *began*."""

    what: str
    total: int
    began: datetime

    def line(self, done: int, now: datetime) -> str:
        """Say how far it is; the time left is in proportion to the time so far."""
        told = f"{self.what}: {done:,} of {self.total:,}"
        seconds = (now - self.began).total_seconds()
        if not 0 < done < self.total or seconds < 1:
            return told
        return f"{told}, about {_duration(seconds / done * (self.total - done))} left"


def _duration(seconds: float) -> str:
    if seconds >= _HOUR:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / _MINUTE:.0f} min" if seconds >= _MINUTE else f"{seconds:.0f} s"
