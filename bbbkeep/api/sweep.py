"""Cover a server by slices of record IDs, and decide what that proves.

A BigBlueButton server reads every metadata.xml for an unfiltered listing, but
only the matches for a prefix; so the server is asked prefix by prefix, and a
slice that it does not answer is split.  So is one that only the lenient parse
can read, until what spoils it stands alone.  Knows no ledger: recordings go to a
callback as they come, and results to the caller, who may resume from them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from bbbkeep.api.listing import Listing
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import ALPHABET, Slice
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError
from bbbkeep.model import Recording

T = TypeVar("T")
Store = Callable[[Slice, Sequence[Recording]], None]

BATCH = 500
MOST_SPLITS = 200
"""Each split was a slice that went unanswered for minutes; a server that needs more is not well, and is left alone."""

MOST_STUCK = 5
"""Slices too small to be split that go unanswered: one is a broken recording, more are a server that is not well."""

_PATIENCE = 8
"""Tries until a server counts as gone: bbb-web takes up to a minute to restart."""

_SPOILT = "its answer holds characters that XML forbids"
_NOBODY = f"{'0' * 40}-{'0' * 13}"


@dataclass(frozen=True, slots=True)
class SliceResult:
    """What became of one slice: how many recordings, and whether there are no more.

    A slice with `children` stands for nothing itself: they cover it.
    `by_prefix` says that it held an ID longer than what was asked for, which
    only a server that matches prefixes answers.
    """

    slice: Slice
    count: int = 0
    proven: bool = False
    because: str = ""
    children: tuple[Slice, ...] = ()
    by_prefix: bool = False
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Whether a sweep is complete, how many recordings it saw, and why it is not."""

    complete: bool
    count: int
    because: str = ""


def sweep(reader: Reader, slices: Iterable[Slice], store: Store) -> Iterator[SliceResult]:
    """Yield one result for each of *slices*, and for the children of those that had to be split.

    Ends where the server is not well: after MOST_STUCK, or at the first
    after MOST_SPLITS.  What is left was not asked; the sweep is incomplete anyway.

    Raises:
        BbbAuthError: the server refuses the secret.
        BbbUnavailableError: the server answers nothing any more.
    """
    waiting, splits, stuck = list(slices), 0, 0
    while waiting:
        result = sweep_slice(reader, waiting.pop(0), store, may_split=splits < MOST_SPLITS)
        splits += bool(result.children)
        waiting = [*result.children, *waiting]
        yield result
        stuck += not result.proven and not result.slice.children()
        unanswered = not (result.proven or result.children)
        if stuck >= MOST_STUCK or (splits >= MOST_SPLITS and unanswered):
            return


def sweep_slice(reader: Reader, part: Slice, store: Store, *, may_split: bool = True) -> SliceResult:
    """Hand the recordings of one slice to *store*, in batches, and say what that proves.

    A slice without an answer comes back with children, unless it can't be
    split or the server does not answer the smallest question either.  So does
    one with forbidden characters: one odd recording must not leave the
    metadata of thousands unknown.
    """
    children = part.children() if may_split else ()
    try:
        with reader.listing(part.prefixes, tries=_tries(part) if children else None) as listing:
            if may_split and listing.lenient and (apart := _apart(reader, part, listing)):
                by_prefix = not {one for child in apart for one in child.prefixes} <= set(part.prefixes)
                return SliceResult(part, because=_SPOILT, children=apart, by_prefix=by_prefix)
            return _listed(part, listing, store)
    except BbbRejectedError as problem:
        return SliceResult(part, because=str(problem))
    except BbbUnavailableError as problem:
        because = str(problem)
    require_answer(reader)
    return SliceResult(part, because=because, children=children)


def require_answer(reader: Reader, *, tries: int = _PATIENCE) -> None:
    """Raise BbbUnavailableError unless the server answers for a recording that nobody has."""
    with reader.listing([_NOBODY], tries=tries):
        pass


def _tries(part: Slice) -> int:
    """Splitting is cheaper than waiting for a time-out again, but for the widest slices."""
    return 2 if len(part.prefixes[0]) == 1 else 1


