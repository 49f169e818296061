"""Take over from a run that was killed: read what it may have written before anything else is written.

Nobody holds its lease, so it is not at work.  Where its process is not
provably gone, it may only be paused: the one request whose intent it had made
durable may still go out, so nothing else is written to those recordings.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bbbkeep.api.reading import Reader
from bbbkeep.api.sweep import require_answer
from bbbkeep.errors import GuardError, PlanRefusedError
from bbbkeep.ledger import events, intents, leases, plans, runs
from bbbkeep.ledger.intents import OVERTAKEN, Intent
from bbbkeep.liveness import this_process
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.conclude import write_down
from bbbkeep.plans.document import PlanItem, read_plan
from bbbkeep.plans.finish import conclude_the_sent, conclude_the_untried
from bbbkeep.plans.guards import clock
from bbbkeep.plans.looks import Looks, witnesses
from bbbkeep.plans.read_back import pauses
from bbbkeep.plans.run import BROKEN_OFF, LEASE_FOR, OPEN
from bbbkeep.site import Site

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks may be apart before people are told."""

_MEETINGS_UNKNOWN = "this server does not tell which meetings are running: their recordings were not left out"


def end_dead_runs(site: Site, *, now: datetime) -> list[str]:
    """End the runs of a server that were killed, and return them, oldest first.

    What they may have sent is read back; what the server does not show is
    unverified from now on: guards count it, and this night leaves those
    recordings alone.  What they never came to stays open, for `resume`.

    Raises:
        LeaseHeldError: another run writes to this server.
        BbbError: the server can't be read, so nothing is known; the runs stay open.
    """
    with site.ledger.write() as conn:
        alive = leases.left_by_the_living(conn, site.key)
        token = leases.take(
            conn, site.key, "who ends what broke off", now=now, ttl=LEASE_FOR, process=this_process()
        )
        dead = runs.unfinished(conn, site.key)
        for run_id in dead:
            _overtake(conn, site, run_id, now, alive=alive)
    try:
        for run_id in dead:
            _end(site, run_id)
    finally:
        with site.ledger.write() as conn:
            leases.release(conn, site.key, token)
    return dead


def _overtake(conn: Connection, site: Site, run_id: str, now: datetime, *, alive: bool) -> None:
    """Note before anything else which writes may still be sent: who comes next must know it too."""
    unanswered = {one.number: OVERTAKEN for one in _open(conn, run_id) if one.answer is None}
    if alive and unanswered:
        intents.answered(conn, site.key, run_id, unanswered, now)


def _open(conn: Connection, run_id: str) -> list[Intent]:
    known = {outcome.number for outcome in runs.outcomes(conn, run_id)}
    return [one for number, one in intents.of_run(conn, run_id).items() if number not in known]


def _end(site: Site, run_id: str) -> None:
    with site.ledger.read() as conn:
        left = [one for one in _open(conn, run_id) if not ACTIONS[one.action].settles_later]
    items = _items(site, run_id)
    found = _read_back(site, left, items) if left else []
    with site.ledger.write() as conn:
        now = site.clock.now()
        write_down(conn, site, found)
        conclude_the_sent(conn, site, run_id, now)
        conclude_the_untried(conn, site, run_id, items.values(), now)
        runs.finish(conn, run_id, BROKEN_OFF, now)
        events.append(conn, site.key, "run_finished", {"run_id": run_id, "exit": BROKEN_OFF}, now)


def _items(site: Site, run_id: str) -> dict[int, PlanItem]:
    """Return the items of a run's plan; none where its file is gone or was changed: then nothing can be compared."""
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        known = plans.get(conn, run.plan_id) if run and run.plan_id else None
    try:
        plan, digest = read_plan(Path(known.path)) if known else (None, "")
    except PlanRefusedError:
        return {}
    trusted = plan is not None and known is not None and known.digest == digest
    return {item.number: item for item in plan.items} if plan is not None and trusted else {}


def _read_back(site: Site, left: Sequence[Intent], items: dict[int, PlanItem]) -> list[ItemOutcome]:
    """Return the outcomes of those writes that the server shows done, or that it does not show in time."""
    waiting = [(one, items[one.number]) for one in left if one.number in items]
    results: list[ItemOutcome] = []
    with site.reader() as reader:
        for pause in pauses(reader.profile.shows_within):
            if pause and waiting:
                site.clock.sleep(pause)
            shown = _shown(site, reader, [item for _, item in waiting]) if waiting else {}
            done = [pair for pair in waiting if _is_done(pair[1], shown)]
            waiting = [pair for pair in waiting if pair not in done]
            results += [_verified(one, site.clock.now()) for one, _ in done]
    return results + [_unverified(one, site.clock.now()) for one, _ in waiting]


def _shown(site: Site, reader: Reader, items: Sequence[PlanItem]) -> dict[str, Found]:
    ids = [item.record_id for item in items]
    looks = Looks(reader, site.clock, ids, lambda: witnesses(site, set(ids)))
    return looks.shown([(item.record_id, ACTIONS[item.action]) for item in items])


def _is_done(item: PlanItem, shown: dict[str, Found]) -> bool:
    found = shown.get(item.record_id)
    return found is not None and ACTIONS[item.action].is_done(found, item.params)


def _verified(one: Intent, now: datetime) -> ItemOutcome:
    because = "the run was interrupted; the server shows it done"
    detail = {"rule": one.rule}
    return ItemOutcome(one.record_id, one.action, "verified", because, one.run_id, one.number, now, detail)


def _unverified(one: Intent, now: datetime) -> ItemOutcome:
    still = "and it may still arrive" if one.answer == OVERTAKEN else "run `bbbkeep runs resume`"
    because = f"the run was interrupted; the server does not show it done, {still}"
    outcome = replace(_verified(one, now), outcome="unverified", because=because)
    return replace(outcome, detail={"rule": one.rule, OPEN: one.answer != OVERTAKEN})


def running_meetings(site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask once for the meetings that run: their internal ids, and what people should know.

    Raises:
        BbbError: the server offers the call and fails: then nothing may be written.
        GuardError: the answer shows that the clocks are more than a day apart.
    """
    with site.reader() as reader:
        found = reader.running_meetings()
        if reader.server_date is None:  # it was not asked: any answer tells its time
            require_answer(reader)
        remarks = (_MEETINGS_UNKNOWN,) if found is None else ()
        return tuple(sorted(found or ())), (*remarks, *_clock_remarks(site, reader.server_date))


def _clock_remarks(site: Site, server_date: datetime | None) -> tuple[str, ...]:
    if server_date is None:
        return ()
    judged = clock(server_date - site.clock.now())
    if judged.tripped:
        raise GuardError((str(judged),))
    apart = abs(server_date - site.clock.now())
    return (f"the server's clock is {judged.actual}: set one of the two",) if apart > CLOCKS_DIFFER else ()
