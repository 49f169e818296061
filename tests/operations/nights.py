"""Nights without a scheduler: list, plan, apply what is approved, and let days pass."""

from pathlib import Path

from fake_clock import FakeClock
from operations.keeping import apply_retention, plan_retention, sweep, turn

from bbbkeep.operations import retention
from bbbkeep.operations.approving import approve
from bbbkeep.operations.empty_plans import take_note
from bbbkeep.site import Site


def night(site: Site) -> dict[str, tuple[str, str]]:
    """Return what one night did: record_id -> (action, outcome)."""
    sweep(site)
    ref, _ = plan_retention(site)
    take_note(site, ref)
    if not retention.readiness(site, ref).ready:
        return {}
    return {one.record_id: (one.action, one.outcome) for one in apply_retention(site, ref)}


def nights(site: Site, clock: FakeClock, count: int) -> list[dict[str, tuple[str, str]]]:
    """Return what each of *count* nights did; the clock stands a day after the last one."""
    done = []
    for _ in range(count):
        done.append(night(site))
        turn(clock, days=1)
    return done


def first_night(site: Site) -> None:
    """List, plan and approve, and write nothing: what a new policy needs once."""
    sweep(site)
    ref, _ = plan_retention(site)
    approve(site, Path(ref.path), reason="looked at", now=site.clock.now())
