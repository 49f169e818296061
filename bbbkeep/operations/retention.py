"""Judge the inventory by the policy, and make a plan of what is due."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bbbkeep.api.profiles import profile_named
from bbbkeep.counted import many
from bbbkeep.errors import IncompleteSweepError, PlanRefusedError, UsageError
from bbbkeep.ledger import attempts, holds, inventory, runs
from bbbkeep.ledger.attempts import NIGHTS, InVain
from bbbkeep.model import InventoryRow, ItemOutcome, Recording
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.operations.graces import grace_check
from bbbkeep.operations.keys_never_seen import never_seen, never_seen_in_words
from bbbkeep.operations.newest import newest_of, ranked
from bbbkeep.operations.owners import owners_of
from bbbkeep.operations.policy_items import Wanted, edits_of, require_fitting
from bbbkeep.operations.spared import Spared
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.approving import waits_for_approval
from bbbkeep.plans.begin import begin, check
from bbbkeep.plans.document import Plan, read_plan
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.plans.population import compared_with, population_of
from bbbkeep.plans.run import RunRef
from bbbkeep.retention.anomalies import anomalies
from bbbkeep.retention.decide import History, hold_reason
from bbbkeep.retention.edits import matched
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.hold_files import read_holds
from bbbkeep.retention.kept_kinds import Kinds
from bbbkeep.retention.load import load_policy
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.verdict import Verdict
from bbbkeep.selection import Selection
from bbbkeep.settings_values import Caps
from bbbkeep.site import Site

if TYPE_CHECKING:
    from bbbkeep.retention.sift import Sifted

COMMAND = "retention apply"

ANOMALIES_LISTED = 1000
"""How many a plan lists before it stops: on some servers every recording is odd; the report counts them all."""


def policy_path(site: Site, given: Path | None) -> Path:
    """Return the policy file that counts for this server.

    Raises:
        UsageError: none is configured and none was given.
    """
    path = given or site.server.policy
    if path is None:
        raise UsageError("no policy: name one with --policy, or as `policy` in bbbkeep.yaml")
    return path


def policy_of(site: Site) -> Policy:
    """Return the server's policy, or one without rules: holds count in any case."""
    if site.server.policy is not None:
        return load_policy(site.server.policy)
    return Policy(mode="report", zone=ZoneInfo("UTC"))


def hold_key(site: Site) -> str:
    """Return the metadata key that holds a recording here; the policy may name its own."""
    return policy_of(site).hold_key


def history(site: Site, policy: Policy, *, now: datetime, again: bool = False) -> History:
    """Return what the ledger and the policy's lists of holds know and no server admits to.

    Reads the whole inventory once where the policy has keep rules.
    *again*: what was tried on too many nights has another chance.

    Raises:
        HoldListError: a list of holds is missing, unreadable or not whole.
    """
    return replace(_unranked(site, policy, now, again=again), newest=ranked(site, policy, now=now))


def _unranked(site: Site, policy: Policy, now: datetime, *, again: bool = False) -> History:
    """Return the history of single recordings, without who is newest."""
    with site.ledger.read() as conn:
        troubled = frozenset(runs.troubled_since(conn, site.key, _night_began(conn, site, now)))
        vain = {} if again else attempts.in_vain(conn, site.key, COMMAND)
    given_up = {write: _given_up(write[1], one) for write, one in vain.items() if one.nights >= NIGHTS}
    known = _holds(site, policy, now)
    return replace(known, troubled=troubled, given_up=given_up, owners=owners_of(site))


def _holds(site: Site, policy: Policy, now: datetime) -> History:
    """Return what holds recordings and no more: each chunk of a run asks for it.

    A hold that a run lifted counts until the next night begins, or for a day where nothing runs at night.
    """
    with site.ledger.read() as conn:
        asked = holds.in_force(conn, site.key, night_started=_night_began(conn, site, now))
    return History(holds_asked=asked, holds_listed=read_holds(policy.hold_files))


