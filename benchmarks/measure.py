"""Time ways of doing the same in turn, so that a machine that slows down slows all, and say which limit was missed."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5


class NotMeasuredError(Exception):
    """Something could not be measured here; the message says why, and the table repeats it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, of how many things, beside what; `ratio` is ours to theirs.

    `limit` bounds the ratio, or `ours` where there is no peer; None: there is none, it is for knowing.
    """

    what: str
    size: str
    ours: float
    unit: str
    beside: str = ""
    theirs: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def missed(self) -> bool:
        judged = self.ours if self.ratio is None else self.ratio
        return self.limit is not None and judged > self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """The figure as a row of the table."""
        theirs = "" if self.theirs is None else f"{self.theirs:,.4g} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}x"
        bound = ""
        if self.limit is not None:
            bound = f"{self.limit:g}x" if self.ratio is not None else f"{self.limit:g} {self.unit}"
        verdict = "" if self.limit is None else "MISSED" if self.missed else "ok"
        return (
            self.what,
            self.size,
            f"{self.ours:,.4g} {self.unit}",
            theirs,
            self.beside,
            ratio,
            bound,
            verdict,
        )


def compare(
    what: str, count: int, ours: Callable[[], object], peer_name: str, peer: Callable[[], object]
) -> Figure:
    """Run both once to warm up, then in turn, and take medians of what one of *count* things takes."""
    ours()
    peer()
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(side) * 1e6 / count for side in zip(*pairs, strict=True))
    return Figure(what, f"{count:,}", mine, "us each", peer_name, theirs)


def medians(rounds: int, works: Sequence[Callable[[], float]]) -> list[float]:
    """Run *works* in turn so many times, and return the median of each."""
    taken = [[work() for work in works] for _ in range(rounds)]
    return [statistics.median(one) for one in zip(*taken, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
