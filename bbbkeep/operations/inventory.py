"""List a server into the ledger, slice by slice, and say whether that is all.

A sweep that was interrupted goes on where it stopped: slices listed within
the last hours are not asked again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bbbkeep.api import sweep as api
from bbbkeep.api.probing import contradicts
from bbbkeep.api.slices import Slice
from bbbkeep.api.sweep import SliceResult
from bbbkeep.errors import BbbAuthError, BbbRejectedError, BbbUnavailableError, LedgerError
from bbbkeep.ledger import inventory, servers, sweeps
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import InventoryRow, Recording
from bbbkeep.selection import Selection
from bbbkeep.site import Site

GOES_ON_WITHIN = timedelta(hours=6)
PROBED_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SweepRef:
    """A sweep that has begun: which slices are left, and the total the server named before."""

    sweep_id: int
    left: tuple[Slice, ...]
    total_before: tuple[int, bool] | None


def begin_sweep(site: Site, *, now: datetime) -> SweepRef:
    """Start a sweep of everything, or take up the one that did not end.

    Raises:
        BbbUnavailableError: nothing that speaks the API answers at the URL.
        BbbAuthError: it refuses the secret.
    """
    total = _ask_first(site)
    with site.ledger.write() as conn:
        servers.remember(conn, site.key, site.server.name, site.profile, now)
        latest = sweeps.latest(conn, site.key)
        goes_on = (
            latest is not None and latest.status == "running" and now - latest.started_at < GOES_ON_WITHIN
        )
        sweep_id = latest.sweep_id if latest and goes_on else sweeps.start(conn, site.key, sweeps.ALL, now)
        done = sweeps.slice_counts(conn, sweep_id)
    return SweepRef(sweep_id, tuple(one for one in Slice.first() if one.key not in done), total)


def _ask_first(site: Site) -> tuple[int, bool] | None:
    """Find out what kind of server it is, unless that is known since yesterday and still fits; return its total."""
    site.settle_profile(older_than=PROBED_WITHIN)
    with site.reader() as reader:
        api.require_answer(reader, tries=4)
        total = _total(reader.total)
        if contradicts(reader.profile, total):
            site.remember_finding(reader.probe())
    return total


def _total(ask: Callable[[], tuple[int, bool] | None]) -> tuple[int, bool] | None:
    try:
        return ask()
    except BbbAuthError:
        raise
    except (BbbRejectedError, BbbUnavailableError):
        return None


def sweep_slice(site: Site, sweep_id: int, one: Slice) -> list[SliceResult]:
    """List one of the first slices, and those it had to be split into."""
    with site.reader() as reader:
        results = list(api.sweep(reader, [one], _store(site, sweep_id)))
    if all(result.proven or result.children for result in results):
        with site.ledger.write() as conn:
            count = sum(result.count for result in results)
            sweeps.slice_done(conn, sweep_id, one.key, count, site.clock.now())
    return results


def _store(site: Site, sweep_id: int) -> Callable[[Slice, Sequence[Recording]], None]:
    def store(_: Slice, recordings: Sequence[Recording]) -> None:
        with site.ledger.write() as conn:
            inventory.upsert(conn, site.key, sweep_id, recordings, site.clock.now())

    return store


def end_sweep(site: Site, sweep: SweepRef, results: Sequence[SliceResult]) -> Sweep:
    """Seal the sweep: complete, or incomplete and why."""
    with site.ledger.read() as conn:
        counts = sweeps.slice_counts(conn, sweep.sweep_id)
    asked = {result.slice.key for result in results}
    earlier = [
        # the first slices' prefixes are shorter than any ID: what such a slice held was matched by prefix
        SliceResult(Slice.of(key), count, proven=True, by_prefix=count > 0)
        for key, count in counts.items()
        if key not in asked
    ]
    with site.reader() as reader:
        store = _store(site, sweep.sweep_id)
        found = api.conclude([*earlier, *results], reader, store, total_before=sweep.total_before)
    return _seal(site, sweep.sweep_id, complete=found.complete, because=found.because)


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
    results = [result for one in sweep.left for result in sweep_slice(site, sweep.sweep_id, one)]
    return end_sweep(site, sweep, results)


def selected(site: Site, selection: Selection, *, sweep_id: int | None = None) -> Iterator[InventoryRow]:
    """Return the rows of the inventory that were asked for, from one sweep or as last known."""
    with site.ledger.read() as conn:
        for row in inventory.rows(conn, site.key, sweep_id=sweep_id):
            if row.recording in selection:
                yield row
