"""Publish and unpublish recordings that somebody named, or that meet a condition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from bbbkeep.errors import PolicyError, UsageError
from bbbkeep.ledger import inventory
from bbbkeep.model import InventoryRow, ItemOutcome, Recording
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.retention import hold_check, policy_of
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.begin import begin, check
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.plans.run import RunRef
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.grammar import condition
from bbbkeep.retention.truth import Truth
from bbbkeep.selection import Selection
from bbbkeep.site import Site
from bbbkeep.strict_yaml import loads

Wish = Literal["publish", "unpublish"]

UNDO: Mapping[Wish, str] = {
    "publish": "it can be unpublished again",
    "unpublish": "it can be published again",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recordings somebody means: these IDs, or all that meet `where` and `selection`."""

    record_ids: tuple[str, ...] = ()
    where: str = ""
    selection: Selection = field(default_factory=Selection)

    def __post_init__(self) -> None:
        sieved = bool(self.where or self.selection.states or self.selection.meta)
        if not (self.record_ids or sieved):
            raise UsageError("name recordings, a file of them with --ids, or a condition with --where")
        if self.record_ids and sieved:
            raise UsageError("name recordings or give a condition, not both")


@dataclass(frozen=True, slots=True)
class _Judged:
    """One recording that was asked for: in the plan (no outcome), or why not."""

    record_id: str
    row: InventoryRow | None = None
    reason: str = ""
    outcome: str = ""


def plan_publishing(site: Site, wish: Wish, asked: Asked, *, now: datetime) -> PlanRef:
    """Plan to publish or unpublish what was asked for, as last listed.

    Raises:
        PolicyError: the condition can't be read, or the policy, which says what is on hold.
    """
    found = _named(site, asked.record_ids) if asked.record_ids else _meeting(site, wish, asked, now)
    held = hold_check(site, policy_of(site), now=now)
    judged = [_judged(one, wish, held(one.row.recording) if one.row else None) for one in found]
    draft = Draft(
        wish,
        tuple(_item(one, one.row, wish) for one in judged if one.row is not None and not one.outcome),
        refused=tuple(
            {"record_id": one.record_id, "outcome": one.outcome, "because": one.reason}
            for one in judged
            if one.outcome
        ),
    )
    return refer(make_plan(site, draft, now=now))


def begin_publishing(site: Site, plan: PlanRef, wish: Wish, *, now: datetime) -> RunRef:
    """Check the plan and its guards once more, and take the lease."""
    check(site, Path(plan.path), now=now, kind=wish)
    return begin(site, Path(plan.path), command=wish, now=now)


def publish_chunk(site: Site, run: RunRef, numbers: Sequence[int], *, now: datetime) -> list[ItemOutcome]:
    """Carry out the items with these numbers; what is on hold by now is not unpublished."""
    return apply_items(site, run, numbers, hold_check(site, policy_of(site), now=now))


def condition_of(site: Site, text: str) -> Condition:
    """Read a condition as a policy has it: `age: {from: end, over: 180d}`."""
    return condition(loads(text, Path("--where"), PolicyError).root, policy_of(site).context)


def _named(site: Site, record_ids: Sequence[str]) -> Iterator[_Judged]:
    whole = [one for one in record_ids if site.record_ids.fullmatch(one)]
    with site.ledger.read() as conn:
        rows = inventory.many(conn, site.key, whole)
    for record_id in dict.fromkeys(record_ids):
        if record_id not in whole:
            yield _Judged(
                record_id[:200], None, "not a whole record ID: a part of one may mean many", "refused"
            )
        elif record_id not in rows:
            yield _Judged(record_id, None, "not in the inventory; run `bbbkeep inventory`", "refused")
        else:
            yield _Judged(record_id, rows[record_id], "asked for by its ID")


def _meeting(site: Site, wish: Wish, asked: Asked, now: datetime) -> Iterator[_Judged]:
    """Find what meets the condition; what is not known to meet it, or is done already, was not meant."""
    zone = policy_of(site).zone
    where = condition_of(site, asked.where) if asked.where else None
    reason = where.sentence() if where else "asked for by state and metadata"
    with site.ledger.read() as conn:
        for row in inventory.rows(conn, site.key, tracks=True):
            if row.recording not in asked.selection or _idle(row.recording, wish):
                continue
            if where is None or where.truth(facts_of(row, zone, now)) is Truth.YES:
                yield _Judged(row.recording.record_id, row, reason)


def _idle(recording: Recording, wish: Wish) -> bool:
    action, found = ACTIONS[wish], Found(recording)
    return action.is_done(found, {}) or action.objection(found, {}) is not None


def _judged(one: _Judged, wish: Wish, held: str | None) -> _Judged:
    if one.row is None:
        return one
    action, found = ACTIONS[wish], Found(one.row.recording)
    if objection := action.objection(found, {}):
        return _Judged(one.record_id, one.row, objection, "skipped")
    if action.is_done(found, {}):
        return _Judged(one.record_id, one.row, f"it is {wish}ed already", "unchanged")
    if held and action.takes_away(found, {}):
        return _Judged(one.record_id, one.row, held, "skipped")
    return one


def _item(one: _Judged, row: InventoryRow, wish: Wish) -> PlanItem:
    return PlanItem(
        number=0,
        record_id=one.record_id,
        action=wish,
        fingerprint=ACTIONS[wish].fingerprint(row.recording, {}),
        reasons=(one.reason,),
        size_bytes=row.recording.whole_size,
        undo=UNDO[wish],
        params={"name": row.recording.name},
    )
