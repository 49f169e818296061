"""Why recordings are kept, in so few words that thousands of them can be counted by it.  Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bbbkeep.retention.truth import Truth
from bbbkeep.retention.verdict import Verdict

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Where
    from bbbkeep.retention.sift import Sifted

NONE = -1
"""Stands in `Sifted.rule` for no rule."""
MOST_KINDS = 100
OTHERS = "other reasons"

_IN_OTHER_WORDS = {
    "bbbkeep unpublished it": "it is unpublished, and its time until it is deleted still runs",
    "its owner could not be told": "its owner could not be told",
}
"""How a reason with a date or an address of its own begins -> what it is counted as."""


def kept_because(verdict: Verdict) -> str:
    """Return the first reason of a verdict that keeps, without what it says of this recording alone."""
    reason = verdict.reasons[0]
    if verdict.given_up and reason == verdict.given_up:
        return "it was tried on too many nights"
    begun = next((said for begins, said in _IN_OTHER_WORDS.items() if reason.startswith(begins)), "")
    return begun or reason.partition(":")[0]


def plainly_kept(chunk: "Sifted") -> "Where":
    """Tell which recordings of a chunk are kept because nothing is asked of them: most of any site."""
    quiet: Where = (chunk.rule == NONE) & ~chunk.act & ~chunk.kept & ~chunk.doubtful.any(axis=0)
    for place in quiet.nonzero()[0].tolist() if chunk.policy.keeps else ():
        facts = chunk.columns.facts(place)
        quiet[place] = not any(keep.may_keep(facts, chunk.history.newest) for keep in chunk.policy.keeps)
    for place in quiet.nonzero()[0].tolist() if chunk.history.troubled else ():
        quiet[place] = chunk.columns.rows[place].recording.record_id not in chunk.history.troubled
    return quiet


def _kept_alike(chunk: "Sifted") -> "Iterator[Where]":
    """Yield those that one state, or one protection, keeps or may keep, and nothing that is named before it."""
    states, alive = chunk.columns.attribute("state"), chunk.alive
    for code in range(len(states.values)):
        yield ~chunk.held & ~alive & (states.codes == code)
    free = alive & ~chunk.held
    for mask in chunk.protected:
        for truth in (Truth.YES, Truth.UNKNOWN):
            yield free & (mask == truth)
        free &= mask == Truth.NO


class Kinds:
    """Counts reasons; what a server makes up can't make them too many."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count_chunk(self, chunk: "Sifted") -> None:
        """Count what is kept of a chunk, and look for reasons only where there is one."""
        left = ~chunk.act
        for where in (plainly_kept(chunk), *_kept_alike(chunk)):
            alike = left & where
            self._count_alike(chunk, alike)
            left &= ~alike
        for place in left.nonzero()[0].tolist():
            self.count(chunk.verdict(place))

    def count(self, verdict: Verdict, times: int = 1) -> None:
        """Count one verdict that keeps, or so many that keep for the same reason."""
        kind = kept_because(verdict)
        full = len(self._counts) >= MOST_KINDS and kind not in self._counts
        self._counts[OTHERS if full else kind] += times

    def _count_alike(self, chunk: "Sifted", alike: "Where") -> None:
        places = alike.nonzero()[0]
        if len(places):
            self.count(chunk.verdict(int(places[0])), len(places))

    def most_first(self) -> dict[str, int]:
        """Return how many are kept by each reason."""
        return dict(sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0])))