def conclude(
    results: Iterable[SliceResult],
    reader: Reader,
    store: Store,
    *,
    total_before: tuple[int, bool] | None = None,
) -> Conclusion:
    """Decide whether *results* cover the whole server, asking it where they alone can't tell.

    *total_before* is `reader.total()` from before the sweep, so that
    recordings that came or went meanwhile don't count as missing.
    """
    by_slice = {result.slice: result for result in results}
    count = sum(result.count for result in by_slice.values())
    if missing := remaining(by_slice.values()):
        return Conclusion(complete=False, count=count, because=_why_missing(missing, by_slice))
    if not any(_by_prefix(result) for result in by_slice.values()):
        return _listed_whole(reader, store)
    return _agreeing(count, total_before, _total(reader))


def _by_prefix(result: SliceResult) -> bool:
    """Whether the server matched prefixes; of a remembered result only the count may be known."""
    narrow = any(len(prefix) > 1 for prefix in result.slice.prefixes)
    return result.by_prefix or (result.count > 0 and not narrow)


def remaining(results: Iterable[SliceResult]) -> tuple[Slice, ...]:
    """Return what a sweep with these results still has to ask, to be complete."""
    by_slice = {result.slice: result for result in results}
    waiting, missing = list(reversed(Slice.first())), []
    while waiting:
        part = waiting.pop()
        result = by_slice.get(part)
        if result and result.children:
            waiting.extend(reversed(result.children))
        elif not result or not result.proven:
            missing.append(part)
    return tuple(missing)


def _apart(reader: Reader, part: Slice, listing: Listing) -> tuple[Slice, ...]:
    """Return slices that name the recordings of a spoilt answer; none if asking for fewer can't help.

    The answer was whole, so together they cover *part*.
    """
    shown = {one.record_id for one in listing}
    ids = sorted(filter(part.holds, shown))
    if not listing.complete or not all(map(part.explains, shown)) or not set("".join(ids)) <= set(ALPHABET):
        return ()
    roots: list[str] = []
    for one in ids:
        if not roots or not one.startswith(roots[-1]):  # such a one comes with the ID that it goes on from
            roots.append(one)
    if len(roots) < 2:  # noqa: PLR2004 - it stands alone already
        return ()
    size = min(reader.most_ids(roots), (len(roots) + 1) // 2)
    return tuple(Slice(tuple(roots[start : start + size])) for start in range(0, len(roots), size))


def _listed(part: Slice, listing: Listing, store: Store) -> SliceResult:
    seen: set[str] = set()
    strays = 0
    for batch in _batches(listing):
        matching = [one for one in batch if part.holds(one.record_id)]
        strays += sum(not part.explains(one.record_id) for one in batch)
        seen.update(one.record_id for one in matching)
        store(part, matching)
    because = listing.because
    if strays:
        because = f"{strays} recordings in the answer do not begin with the prefix that was asked for"
    by_prefix = not seen <= set(part.prefixes)
    return SliceResult(part, len(seen), not because, because, by_prefix=by_prefix, lenient=listing.lenient)


def _listed_whole(reader: Reader, store: Store) -> Conclusion:
    """Let one unfiltered listing decide: empty slices may mean a server that knows no prefixes."""
    seen: set[str] = set()
    try:
        with reader.listing_all() as listing:
            for batch in _batches(listing):
                seen.update(one.record_id for one in batch)
                store(Slice.everything(), batch)
            because = listing.because
    except (BbbRejectedError, BbbUnavailableError) as problem:
        because = f"every slice is empty, and one listing of everything failed: {problem}"
    return Conclusion(complete=not because, count=len(seen), because=because)


def _total(reader: Reader) -> tuple[int, bool] | None:
    try:
        return reader.total()
    except (BbbRejectedError, BbbUnavailableError):
        return None  # on a large server this one times out: no total can be had


def _agreeing(count: int, before: tuple[int, bool] | None, after: tuple[int, bool] | None) -> Conclusion:
    """Compare with what the server says there are; one that counts formats can only say too many."""
    if after is None:
        return Conclusion(complete=True, count=count)
    totals = [total for total, _ in filter(None, (before, after))]
    counts_recordings = after[1]
    fits = min(totals) <= count <= max(totals) if counts_recordings else count <= max(totals)
    what = "recordings" if counts_recordings else "formats"
    because = "" if fits else f"{count} recordings were listed, but the server counts {after[0]} {what}"
    return Conclusion(complete=fits, count=count, because=because)


def _why_missing(missing: Sequence[Slice], results: dict[Slice, SliceResult]) -> str:
    first = missing[0]
    because = results[first].because if first in results else "was not asked"
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    return f"slice {first.key[:60]}{more}: {because}"


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
