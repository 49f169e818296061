"""Make a plan: number the items, judge them, write the file, tell the ledger.

Nothing here can write to a server: planning is handed no writing client.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from bbbkeep import __version__
from bbbkeep.ledger import plans, sweeps
from bbbkeep.plans.document import GuardResult, Plan, PlanItem, PlanKind, expiry, totals_of
from bbbkeep.plans.guards import Population, allowed, are_guarded, evaluate
from bbbkeep.plans.population import as_document, population_of
from bbbkeep.settings_digest import configuration_digest
from bbbkeep.settings_values import Caps
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Draft:
    """What a room wants done, before it is a plan."""

    kind: PlanKind
    items: Sequence[PlanItem]
    kept: int = 0
    anomalies: Sequence[Mapping[str, str]] = ()
    refused: Sequence[Mapping[str, str]] = ()
    policy_digest: str | None = None
    reports_only: bool = False
    limits: Mapping[str, Caps] | None = None
    """What the policy allows at most; bbbkeep.yaml may allow less."""
    holds: int | None = None
    protections: Mapping[str, int] | None = None
    lapsed: int = 0
    source: Mapping[str, str] = field(default_factory=dict)
    never_seen: Mapping[str, str] = field(default_factory=dict)


def make_plan(site: Site, draft: Draft, *, now: datetime) -> tuple[Plan, Path]:
    """Turn *draft* into an immutable plan file that the ledger knows."""
    population = population_of(
        site, now=now, holds=draft.holds, protections=draft.protections, lapsed=draft.lapsed
    )
    sweep_id = _sweep_id(site)
    items = tuple(replace(item, number=number) for number, item in enumerate(draft.items, 1))
    plan = Plan(
        plan_id=f"{draft.kind}-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}",
        kind=draft.kind,
        created_at=now.isoformat(),
        expires_at=expiry(now).isoformat(),
        server=site.server.name,
        server_key=site.key,
        profile=site.profile,
        version=__version__,
        complete=population.complete,
        incomplete_because=population.because,
        sweep_id=sweep_id,
        policy_digest=draft.policy_digest,
        configuration_digest=configuration_digest(site.settings, site.server),
        reports_only=draft.reports_only,
        guards=_guards(site, draft, items, population),
        values=as_document(population.values),
        items=items,
        totals=totals_of(items),
        kept=draft.kept,
        anomalies=tuple(draft.anomalies),
        refused=tuple(draft.refused),
        source=draft.source,
        never_seen=draft.never_seen,
    )
    return plan, _register(site, plan, now)


def _guards(
    site: Site, draft: Draft, items: Sequence[PlanItem], population: Population
) -> tuple[GuardResult, ...]:
    if not are_guarded(draft.kind, items):
        return ()
    return evaluate(items, population, allowed(site.server.guards, draft.limits))


def _sweep_id(site: Site) -> int | None:
    with site.ledger.read() as conn:
        latest = sweeps.latest(conn, site.key)
    return latest.sweep_id if latest else None


def _register(site: Site, plan: Plan, now: datetime) -> Path:
    content = plan.to_bytes()
    path = site.plans_dir / f"{plan.plan_id}.json"
    write_private(path, content)
    with site.ledger.write() as conn:
        plans.register(
            conn,
            plan_id=plan.plan_id,
            server=site.key,
            kind=plan.kind,
            digest=hashlib.sha256(content).hexdigest(),
            policy_digest=plan.policy_digest,
            created_at=now,
            expires_at=expiry(now),
            path=str(path),
            items=len(plan.items),
        )
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
