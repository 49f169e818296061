"""A deletion counts once the chain tells of its intent and that the server showed it done."""

from collections.abc import Iterator

import pytest
from ledger.builders import DAY, HOUR, NOW, OTHER, SERVER, an_id
from sqlalchemy import Connection

from bbbkeep.ledger import events
from bbbkeep.ledger.deletions import Deletion, Walk, deletions
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def begun(conn: Connection, run_id: str = "run-1", kind: str = "run_started", server: str = SERVER) -> None:
    body = {"run_id": run_id, "plan_id": "plan-1", "plan": "p" * 64, "policy": "q" * 64, "items": 1}
    events.append(conn, server, kind, body, NOW)


def intended(
    conn: Connection, action: str = "delete", run_id: str = "run-1", server: str = SERVER
) -> events.Event:
    body = {"run_id": run_id, "number": 1, "record_id": an_id(1), "action": action, "rule": "old"}
    return events.append(conn, server, "intent", body, NOW + HOUR)


def ended(conn: Connection, outcome: str, run_id: str = "run-1", server: str = SERVER) -> events.Event:
    body = {"run_id": run_id, "number": 1, "record_id": an_id(1), "outcome": outcome}
    return events.append(conn, server, "outcome", body, NOW + DAY)


def found(conn: Connection, walk: Walk | None = None, **scope) -> list[Deletion]:
    return list(deletions(conn, SERVER, walk or Walk(), **scope))


def test_a_deletion_names_policy_rule_plan_and_its_place_in_the_chain(conn: Connection) -> None:
    begun(conn)
    intent, outcome = intended(conn), ended(conn, "verified")

    assert found(conn) == [
        Deletion(
            record_id=an_id(1),
            deleted_at=NOW + DAY,
            rule="old",
            policy_digest="q" * 64,
            plan_id="plan-1",
            plan_digest="p" * 64,
            run_id="run-1",
            server=SERVER,
            intent_seq=intent.seq,
            intent_hash=intent.hash,
            outcome_seq=outcome.seq,
            outcome_hash=outcome.hash,
        )
    ]


@pytest.mark.parametrize("outcome", ["unverified", "unchanged", "skipped", "refused", "failed"])
def test_whatever_was_not_verified_is_no_deletion(conn: Connection, outcome: str) -> None:
    begun(conn)
    intended(conn)
    ended(conn, outcome)
    walk = Walk()

    assert found(conn, walk) == []
    assert walk.unproven == ((an_id(1),) if outcome == "unverified" else ())


def test_a_delete_that_a_resumed_run_finds_done_is_one_deletion(conn: Connection) -> None:
    begun(conn)
    intended(conn)
    ended(conn, "unverified")
    begun(conn, kind="run_resumed")
    ended(conn, "verified")
    walk = Walk()

    assert [one.record_id for one in found(conn, walk)] == [an_id(1)]
    assert walk.unproven == ()


def test_other_actions_and_other_servers_are_left_out(conn: Connection) -> None:
    begun(conn)
    intended(conn, action="unpublish")
    ended(conn, "verified")
    begun(conn, "run-2", server=OTHER)
    intended(conn, run_id="run-2", server=OTHER)
    ended(conn, "verified", run_id="run-2", server=OTHER)

    assert found(conn) == []


def test_only_what_was_asked_for_is_told(conn: Connection) -> None:
    begun(conn)
    intended(conn)
    outcome = ended(conn, "verified")

    assert found(conn, since=NOW + DAY)
    assert not found(conn, since=NOW + DAY + HOUR)
    assert found(conn, until=outcome.seq)
    assert not found(conn, until=outcome.seq - 1)
