"""Why recordings are kept, in so few words that thousands of them can be counted by it.  Pure."""

from collections import Counter
from typing import TYPE_CHECKING

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
    return quiet


class Kinds:
    """Counts reasons; what a server makes up can't make them too many."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count_chunk(self, chunk: "Sifted") -> None:
        """Count what is kept of a chunk, and look for reasons only where there is one."""
        quiet = plainly_kept(chunk)
        if quiet.any():
            self._counts["no rule matches" if chunk.policy.rules else "the policy has no rules"] += int(
                quiet.sum()
            )
        for place in (~chunk.act & ~quiet).nonzero()[0].tolist():
            self.count(chunk.verdict(place))

    def count(self, verdict: Verdict) -> None:
        """Count one verdict that keeps."""
        kind = kept_because(verdict)
        full = len(self._counts) >= MOST_KINDS and kind not in self._counts
        self._counts[OTHERS if full else kind] += 1

    def most_first(self) -> dict[str, int]:
        """Return how many are kept by each reason."""
        return dict(sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0])))
