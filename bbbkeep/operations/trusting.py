"""Judge a sweep that is complete: does it show the server that we know?

One that jumped, or shows other recordings than before, makes nothing vanish:
the URL may point elsewhere by now, or a disk may not be mounted.
"""

from datetime import datetime

from bbbkeep.counted import many
from bbbkeep.ledger import inventory, sweeps
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.plans.baseline import compare
from bbbkeep.plans.guards import allowed
from bbbkeep.plans.population import population_of
from bbbkeep.site import Site


def judge_sweep(site: Site, sweep: Sweep, *, now: datetime) -> str:
    """Distrust a complete sweep that trips the jump or identity guard; return why, or an empty text."""
    if sweep.status != "complete" or sweep.scope != sweeps.ALL:
        return ""
    found = population_of(site, now=now)
    bounds = allowed(site.server.guards).bounds
    because = "; ".join(str(one) for one in compare(found.values, found.baseline, bounds) if one.tripped)
    if because:
        with site.ledger.write() as conn:
            sweeps.distrust(conn, sweep.sweep_id, because)
    return because


def remarks(site: Site, sweep: Sweep) -> list[str]:
    """Say what people should know of a sweep, though it was read to its end."""
    with site.ledger.read() as conn:
        unread = inventory.count_unread(conn, site.key, sweep.sweep_id)
    told = []
    if sweep.distrusted:
        told.append(f"this is not the server it was ({sweep.distrusted}): nothing is taken for vanished")
    told += _went(site, sweep)
    if unread:
        told.append(f"the metadata of {many(unread, 'recording')} could not be read: it counts as unknown")
    return told


def _went(site: Site, sweep: Sweep) -> list[str]:
    """Say how many recordings this sweep no longer showed that the one before it still did."""
    with site.ledger.read() as conn:
        last = sweeps.last_trusted(conn, site.key)
        before = sweeps.last_trusted(conn, site.key, before=sweep.sweep_id)
        if before is None or last is None or last.sweep_id != sweep.sweep_id:
            return []
        count = sum(1 for _ in inventory.vanished(conn, site.key, seen_by=before.sweep_id))
    since = f"{before.started_at:%Y-%m-%d %H:%M} UTC"
    named = "`bbbkeep inventory --vanished` names them"
    return (
        [f"{many(count, 'recording is', 'recordings are')} gone since {since}, but not by us; {named}"]
        if count
        else []
    )


def note_clock(site: Site, sweep_id: int, server_date: datetime | None) -> None:
    """Remember how far the clocks are apart, by the Date header of an answer that just came."""
    if server_date is not None:
        with site.ledger.write() as conn:
            sweeps.note_clock(conn, sweep_id, (server_date - site.clock.now()).total_seconds())
