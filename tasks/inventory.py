"""List a server: one task for each slice."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.api.slices import Slice
from bbbkeep.api.sweep import SliceResult
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.operations import inventory as operations
from bbbkeep.operations.inventory import SweepRef
from bbbkeep.operations.night import Night
from bbbkeep.operations.trusting import remarks
from bbbkeep.site import SiteRef
from tasks.at_work import at_work


@task(persist_result=False, cache_policy=NO_CACHE)
def begin_sweep(ref: SiteRef, night: Night) -> SweepRef:
    """Start a sweep, or take up the one that did not end."""
    with at_work(ref, night) as site:
        return operations.begin_sweep(site, now=night.now)


@task(persist_result=False, cache_policy=NO_CACHE)
def sweep_slice(ref: SiteRef, night: Night, sweep_id: int, one: Slice) -> list[SliceResult]:
    """List one slice into the ledger."""
    with at_work(ref, night) as site:
        return operations.sweep_slice(site, sweep_id, one)


@task(persist_result=False, cache_policy=NO_CACHE)
def end_sweep(ref: SiteRef, night: Night, sweep: SweepRef, results: list[SliceResult]) -> Sweep:
    """Seal the sweep as complete or incomplete."""
    with at_work(ref, night) as site:
        return operations.end_sweep(site, sweep, results)


@task(persist_result=False, cache_policy=NO_CACHE)
def sweep_remarks(ref: SiteRef, night: Night, sealed: Sweep) -> list[str]:
    """Say what people should know of a sweep, though it was read to its end."""
    with at_work(ref, night) as site:
        return remarks(site, sealed)
