"""Rank the inventory for a policy's keep rules, once and before anything is judged."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.ledger import inventory
from bbbkeep.model import InventoryRow
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.keeping import Ranked, rank
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site


def ranked(site: Site, policy: Policy, *, now: datetime) -> Ranked | None:
    """Rank every recording that has not vanished; None where the policy has no keep rules."""
    if not policy.keeps:
        return None
    with site.ledger.read() as conn:
        facts = (facts_of(row, policy.zone, now) for row in _rows(conn, site, policy))
        return rank(facts, policy.keeps)


def newest_of(site: Site, policy: Policy, record_ids: Sequence[str], *, now: datetime) -> list[str]:
    """Return those of *record_ids* that a keep rule keeps by now."""
    newest = ranked(site, policy, now=now)
    if newest is None or not record_ids:
        return []
    with site.ledger.read() as conn:
        rows = inventory.many(conn, site.key, record_ids, tracks=policy.asks_for_tracks)
    facts = [facts_of(rows[one], policy.zone, now) for one in record_ids if one in rows]
    kept = (one for one in facts if any(keep.may_keep(one, newest) for keep in policy.keeps))
    return [one.recording.record_id for one in kept]


def _rows(conn: Connection, site: Site, policy: Policy) -> Iterator[InventoryRow]:
    """Read whole rows only where a keep rule asks for more than dates and meetings."""
    if all(keep.when is None for keep in policy.keeps):
        return inventory.dated(conn, site.key)
    return inventory.rows(conn, site.key, tracks=policy.asks_for_tracks)
