"""Why recordings are kept, in so few words that thousands of them can be counted by it.  Pure."""

from collections import Counter
from datetime import datetime, timedelta

from bbbkeep.retention.verdict import Verdict

SOON = timedelta(days=30)
MOST_KINDS = 100
OTHERS = "other reasons"

_IN_OTHER_WORDS = {
    "bbbkeep unpublished it": "it is unpublished, and its time until it is deleted still runs",
    "its owner could not be told": "its owner could not be told",
}
"""How a reason with a date or an address of its own begins -> what it is counted as."""


def kept_because(verdict: Verdict, now: datetime) -> str:
    """Return the first reason of a verdict that keeps, without what it says of this recording alone."""
    reason = verdict.reasons[0]
    if verdict.given_up and reason == verdict.given_up:
        return "it was tried on too many nights"
    if reason == "no rule matches":
        return _not_due(verdict.due, now)
    begun = next((said for begins, said in _IN_OTHER_WORDS.items() if reason.startswith(begins)), "")
    return begun or reason.partition(":")[0]


def _not_due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "no rule matches"
    return f"not due yet, but within {SOON.days} days" if due <= now + SOON else "not due yet"


class Kinds:
    """Counts reasons; what a server makes up can't make them too many."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._counts: Counter[str] = Counter()

    def count(self, verdict: Verdict) -> None:
        """Count one verdict that keeps."""
        kind = kept_because(verdict, self._now)
        full = len(self._counts) >= MOST_KINDS and kind not in self._counts
        self._counts[OTHERS if full else kind] += 1

    def most_first(self) -> dict[str, int]:
        """Return how many are kept by each reason."""
        return dict(sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0])))
