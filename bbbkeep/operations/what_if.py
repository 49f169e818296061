"""Compare what policies would do to the inventory, now and later; reads nothing but the ledger."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bbbkeep.ledger import inventory
from bbbkeep.operations.retention import history
from bbbkeep.retention.coming import HORIZONS
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns
    from bbbkeep.retention.forecast import Deeds, Forecast

OWNERS_NAMED = 50
"""How many owners are named, those of the most recordings first; all are counted."""


@dataclass(slots=True)
class Hit:
    """What one policy would have done by one day, and to whom."""

    actions: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    only_here: int = 0
    """Those that the other policy keeps or treats otherwise."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One policy and what it would do, by the days of its forecast."""

    label: str
    policy: Policy
    forecast: "Forecast"
    hits: tuple[Hit, ...]


def what_if(site: Site, policies: Mapping[str, Policy], *, at: datetime) -> list[Outlook]:
    """Judge the inventory by each of *policies* (label -> policy) as if it were *at*, and later."""
    from bbbkeep.retention.columns import chunks
    from bbbkeep.retention.forecast import Forecast

    found = [
        Outlook(label, one, Forecast(one, history(site, one, now=at), at), tuple(Hit() for _ in HORIZONS))
        for label, one in policies.items()
    ]
    key = site.settings.owners.metadata_key.lower() if site.settings.owners else None
    tracks = any(one.policy.asks_for_tracks for one in found)
    with site.ledger.read() as conn:
        rows = inventory.rows(conn, site.key, tracks=tracks)
        for columns in chunks(rows, found[0].policy.zone, now=at):
            owners = _owners(columns, key)
            looked = [one.forecast.look(columns.in_zone(one.policy.zone)) for one in found]
            for place in range(len(HORIZONS)):
                _count([one.hits[place] for one in found], [deeds[place] for deeds in looked], owners)
    return found


def _owners(columns: "Columns", key: str | None) -> "Sequence[str | None]":
    """Return whose each recording is; None where that is unknown, or more than one says so."""
    if key is None:
        return [None] * len(columns)
    held = columns.metadata(key)
    named = [next(iter(values)) if values and len(values) == 1 else None for values in held.values]
    return [named[code] or None for code in held.codes.tolist()]


def _count(hits: Sequence[Hit], looked: "Sequence[Deeds]", owners: Sequence[str | None]) -> None:
    from bbbkeep.retention.forecast import DONE

    for hit, deeds in zip(hits, looked, strict=True):
        for number, step in enumerate(DONE):
            if step is not None:
                hit.actions[step] += int((deeds == number).sum())
        done = deeds > 0
        hit.owners.update(owner for owner, act in zip(owners, done.tolist(), strict=True) if act and owner)
        hit.only_here += int((done & (sum(other != deeds for other in looked) > 0)).sum())


def forecast_document(site: Site, outlooks: Sequence[Outlook], at: datetime) -> dict[str, Any]:
    """Return the comparison as plain values."""
    policies = [
        {
            "policy": one.label,
            "policy_digest": one.policy.digest,
            "by": list(_by(one)),
            "rules": list(_rules(one)),
        }
        for one in outlooks
    ]
    return {"server": site.server.name, "at": at.isoformat(), "policies": policies}


def _by(outlook: Outlook) -> Iterator[dict[str, Any]]:
    for place, (days, hit) in enumerate(zip(HORIZONS, outlook.hits, strict=True)):
        due = [rule.by[place] for rule in outlook.forecast.rules]
        yield {
            "days": days,
            "count": sum(one.count for one in due),
            "bytes": sum(one.bytes for one in due),
            "size_unknown": sum(one.size_unknown for one in due),
            "actions": {step: count for step, count in sorted(hit.actions.items()) if count},
            "owners": len(hit.owners),
            "owners_most_hit": [
                {"owner": owner, "count": count} for owner, count in hit.owners.most_common(OWNERS_NAMED)
            ],
            "only_here": hit.only_here,
        }


def _rules(outlook: Outlook) -> Iterator[dict[str, Any]]:
    for rule in outlook.forecast.rules:
        by = [{"days": days} | asdict(due) for days, due in zip(HORIZONS, rule.by, strict=True)]
        yield {"rule": rule.rule, "action": rule.action, "by": by}