def _given_up(action: str, tried: InVain) -> str:
    last = f"{action} was sent on {tried.nights} nights, in the end {tried.last}: {tried.because}"
    return f"{last}; only reported now; `bbbkeep {COMMAND} --again` tries once more"


def hold_check(site: Site, policy: Policy, *, now: datetime) -> Callable[[Recording], str | None]:
    """Return what tells why a recording must not lose anything right now."""
    known = _holds(site, policy, now)

    def held(recording: Recording) -> str | None:
        facts = facts_of(InventoryRow(recording, now, now, sweep_id=0), policy.zone, now)
        return hold_reason(facts, policy, known)

    return held


def retention_check(
    site: Site, policy: Policy, run: RunRef, *, now: datetime
) -> Callable[[Recording], str | None]:
    """Return what tells why retention must leave a recording alone right now.

    A hold, trouble this night, or a grace that was broken off since the plan.

    What *run* itself has under way is no trouble: it may be sending it again.
    """
    held, broken = hold_check(site, policy, now=now), grace_check(site, run)
    with site.ledger.read() as conn:
        troubled = runs.troubled_since(conn, site.key, _night_began(conn, site, now), besides=run.run_id)

    def left_alone(recording: Recording) -> str | None:
        trouble = recording.record_id in troubled
        said = "a write to it failed or is unverified this night" if trouble else held(recording)
        return said or broken(recording)

    return left_alone


def _night_began(conn: Connection, site: Site, now: datetime) -> datetime:
    """Return when this night began; where nothing runs at night, it lasts a day."""
    day = now - timedelta(hours=24)
    night = runs.latest(conn, site.key, "nightly")
    return max(night.started_at, day) if night else day


def verdicts(
    site: Site, policy: Policy, selection: Selection, *, now: datetime
) -> Iterator[tuple[InventoryRow, Verdict]]:
    """Judge every recording that was asked for."""
    for chunk in judged(site, policy, selection, history(site, policy, now=now), now=now):
        yield from zip(chunk.columns.rows, chunk.verdicts(), strict=True)


def judged(
    site: Site, policy: Policy, selection: Selection, known: History, *, now: datetime
) -> "Iterator[Sifted]":
    """Judge every recording that was asked for, many at once."""
    from bbbkeep.retention.sift import sifted

    with site.ledger.read() as conn:
        rows = inventory.rows(conn, site.key, tracks=policy.asks_for_tracks)
        asked = rows if selection == Selection() else (row for row in rows if row.recording in selection)
        yield from sifted(asked, policy, known, now=now)


def plan_retention(
    site: Site,
    path: Path,
    selection: Selection,
    *,
    now: datetime,
    again: bool = False,
    kinds: Kinds | None = None,
) -> tuple[Plan, Path]:
    """Plan what the policy at *path* makes due, in one pass; *again*: also what was tried on too many nights.

    *kinds* counts why the rest is kept.

    Raises:
        PolicyError: the policy can't be obeyed as written, or not on this kind of server.
    """
    policy = load_policy(path)
    require_fitting(site, policy)
    known = history(site, policy, now=now, again=again)
    asked, spared = Wanted(profile_named(site.profile)), Spared(policy, compared_with(site))
    odd: list[Mapping[str, str]] = []
    for chunk in judged(site, policy, selection, known, now=now):
        spared.count(chunk)
        odd += islice(_odd(chunk.columns.rows), ANOMALIES_LISTED - len(odd))
        asked.look(chunk)
        for place in matched(chunk):
            facts = chunk.columns.facts(place)
            asked.set(facts.row, edits_of(site, facts, policy, known))
        if kinds:
            kinds.count_chunk(chunk)
    draft = Draft(
        "retention",
        # Metadata comes last: a recording that it was written to has drifted for all else.
        (*asked.deeds, *asked.sets),
        kept=asked.kept,
        anomalies=(*odd, *_unmatched(site, policy)[:ANOMALIES_LISTED]),
        refused=(*asked.given_up, *asked.left[:ANOMALIES_LISTED]),
        policy_digest=policy.digest,
        reports_only=policy.mode == "report",
        limits=limits(policy),
        # Of a part of the recordings, nobody can tell whether holds went missing.
        holds=spared.holds if selection == Selection() else None,
        protections=spared.protections if selection == Selection() else None,
        lapsed=spared.lapsed,
        never_seen=never_seen(site, policy),
    )
    return make_plan(site, draft, now=now)


