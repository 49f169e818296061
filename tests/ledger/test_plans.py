"""A plan is good for one run, and an approval is for one policy, server and major version."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ledger.builders import DAY, HOUR, NOW, OTHER, SERVER
from sqlalchemy import Connection

from bbbkeep.errors import LedgerError, PlanRefusedError
from bbbkeep.ledger import plans
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def a_plan(conn: Connection, plan_id: str = "p1", **changes: Any) -> str:
    known = {
        "server": SERVER,
        "kind": "retention",
        "digest": "d1",
        "policy_digest": "policy-1",
        "created_at": NOW,
        "expires_at": NOW + DAY,
        "path": "plans/p1.json",
        "items": 3,
    }
    plans.register(conn, plan_id=plan_id, **known | changes)
    return plan_id


def approve(conn: Connection, plan_id: str = "p1", **changes: Any) -> None:
    known = {
        "server": SERVER,
        "policy_digest": "policy-1",
        "major": "1",
        "reason": "looked at it",
        "counts": {"delete": 3},
        "now": NOW,
    }
    plans.approve(conn, plan_id, **known | changes)


def test_a_plan_is_known_as_it_was_registered(conn: Connection) -> None:
    a_plan(conn)

    assert plans.get(conn, "p1") == plans.PlanStatus(
        "p1", SERVER, "retention", "d1", "policy-1", "open", NOW, NOW + DAY, "plans/p1.json", 3
    )
    assert plans.get(conn, "p2") is None


def test_a_plan_id_is_given_once(ledger: Ledger) -> None:
    with ledger.write() as conn:
        a_plan(conn)

    with pytest.raises(LedgerError), ledger.write() as conn:
        a_plan(conn)


def test_a_plan_is_consumed_once(conn: Connection) -> None:
    a_plan(conn)

    assert plans.consume(conn, "p1", NOW)
    assert not plans.consume(conn, "p1", NOW)
    assert plans.get(conn, "p1").status == "consumed"


def test_one_of_many_threads_consumes_a_plan(ledger: Ledger) -> None:
    with ledger.write() as conn:
        a_plan(conn)

    def consume(_: int) -> bool:
        with ledger.write() as conn:
            return plans.consume(conn, "p1", NOW)

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(consume, range(4))) == 1


def test_an_approved_plan_can_be_consumed(conn: Connection) -> None:
    a_plan(conn)
    approve(conn)

    assert plans.get(conn, "p1").status == "approved"
    assert plans.consume(conn, "p1", NOW)


def test_a_plan_marked_expired_or_never_registered_is_not_consumed(conn: Connection) -> None:
    plans.set_status(conn, a_plan(conn), "expired")

    assert not plans.consume(conn, "p1", NOW)
    assert not plans.consume(conn, "p2", NOW)


def test_a_consumed_plan_never_opens_again(conn: Connection) -> None:
    plans.consume(conn, a_plan(conn), NOW)

    plans.set_status(conn, "p1", "open")

    assert plans.get(conn, "p1").status == "consumed"


def test_the_latest_plan_is_the_one_registered_last(conn: Connection) -> None:
    a_plan(conn, "zz")
    a_plan(conn, "aa")
    a_plan(conn, "metadata", kind="metadata")
    a_plan(conn, "other", server=OTHER)

    assert plans.latest(conn, SERVER, "retention").plan_id == "aa"
    assert plans.latest(conn, SERVER, "captions") is None


def test_open_plans_wait_in_the_order_they_were_made(conn: Connection) -> None:
    for plan_id in ("c", "a", "b", "d"):
        a_plan(conn, plan_id)
    approve(conn, "a")
    plans.consume(conn, "b", NOW)

    assert [plan.plan_id for plan in plans.waiting(conn, SERVER)] == ["c", "d"]


def test_an_approval_is_remembered_with_its_reason(conn: Connection) -> None:
    a_plan(conn)

    approve(conn)

    assert plans.approval(conn, SERVER, "policy-1", "1") == plans.Approval(
        SERVER, "policy-1", "1", "p1", "looked at it", {"delete": 3}, NOW
    )


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param((OTHER, "policy-1", "1"), id="another server"),
        pytest.param((SERVER, "policy-2", "1"), id="another policy"),
        pytest.param((SERVER, "policy-1", "2"), id="another major version"),
    ],
)
def test_an_approval_covers_nothing_else(conn: Connection, asked: tuple[str, str, str]) -> None:
    a_plan(conn)
    approve(conn)

    assert plans.approval(conn, *asked) is None


def test_a_policy_can_be_approved_again_by_a_later_plan(conn: Connection) -> None:
    approve(conn, a_plan(conn, "p1"))
    approve(conn, a_plan(conn, "p2"), reason="looked again", now=NOW + HOUR)

    approval = plans.approval(conn, SERVER, "policy-1", "1")
    assert (approval.plan_id, approval.reason, approval.approved_at) == ("p2", "looked again", NOW + HOUR)


@pytest.mark.parametrize(
    ("plan_id", "changes", "why"),
    [
        pytest.param("p9", {}, "not in this ledger", id="unknown plan"),
        pytest.param("p1", {"server": OTHER}, "was made for", id="another server"),
        pytest.param("p1", {"policy_digest": "policy-2"}, "another policy", id="another policy"),
        pytest.param("used", {}, "is consumed", id="consumed plan"),
        pytest.param("late", {}, "is expired", id="expired plan"),
    ],
)
def test_an_approval_by_a_plan_that_does_not_fit_is_refused(
    conn: Connection, plan_id: str, changes: dict[str, str], why: str
) -> None:
    a_plan(conn)
    plans.consume(conn, a_plan(conn, "used"), NOW)
    plans.set_status(conn, a_plan(conn, "late"), "expired")

    with pytest.raises(PlanRefusedError, match=why):
        approve(conn, plan_id, **changes)

    assert plans.approval(conn, SERVER, "policy-1", "1") is None
