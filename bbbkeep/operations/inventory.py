"""List a server into the ledger, slice by slice, and say whether that is all.

A sweep that was interrupted goes on where it stopped: slices listed within
the last hours are not asked again.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bbbkeep.api import concluding
from bbbkeep.api import sweep as api
from bbbkeep.api.probing import contradicts
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import Slice
from bbbkeep.api.sweep import SliceResult
from bbbkeep.errors import BbbUnavailableError, LedgerError
from bbbkeep.ledger import inventory, servers, slices, sweeps
from bbbkeep.ledger.slices import ListedSlice
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import InventoryRow, Recording
from bbbkeep.operations.late_deletes import verify_late_deletes
from bbbkeep.operations.trusting import judge_sweep, note_clock
from bbbkeep.selection import Selection
from bbbkeep.site import Site

GOES_ON_WITHIN = timedelta(hours=6)
"""A slice that was listed longer ago is listed anew."""

PROBED_WITHIN = timedelta(days=1)

_FIRST_TRIES = 4


@dataclass(frozen=True, slots=True)
class SweepRef:
    """A sweep that has begun, and which slices are left."""

    sweep_id: int
    left: tuple[Slice, ...]


def begin_sweep(site: Site, *, now: datetime) -> SweepRef:
    """Start a sweep of everything, or take up the one that did not end.

    Raises:
        BbbUnavailableError: nothing that speaks the API answers at the URL.
        BbbAuthError: it refuses the secret.
    """
    site.settle_profile(older_than=PROBED_WITHIN)
    with site.reader() as reader:
        api.require_answer(reader, tries=_FIRST_TRIES)
        sweep_id = _broken_off(site, now)
        if sweep_id is None:
            total = concluding.total(reader)
            if contradicts(reader.profile, total) and _is_another(site, reader):
                return begin_sweep(site, now=now)
            with site.ledger.write() as conn:
                servers.remember(conn, site.key, site.server.name, reader.profile.name, now)
                sweep_id = sweeps.start(conn, site.key, sweeps.ALL, now, total)
        note_clock(site, sweep_id, reader.server_date)
        left = _left(site, sweep_id, now)
        if left == (Slice.everything(),):
            left = concluding.first_slices(reader, _expected(site, sweep_id))
    return SweepRef(sweep_id, left)


def _is_another(site: Site, reader: Reader) -> bool:
    """Find out anew what kind of server it is, and say whether another profile counts from now on."""
    return site.remember_finding(reader.probe()) != reader.profile.name


def _broken_off(site: Site, now: datetime) -> int | None:
    """Return the sweep that did not end, if it or some of its slices are young enough to go on."""
    young = now - GOES_ON_WITHIN
    with site.ledger.read() as conn:
        latest = sweeps.latest(conn, site.key)
        if latest is None or latest.status != "running" or latest.scope != sweeps.ALL:
            return None
        goes_on = latest.started_at > young or slices.listed(conn, latest.sweep_id, since=young)
    return latest.sweep_id if goes_on else None


def _left(site: Site, sweep_id: int, now: datetime) -> tuple[Slice, ...]:
    """Return what a sweep has to ask still; what it saw of that before it broke off is forgotten."""
    with site.ledger.write() as conn:
        slices.forget(conn, sweep_id, before=now - GOES_ON_WITHIN)
        left = Slice.uncovered([Slice.of(one.key) for one in slices.listed(conn, sweep_id)])
        for part in left:
            inventory.unsee(conn, site.key, sweep_id, part.prefixes)
    return left


def _expected(site: Site, sweep_id: int) -> int | None:
    """Say how many recordings to expect: what the server says, or how many there were the last time."""
    with site.ledger.read() as conn:
        total = sweeps.total_before(conn, sweep_id)
        last = sweeps.last_complete(conn, site.key)
    if total:
        return total[0]
    return last.count if last else None


def sweep_slice(site: Site, sweep_id: int, one: Slice) -> list[SliceResult]:
    """List one slice, and those it had to be split into."""
    return _sweep(site, sweep_id, [one])


def _sweep(site: Site, sweep_id: int, parts: Sequence[Slice]) -> list[SliceResult]:
    """List slices, and remember each that is proven at once: a run may end at any time."""
    results: list[SliceResult] = []
    with site.reader() as reader, closing(_recorded(site, sweep_id, reader, parts)) as found:
        results.extend(found)
    return results


def _recorded(site: Site, sweep_id: int, reader: Reader, parts: Sequence[Slice]) -> Generator[SliceResult]:
    results: list[SliceResult] = []
    written: set[Slice] = set()
    with closing(api.sweep(reader, parts, _store(site, sweep_id))) as found:
        for result in found:
            results.append(result)
            _write_down(site, sweep_id, results, written)
            yield result


def _write_down(site: Site, sweep_id: int, results: Sequence[SliceResult], written: set[Slice]) -> None:
    new = [one for one in concluding.covering(results) if one.slice not in written]
    if not new:
        return
    now = site.clock.now()
    with site.ledger.write() as conn:
        for one in new:
            slices.done(conn, sweep_id, ListedSlice(one.slice.key, one.count, one.by_prefix, now))
    written.update(one.slice for one in new)


def _store(site: Site, sweep_id: int) -> Callable[[Slice, Sequence[Recording]], None]:
    def store(_: Slice, recordings: Sequence[Recording]) -> None:
        if recordings:
            with site.ledger.write() as conn:
                inventory.upsert(conn, site.key, sweep_id, recordings, site.clock.now())

    return store


def end_sweep(site: Site, sweep: SweepRef, results: Sequence[SliceResult]) -> Sweep:
    """Seal the sweep: complete, or incomplete and why."""
    with site.ledger.read() as conn:
        before = sweeps.total_before(conn, sweep.sweep_id)
        listed = slices.listed(conn, sweep.sweep_id)
    asked = {result.slice for result in results}
    earlier = [
        SliceResult(Slice.of(one.key), one.count, proven=True, by_prefix=one.by_prefix)
        for one in listed
        if Slice.of(one.key) not in asked
    ]
    with site.reader() as reader:
        found = concluding.conclude(
            [*earlier, *results],
            reader,
            _store(site, sweep.sweep_id),
            total_before=before,
            seen=concluding.Seen(lambda: _seen(site, sweep.sweep_id), lambda: _odd_ids(site, sweep.sweep_id)),
        )
    sealed = _seal(site, sweep.sweep_id, complete=found.complete, because=found.because)
    return _judged(site, sealed)


def _judged(site: Site, sealed: Sweep) -> Sweep:
    """Say whether this may be another server; if not, find the deletes that it carried out late."""
    judged = replace(sealed, distrusted=judge_sweep(site, sealed, now=site.clock.now()) or None)
    # Where a disk is not mounted, recordings are missing that nobody deleted.
    if judged.status == "complete" and not judged.distrusted:
        with suppress(BbbUnavailableError):  # the sweep stands: these are looked at the next time
            verify_late_deletes(site, now=site.clock.now())
    return judged


def _seen(site: Site, sweep_id: int) -> int:
    with site.ledger.read() as conn:
        return sweeps.seen(conn, sweep_id)


def _odd_ids(site: Site, sweep_id: int) -> Iterator[str]:
    with site.ledger.read() as conn:
        yield from inventory.odd_ids(conn, site.key, sweep_id)


def _seal(site: Site, sweep_id: int, *, complete: bool, because: str) -> Sweep:
    """Seal the sweep, unless a run that had joined it came first: then its word stands."""
    with site.ledger.write() as conn:
        found = sweeps.get(conn, sweep_id)
        if found is not None and found.status == "running":
            sweeps.seal(conn, sweep_id, complete=complete, because=because, now=site.clock.now())
            found = sweeps.get(conn, sweep_id)
    if found is None:
        raise LedgerError(f"sweep {sweep_id} is gone from the ledger")
    return found


def sweep_all(site: Site, *, now: datetime) -> Sweep:
    """List the whole server in this process."""
    sweep = begin_sweep(site, now=now)
    return end_sweep(site, sweep, _sweep(site, sweep.sweep_id, sweep.left))


def selected(site: Site, selection: Selection, *, sweep_id: int | None = None) -> Iterator[InventoryRow]:
    """Return the rows of the inventory that were asked for, from one sweep or as last known."""
    with site.ledger.read() as conn:
        for row in inventory.rows(conn, site.key, sweep_id=sweep_id):
            if row.recording in selection:
                yield row
