"""Decide what the results of a sweep prove about the whole server."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from bbbkeep.api import gaps
from bbbkeep.api.behind import Store
from bbbkeep.api.paging import LAST_OFFSET
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import Slice
from bbbkeep.api.sweep import SliceResult, sweep
from bbbkeep.counted import many
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError

Total = tuple[int, bool]
"""What a server says there is, and whether it counts recordings (else formats)."""


FEW = 1_000
"""Recordings that even a slow server lists at once, within the time that front ends grant."""

MOST_LISTED_TWICE = LAST_OFFSET
"""Recordings up to which everything is listed once more, if only that can show that nothing is missing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sweep saw in all its parts, also before it broke off."""

    count: Callable[[], int]
    odd_ids: Callable[[], Iterable[str]]
    """The IDs that have not BigBlueButton's form."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Whether a sweep is complete, how many recordings it saw, and why it is not."""

    complete: bool
    count: int
    because: str = ""


def first_slices(reader: Reader, expected: int | None) -> tuple[Slice, ...]:
    """Return what to begin with on a server that is thought to hold so many recordings."""
    if reader.profile.coverage == "one listing":
        return (Slice.everything(),)
    few = LAST_OFFSET if reader.profile.coverage == "capped answers" else FEW
    if expected is None:
        return (Slice.everything(),) if few == LAST_OFFSET else Slice.first()
    return (Slice.everything(),) if expected <= few else Slice.first()


def conclude(
    results: Iterable[SliceResult],
    reader: Reader,
    store: Store,
    *,
    total_before: Total | None = None,
    seen: Seen | None = None,
) -> Conclusion:
    """Decide whether *results* cover the whole server, asking it where they alone can't tell.

    *total_before* is `total` from before the sweep, so that recordings that
    came or went meanwhile don't count as missing.  *seen* knows what the sweep
    saw; without it *results* are all there is, and IDs have BigBlueButton's form.
    """
    known = list(results)
    seen = seen or Seen(lambda: sum(result.count for result in covering(known)), tuple)
    if why := _why_missing(known):
        return Conclusion(complete=False, count=seen.count(), because=why)
    if not any(map(_speaks_for_itself, known)):
        return _listed_whole(reader, store)
    split_at = gaps.beginnings(one.slice for one in covering(known))
    found = _agreeing(seen.count(), total_before, after := total(reader))
    if found.complete and (after is None or not after[1]):
        why = gaps.unproven(split_at, seen.odd_ids(), reader.other_ids)
        found = replace(found, complete=not why, because=why)
    expected = max(found.count, after[0] if after else 0)
    if found.complete or not split_at or expected > MOST_LISTED_TWICE:
        return found
    return _listed_again(reader, store, found, total_before, seen)


def _listed_again(
    reader: Reader, store: Store, found: Conclusion, before: Total | None, seen: Seen
) -> Conclusion:
    """List everything without any prefix, which shows also what no slice holds."""
    whole = _listed_whole(reader, store)
    if not whole.complete:
        return found
    return _agreeing(max(seen.count(), whole.count), before, total(reader))


def remaining(results: Iterable[SliceResult]) -> tuple[Slice, ...]:
    """Return what a sweep with these results still has to ask, to be complete."""
    return Slice.uncovered([result.slice for result in covering(results)])


def covering(results: Iterable[SliceResult]) -> list[SliceResult]:
    """Return the results that stand for their slices: proven, or answered whole and then listed in parts."""
    by_slice = {result.slice: result for result in results}
    parts = {child for result in by_slice.values() if result.whole for child in result.children}
    inner = set(parts)
    while parts:
        parts = {child for part in parts if part in by_slice for child in by_slice[part].children}
        inner |= parts
    outer = [result for part, result in by_slice.items() if part not in inner]
    return [result for result in outer if result.proven or (result.whole and _stands(result, by_slice))]


def _stands(result: SliceResult, by_slice: dict[Slice, SliceResult]) -> bool:
    if not result.children:
        return result.proven
    return all(child in by_slice and _stands(by_slice[child], by_slice) for child in result.children)


def _speaks_for_itself(result: SliceResult) -> bool:
    """Tell whether the server matched prefixes, or was listed without any."""
    return result.by_prefix or (result.proven and not result.slice.prefixes)


def total(reader: Reader) -> Total | None:
    """Return how many the server says there are; None where it does not say, or not in time.

    Raises:
        BbbAuthError: it refuses the secret.
    """
    if reader.profile.totals == "none":
        return None
    try:
        return reader.total()
    except (BbbRejectedError, BbbUnavailableError):
        return None  # on a large server this one times out: no total can be had


def _listed_whole(reader: Reader, store: Store) -> Conclusion:
    """Let one unfiltered listing decide: empty slices may mean a server that knows no prefixes."""
    try:
        with closing(sweep(reader, [Slice.everything()], store)) as results:
            found = next(results)
    except BbbUnavailableError as problem:
        found = SliceResult(Slice.everything(), because=str(problem))
    because = (
        ""
        if found.proven
        else f"every slice is empty, and a listing of everything proves nothing: {found.because}"
    )
    return Conclusion(complete=found.proven, count=found.count, because=because)


def _agreeing(count: int, before: Total | None, after: Total | None) -> Conclusion:
    """Compare with what the server says there are; one that counts formats can only say too many."""
    if after is None:
        return Conclusion(complete=True, count=count)
    totals = [one for one, _ in filter(None, (before, after))]
    counts_recordings = after[1]
    fits = min(totals) <= count <= max(totals) if counts_recordings else count <= max(totals)
    what = "recordings" if counts_recordings else "formats"
    because = (
        ""
        if fits
        else f"{many(count, 'recording was', 'recordings were')} listed, but the server counts {after[0]} {what}"
    )
    return Conclusion(complete=fits, count=count, because=because)


def _why_missing(results: Sequence[SliceResult]) -> str:
    """Say what is not covered and why, in the words of the first slice that failed."""
    missing = remaining(results)
    if not missing:
        return ""
    failed = [result for result in results if not result.proven and not result.children]
    if not failed:
        return f"slice {missing[0].key[:60]}{_more(missing)}: was not asked"
    return f"slice {failed[0].slice.key[:60]}{_more(failed)}: {failed[0].because}"


def _more(found: Sequence[object]) -> str:
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""
