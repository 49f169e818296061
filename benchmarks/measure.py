"""Time two ways of doing the same, in turn, so that a machine that slows down slows both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians in seconds, ours and the peer's, for so many things done."""

    what: str
    count: int
    ours: float
    peer: float
    peer_name: str

    def __str__(self) -> str:
        rates = f"{self.count / self.ours:>10,.0f}/s   {self.peer_name}: {self.count / self.peer:>10,.0f}/s"
        return f"{self.what:<44}{rates}   time ratio {self.ours / self.peer:.2f}"


def compare(
    what: str, count: int, ours: Callable[[], object], peer_name: str, peer: Callable[[], object]
) -> Figure:
    """Run both once to warm up, then in turn, and take medians."""
    ours()
    peer()
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)
    return Figure(what, count, statistics.median(mine), statistics.median(theirs), peer_name)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
