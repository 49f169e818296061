"""What became of each plan, and which policies were approved.

The plan itself is a file; here lie its digest, to know it by, and its status,
which no copy of the file can change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, select, update

from bbbkeep.errors import PlanRefusedError
from bbbkeep.ledger.schema import approvals
from bbbkeep.ledger.schema import plans as table
from bbbkeep.ledger.upserts import upsert

Status = Literal["open", "approved", "consumed", "expired"]


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """One plan as the ledger knows it."""

    plan_id: str
    server: str
    kind: str
    digest: str
    policy_digest: str | None
    status: Status
    created_at: datetime
    expires_at: datetime
    path: str
    items: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Who runs the site said yes to a policy, having seen a plan of it."""

    server: str
    policy_digest: str
    major: str
    plan_id: str
    reason: str
    counts: Mapping[str, Any]
    approved_at: datetime


_COLUMNS = [table.c[name] for name in PlanStatus.__dataclass_fields__]


def register(  # noqa: PLR0913 -- each is one fact about the plan, named at the call
    conn: Connection,
    *,
    plan_id: str,
    server: str,
    kind: str,
    digest: str,
    policy_digest: str | None,
    created_at: datetime,
    expires_at: datetime,
    path: Path | str,
    items: int,
) -> None:
    """Make an open plan known."""
    row = {
        "plan_id": plan_id,
        "server": server,
        "kind": kind,
        "digest": digest,
        "policy_digest": policy_digest,
        "status": "open",
        "created_at": created_at,
        "expires_at": expires_at,
        "path": str(path),
        "items": items,
    }
    conn.execute(insert(table), row)


def get(conn: Connection, plan_id: str) -> PlanStatus | None:
    """Return one plan."""
    return _first(conn, select(*_COLUMNS).where(table.c.plan_id == plan_id))


def latest(conn: Connection, server: str, kind: str) -> PlanStatus | None:
    """Return the newest plan of that kind, of any status."""
    return _first(conn, select(*_COLUMNS).where(table.c.server == server, table.c.kind == kind))


def made_before(conn: Connection, server: str, moment: datetime) -> list[str]:
    """Return the files of the plans that were made before *moment*, there or not."""
    query = select(table.c.path).where(table.c.server == server, table.c.created_at < moment)
    return list(conn.scalars(query))


def waiting(conn: Connection, server: str) -> list[PlanStatus]:
    """Return the open plans, oldest first; some may be past their `expires_at`."""
    query = select(*_COLUMNS).where(table.c.server == server, table.c.status == "open")
    return [PlanStatus(**row) for row in conn.execute(query.order_by(table.c.number)).mappings()]


def consume(conn: Connection, plan_id: str, now: datetime) -> bool:
    """Take the plan, once; False if it was consumed already, is marked expired, or is unknown.

    Whether `expires_at` has passed is for the caller to judge.
    """
    change = update(table).where(table.c.plan_id == plan_id, table.c.status.in_(("open", "approved")))
    return conn.execute(change.values(status="consumed", consumed_at=now)).rowcount == 1


def expire(conn: Connection, server: str, now: datetime) -> int:
    """Mark the plans that nobody applied in time; return how many."""
    waiting = table.c.status.in_(("open", "approved"))
    change = update(table).where(table.c.server == server, waiting, table.c.expires_at <= now)
    return conn.execute(change.values(status="expired")).rowcount


def set_status(conn: Connection, plan_id: str, status: Status) -> None:
    """Change the status of a plan; what is consumed stays consumed."""
    change = update(table).where(table.c.plan_id == plan_id, table.c.status != "consumed")
    conn.execute(change.values(status=status))


def approve(
    conn: Connection,
    plan_id: str,
    *,
    server: str,
    policy_digest: str,
    major: str,
    reason: str,
    counts: Mapping[str, object],
    now: datetime,
) -> None:
    """Approve a policy on a server by an open plan of it; again replaces the reason.

    Raises:
        PlanRefusedError: the plan is unknown, for another server or policy, consumed or expired.
    """
    _check_approvable(get(conn, plan_id), plan_id, server, policy_digest)
    row = {
        "server": server,
        "policy_digest": policy_digest,
        "major": major,
        "plan_id": plan_id,
        "reason": reason,
        "counts": counts,
        "approved_at": now,
    }
    upsert(conn, approvals, [row])
    set_status(conn, plan_id, "approved")


def approval(conn: Connection, server: str, policy_digest: str, major: str) -> Approval | None:
    """Return the approval of exactly this policy for this server and major version of bbbkeep."""
    query = select(approvals).where(
        approvals.c.server == server, approvals.c.policy_digest == policy_digest, approvals.c.major == major
    )
    row = conn.execute(query).mappings().first()
    return Approval(**row) if row else None


def _check_approvable(plan: PlanStatus | None, plan_id: str, server: str, policy_digest: str) -> None:
    if plan is None:
        raise PlanRefusedError(f"plan {plan_id} is not in this ledger; plan again")
    if plan.server != server:
        raise PlanRefusedError(f"plan {plan_id} was made for {plan.server}, not for {server}; plan again")
    if plan.policy_digest != policy_digest:
        raise PlanRefusedError(f"plan {plan_id} was made with another policy; plan again")
    if plan.status in ("consumed", "expired"):
        raise PlanRefusedError(f"plan {plan_id} is {plan.status}; plan again")


def _first(conn: Connection, query: Select[Any]) -> PlanStatus | None:
    row = conn.execute(query.order_by(table.c.number.desc()).limit(1)).mappings().first()
    return PlanStatus(**row) if row else None