def _odd(rows: Sequence[InventoryRow]) -> Iterator[Mapping[str, str]]:
    return ({"record_id": row.recording.record_id, "anomaly": one} for row in rows for one in anomalies(row))


def _unmatched(site: Site, policy: Policy) -> list[Mapping[str, str]]:
    """Return the holds of the policy's lists that no listing ever showed a recording for."""
    listed = read_holds(policy.hold_files)
    with site.ledger.read() as conn:
        known = inventory.many(conn, site.key, list(listed))
    return [
        {"record_id": record_id, "anomaly": "a list holds it, and no listing ever showed it"}
        for record_id in sorted(listed.keys() - known.keys())
    ]


def limits(policy: Policy) -> dict[str, Caps]:
    """Return the caps that the policy sets."""
    return {str(action): caps for action, caps in policy.guards.caps().items()}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a retention plan may be applied right now; `because` says why not, for people."""

    ready: bool
    because: str = ""


def readiness(site: Site, ref: PlanRef) -> Readiness:
    """Tell whether the plan may run, or waits, or is only for looking at."""
    plan, _ = read_plan(Path(ref.path))
    if not plan.items:
        return Readiness(ready=False, because="")
    count = len({item.record_id for item in plan.items})
    due = many(count, "recording is due", "recordings are due")
    if plan.reports_only:
        return Readiness(ready=False, because=f"{due}; the policy only reports (mode: report)")
    if waits_for_approval(site, plan):
        odd = "".join(f"; {one}" for one in never_seen_in_words(plan.never_seen))
        remedy = f"look at them, then: bbbkeep retention approve {plan.plan_id}"
        because = f"{due} under a policy that nobody approved yet{odd}; {remedy}"
        return Readiness(ready=False, because=because)
    return Readiness(ready=True)


def begin_retention(
    site: Site, ref: PlanRef, policy_file: Path, *, now: datetime, token: str | None = None
) -> RunRef:
    """Check plan, policy and guards once more, take the lease, and use the plan up.

    Raises:
        PlanRefusedError: also where the policy was edited after planning.
        IncompleteSweepError: the last sweep, or the one that was planned on, did not show all there is.
        GuardError: a guard trips.
    """
    policy = load_policy(policy_file)
    require_fitting(site, policy)
    plan = check(site, Path(ref.path), now=now)
    if plan.policy_digest != policy.digest:
        raise PlanRefusedError(f"{plan.plan_id}: the policy was changed after it was planned; plan again")
    population = population_of(site, now=now)
    if not (plan.complete and population.complete):
        raise IncompleteSweepError(site.server.name, plan.incomplete_because or population.because)
    kept = newest_of(site, policy, [item.record_id for item in plan.items], now=now)
    if kept:
        problem = (
            f"{plan.plan_id}: recordings went since, and {len(kept)} of its own are among the newest now"
        )
        raise PlanRefusedError(f"{problem} ({kept[0]}); plan again")
    return begin(site, Path(ref.path), command=COMMAND, now=now, limits=limits(policy), token=token)


def retain_chunk(
    site: Site, run: RunRef, policy_file: Path, numbers: Sequence[int], *, now: datetime
) -> list[ItemOutcome]:
    """Carry out the items with these numbers; one on hold by now is skipped."""
    return apply_items(site, run, numbers, retention_check(site, load_policy(policy_file), run, now=now))
