"""The last word on a run: every item has an outcome, and the lease is given back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.errors import PlanRefusedError
from bbbkeep.exits import worst
from bbbkeep.ledger import events, intents, leases, runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.conclude import write_down
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import OPEN, UNTRIED, RunRef, exit_code, may_be_taken_up, plan_of
from bbbkeep.site import Site


def finish(site: Site, run: RunRef, *, now: datetime) -> list[ItemOutcome]:
    """End a run: every item gets an outcome, and the lease is given back; return every outcome.

    What was sent and never concluded is unverified; what nobody came to is
    skipped.

    Raises:
        PlanRefusedError: the plan's file is not what it was when the run began;
            the run is ended all the same.
    """
    try:
        items, refusal = plan_of(site, run).items, None
    except PlanRefusedError as error:
        items, refusal = (), error
    with site.ledger.write() as conn:
        conclude_the_sent(conn, site, run.run_id, now)
        conclude_the_untried(conn, site, run.run_id, items, now)
        outcomes = runs.outcomes(conn, run.run_id)
        code = worst([exit_code(outcomes), refusal.exit_code if refusal else 0])
        runs.finish(conn, run.run_id, code, now)
        events.append(conn, site.key, "run_finished", {"run_id": run.run_id, "exit": code}, now)
        if run.owns_lease:
            leases.release(conn, site.key, run.token)
    if refusal is not None:
        raise refusal
    return outcomes


def conclude_the_sent(conn: Connection, site: Site, run_id: str, now: datetime) -> None:
    """Call unverified what may have been sent and has no outcome."""
    known = {outcome.number for outcome in runs.outcomes(conn, run_id)}
    because = "it may have been sent, but the run stopped before it was read back"
    left = [
        ItemOutcome(
            one.record_id,
            one.action,
            "unverified",
            because,
            run_id,
            one.number,
            now,
            {"rule": one.rule, OPEN: True},
        )
        for number, one in intents.of_run(conn, run_id).items()
        if number not in known
    ]
    write_down(conn, site, left)


def conclude_the_untried(
    conn: Connection, site: Site, run_id: str, items: Iterable[PlanItem], now: datetime
) -> None:
    """Leave open what the run never came to; nothing was sent, so the chain has nothing to say of it."""
    known = {outcome.number for outcome in runs.outcomes(conn, run_id)}
    because = "the run stopped before it"
    left = [
        ItemOutcome(
            item.record_id,
            item.action,
            "skipped",
            because,
            run_id,
            item.number,
            now,
            {"rule": item.rule, UNTRIED: True},
        )
        for item in items
        if item.number not in known
    ]
    runs.record(conn, site.key, *left)


def leave_for_good(site: Site, run_id: str) -> None:
    """Keep what a run left open from being taken up again: the run is being undone."""
    with site.ledger.write() as conn:
        left = [one for one in runs.outcomes(conn, run_id) if may_be_taken_up(one)]
        closed = dict.fromkeys((OPEN, UNTRIED), False)
        runs.record(
            conn,
            site.key,
            *(
                replace(one, because=f"{one.because}; it was undone since", detail={**one.detail, **closed})
                for one in left
            ),
        )
