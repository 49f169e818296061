"""Compare what policies would do to the inventory, now and later; reads nothing but the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bbbkeep.ledger import inventory
from bbbkeep.model import InventoryRow
from bbbkeep.operations.retention import history
from bbbkeep.retention.decide import History, done_by, judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site

HORIZONS = (0, 7, 30, 90)
"""Days after the moment that is asked about."""


@dataclass(slots=True)
class Hit:
    """What one policy would have acted on by one day; `size_unknown` counts those that `bytes` leaves out."""

    count: int = 0
    bytes: int = 0
    size_unknown: int = 0
    actions: dict[str, int] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    only_here: int = 0
    """Those that the other policy keeps or treats otherwise."""

    def add(self, action: str, size: int | None, owner: str | None) -> None:
        self.count += 1
        self.bytes += size or 0
        self.size_unknown += size is None
        self.actions[action] = self.actions.get(action, 0) + 1
        if owner:
            self.owners.add(owner)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One policy and what it would do, by HORIZONS."""

    label: str
    policy: Policy
    hits: tuple[Hit, ...]


def what_if(site: Site, policies: Mapping[str, Policy], *, at: datetime) -> list[Forecast]:
    """Judge the inventory by each of *policies* (label -> policy) as if it were *at*, and later.

    Only holds and who is newest count of the history: what failed or was not said tonight says nothing of other days.
    """
    found = [Forecast(label, one, tuple(Hit() for _ in HORIZONS)) for label, one in policies.items()]
    pasts = [history(site, one.policy, now=at) for one in found]
    known = [
        History(holds_asked=one.holds_asked, holds_listed=one.holds_listed, newest=one.newest)
        for one in pasts
    ]
    key = site.settings.owners.metadata_key.lower() if site.settings.owners else None
    with site.ledger.read() as conn:
        for row in inventory.rows(conn, site.key, tracks=any(one.policy.asks_for_tracks for one in found)):
            metadata = row.recording.metadata or {}
            owner = next((value for name, value in metadata.items() if name.lower() == key), None)
            for number, days in enumerate(HORIZONS):
                moment = at + timedelta(days=days)
                actions = [
                    _action(row, one.policy, past, moment, at) for one, past in zip(found, known, strict=True)
                ]
                _count([one.hits[number] for one in found], actions, row.recording.size_bytes, owner)
    return found


def _action(row: InventoryRow, policy: Policy, known: History, moment: datetime, at: datetime) -> str | None:
    """Return the last thing that nights from *at* on have done to it by *moment*; None: nothing."""
    facts = facts_of(row, policy.zone, moment)
    return done_by(facts, judge(facts, policy, known), policy, since=at)


def _count(hits: Sequence[Hit], actions: Sequence[str | None], size: int | None, owner: str | None) -> None:
    for hit, action in zip(hits, actions, strict=True):
        if action is not None:
            hit.add(action, size, owner)
            hit.only_here += any(other != action for other in actions)


def forecast_document(site: Site, forecasts: Sequence[Forecast], at: datetime) -> dict[str, Any]:
    """Return the comparison as plain values."""
    policies = [
        {"policy": one.label, "policy_digest": one.policy.digest, "by": list(_by(one))} for one in forecasts
    ]
    return {"server": site.server.name, "at": at.isoformat(), "policies": policies}


def _by(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for days, hit in zip(HORIZONS, forecast.hits, strict=True):
        yield {
            "days": days,
            "count": hit.count,
            "bytes": hit.bytes,
            "size_unknown": hit.size_unknown,
            "actions": dict(sorted(hit.actions.items())),
            "owners": len(hit.owners),
            "only_here": hit.only_here,
        }
