"""What was deleted, as the chain of events tells it: which recording, when, by which rule of which policy.

It needs nothing but the chain, so it outlives the recording, the plan's file
and the before-images; like the chain it holds no personal data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.ledger import events
from bbbkeep.ledger.events import Event

DELETE = "delete"

_BEGINS = ("run_started", "run_resumed")
_Item = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Deletion:
    """One recording that we deleted and that the server then showed no more; the events are those of the chain.

    `policy_digest` is None where no policy asked for it; `plan_digest` is
    that of the plan's file.
    """

    record_id: str
    deleted_at: datetime
    rule: str | None
    policy_digest: str | None
    plan_id: str | None
    plan_digest: str | None
    run_id: str
    server: str
    intent_seq: int
    intent_hash: str
    outcome_seq: int
    outcome_hash: str


class Walk:
    """Goes along a chain and puts the events of each delete together."""

    def __init__(self) -> None:
        self._runs: dict[str, Event] = {}
        self._open: dict[_Item, Event] = {}
        self._unverified: dict[str, set[_Item]] = {}

    @property
    def unproven(self) -> tuple[str, ...]:
        """The recordings with a delete that was sent, and that no look has shown done so far."""
        return tuple(sorted(self._unverified))

    def step(self, event: Event) -> Deletion | None:
        """Take the next event; return the deletion that it completes."""
        if event.kind in _BEGINS:
            self._runs[event.body["run_id"]] = event
        elif event.kind == "intent" and event.body["action"] == DELETE:
            self._open[_item(event)] = event
        elif event.kind == "outcome" and _item(event) in self._open:
            return self._concluded(event)
        return None

    def _concluded(self, outcome: Event) -> Deletion | None:
        """An unverified delete stays open: a later look may find it done, whichever of several tries it was."""
        item, ended = _item(outcome), outcome.body["outcome"]
        record_id = str(self._open[item].body["record_id"])
        if ended == "unverified":
            self._unverified.setdefault(record_id, set()).add(item)
            return None
        intent = self._open.pop(item)
        tried = self._unverified.pop(record_id, set()) - {item}
        if ended == "verified":
            return self._deletion(intent, outcome)
        if tried:
            self._unverified[record_id] = tried
        return None

    def _deletion(self, intent: Event, outcome: Event) -> Deletion:
        begun = self._runs.get(intent.body["run_id"])
        run = begun.body if begun else {}
        return Deletion(
            record_id=intent.body["record_id"],
            deleted_at=outcome.at,
            rule=intent.body["rule"],
            policy_digest=run.get("policy"),
            plan_id=run.get("plan_id"),
            plan_digest=run.get("plan"),
            run_id=intent.body["run_id"],
            server=intent.server,
            intent_seq=intent.seq,
            intent_hash=intent.hash,
            outcome_seq=outcome.seq,
            outcome_hash=outcome.hash,
        )


def deletions(
    conn: Connection, server: str, walk: Walk, *, since: datetime | None = None, until: int | None = None
) -> Iterator[Deletion]:
    """Yield the deletions from *since* on, up to event number *until*, in the order of their outcomes."""
    for event in events.events(conn, server):
        if until is not None and event.seq > until:
            return
        found = walk.step(event)
        if found is not None and (since is None or found.deleted_at >= since):
            yield found


def _item(event: Event) -> _Item:
    return event.body["run_id"], event.body["number"]
