"""What no slice holds: an ID that ends, or goes on unusually, where a slice was split.  Pure.

Servers match IDs by how they begin, so no request has `rec` alone, beside
`rec1`, or what begins with `rec` and a character that nobody can ask for.
BigBlueButton's own IDs are all of one length and form: none begins another.
Where other forms are met, something has to show that the gaps are empty.
"""

from collections.abc import Iterable
from re import Pattern

from bbbkeep.api.slices import ALPHABET, Slice

_ASKED = frozenset(ALPHABET)


def beginnings(done: Iterable[Slice]) -> frozenset[str]:
    """Return where the slices that cover a server were split; empty if one holds everything."""
    slices = list(done)
    if any(not one.prefixes for one in slices):
        return frozenset()
    return frozenset(
        prefix[:length] for one in slices for prefix in one.prefixes for length in range(len(prefix))
    )


def unproven(split_at: frozenset[str], odd_ids: Iterable[str], declared: Pattern[str] | None) -> str:
    """Say which recordings may be there unseen; empty if none.

    *odd_ids* are those seen that have not BigBlueButton's form.  Those that
    match *declared*, the other forms that this site has, speak only for
    beginnings that match it, too.
    """
    if not split_at:
        return ""
    doubted: dict[str, str] = {}
    ends: set[str] = set()
    for odd in odd_ids:
        if not _ASKED.issuperset(odd):
            return f"there are record IDs like {odd[:80]!r}, whose characters no request can ask for"
        found = {odd[:length] for length in range(1, len(odd))} & split_at
        doubted.update(dict.fromkeys(found - _impossible(found, odd, declared), odd))
        ends.update({odd} & split_at)
    for begin in sorted(doubted.keys() - ends):
        return (
            f"a recording with the ID {begin[:80]!r} would not show beside {doubted[begin][:80]!r}; "
            "other_record_ids in bbbkeep.yaml can say which forms there are"
        )
    return ""


def _impossible(found: set[str], odd: str, declared: Pattern[str] | None) -> set[str]:
    if declared is None or not declared.fullmatch(odd):
        return set()
    return {begin for begin in found if not declared.fullmatch(begin)}
