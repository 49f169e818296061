"""How plans are shown and asked about, whatever they do."""

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli import output
from bbbkeep.errors import PlanRefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bbbkeep.model import ItemOutcome
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import Left, PlanRef
    from bbbkeep.operations.plan_document import Tracks
    from bbbkeep.plans.document import Plan, PlanItem, PlanKind, Total
    from bbbkeep.site import Site

MOST_ROWS = 200
WELL = {"verified", "unchanged"}


def show_plan(
    site: "Site",
    plan: "Plan",
    path: Path,
    *,
    as_json: bool,
    kept_by_reason: "Mapping[str, int] | None" = None,
) -> None:
    """Print a plan: what it would do and why, what guards say, what was left out, what matters most last."""
    from bbbkeep.operations.keys_never_seen import never_seen_in_words
    from bbbkeep.operations.plan_document import plan_document

    document = plan_document(site, plan, path)
    if as_json:
        output.document(document)
        return
    click.echo(f"plan {plan.plan_id} for {plan.server}, good until {_minute(plan.expires_at)}")
    rows = [(item.action, item.record_id, "; ".join(item.reasons)) for item in plan.items[:MOST_ROWS]]
    output.table(("action", "record_id", "because"), rows)
    if len(plan.items) > MOST_ROWS:
        click.echo(f"and {len(plan.items) - MOST_ROWS} more; all of them are in {path}")
    _show_left(plan)
    _show_counts(plan, kept_by_reason or {})
    for guard in plan.guards:
        click.echo(output.plain(f"guard {guard}") + ("  TRIPPED" if guard.tripped else ""))
    _say_what_stops(plan)
    known = "approved all the same" if document["approval"] == "approved" else "is it spelt right?"
    for one in never_seen_in_words(plan.never_seen):
        click.echo(output.plain(f"{one}: {known}"))
    for action, total in plan.totals.items():
        click.echo(_total(action, total))
    approval = f"; approval: {_approval(document)}" if plan.kind == "retention" else ""
    click.echo(f"{len(plan.items)} to write, {plan.kept} left as they are{approval}")


def _approval(document: "Mapping[str, Any]") -> str:
    given = document["approved"]
    if given is None:
        return str(document["approval"])
    held = ", ".join(f"{count} {action}" for action, count in given["by_action"].items()) or "nothing due"
    return f"{document['approval']}, by {given['plan_id']} with {held} and {given['kept']} kept"


def _total(action: str, total: "Total") -> str:
    from bbbkeep.operations.checks import in_bytes
    from bbbkeep.plans.guards import GUARDED

    if action not in GUARDED:
        return f"{action}: {total.count}"
    unknown = f", {total.unknown_sizes} of unknown size" if total.unknown_sizes else ""
    size = f"{in_bytes(total.size_bytes)}{unknown}" if total.size_bytes else "size unknown"
    return f"{action}: {total.count} ({size})"


def _show_counts(plan: "Plan", kept_by_reason: "Mapping[str, int]") -> None:
    """Count by rule and by reason: nobody reads a thousand lines."""
    from collections import Counter

    odd = Counter(one["anomaly"] for one in plan.anomalies)
    for header, rows in (
        (("due", "action", "rule", "bytes"), _by_rule(plan)),
        (("kept", "because"), [(count, reason) for reason, count in kept_by_reason.items()]),
        (("odd", "what"), [(count, what) for what, count in odd.most_common()]),
    ):
        if rows:
            click.echo()
        output.table(header, rows)
    if plan.kind == "retention":
        click.echo()


def _by_rule(plan: "Plan") -> list[tuple[object, ...]]:
    """Count what each rule does, and how much of the disk it is as far as sizes are known."""
    from bbbkeep.reports.readable import size

    found: dict[tuple[str, str], list[PlanItem]] = {}
    for item in plan.items if plan.kind == "retention" else ():
        found.setdefault((item.action, item.rule or "-"), []).append(item)
    return [
        (len(items), *names, size(sum(item.size_bytes or 0 for item in items) or None))
        for names, items in found.items()
    ]


def _say_what_stops(plan: "Plan") -> None:
    from bbbkeep.plans.baseline import COMPARING

    if not plan.complete or not plan.tripped:
        return
    compared = [guard for guard in plan.tripped if guard.name in COMPARING]
    if compared:
        click.echo("this is not the server it was; if it should look like this, say so:")
        click.echo(f'  bbbkeep retention approve {plan.plan_id} --reason "WHY"')
    if len(compared) < len(plan.tripped):
        click.echo("a guard stops this plan: narrow the policy, or loosen its guards and say why")


def _minute(moment: str) -> str:
    """Shorten a plan's own time, which is in UTC."""
    return f"{moment[:16].replace('T', ' ')} UTC"


def _show_left(plan: "Plan") -> None:
    for one in plan.refused[:MOST_ROWS]:
        what = one.get("file") or (f"line {one['line']}" if "line" in one else one["record_id"])
        click.echo(output.plain(f"not in the plan: {what}: {one['outcome']}: {one['because']}"))
    if len(plan.refused) > MOST_ROWS:
        click.echo(f"and {len(plan.refused) - MOST_ROWS} more that are not in it")


def agreed(
    site: "Site", ref: "PlanRef", question: str, *, yes: bool, as_json: bool, ask: bool = True
) -> bool:
    """Show a plan and ask whether to carry it out; not *ask*: it is only shown.

    With `--json` the plan goes to stderr for whoever is asked, and is the
    run's document only where nothing is carried out.

    Raises:
        UsageError: nobody is there to be asked.
    """
    from bbbkeep.plans.document import read_plan

    path = Path(ref.path)
    plan, _ = read_plan(path)
    to_be_asked = ask and (yes or output.somebody_there())
    if to_be_asked or not as_json:
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            show_plan(site, plan, path, as_json=False)
    go = to_be_asked and (yes or click.confirm(question, err=True))
    if as_json and not go:
        show_plan(site, plan, path, as_json=True)
    if ask and not to_be_asked:
        raise UsageError(
            "nothing was written: there is no terminal to ask at; look at the plan, then pass --yes"
        )
    return go


def stopped(site: "Site", ref: "PlanRef", *, needs_all: bool) -> int:
    """Return what stops a plan: 6 an incomplete listing, if it *needs_all* or guards do; 4 a guard; else 0."""
    from bbbkeep.plans.approving import stopping
    from bbbkeep.plans.document import read_plan

    plan, _ = read_plan(Path(ref.path))
    tripped = stopping(site, plan)
    if not plan.complete and (needs_all or tripped):
        return 6
    return 4 if tripped else 0


def left_exit(ref: "PlanRef") -> int:
    """Return 3 where something was refused before it got into the plan, or is not tried any more; else 0."""
    from bbbkeep.operations.chunks import LEFT_IN_TROUBLE

    return 3 if any(outcome in LEFT_IN_TROUBLE for _, outcome, _ in ref.left) else 0


def show_run(
    carried: "Carried", *, left: "Sequence[Left]" = (), plan: "PlanRef | None" = None, as_json: bool
) -> int:
    """Print what a run came to, and what broke it off; return its exit code.

    Its *plan* tells the text tracks of one recording apart.
    """
    path = Path(plan.path) if plan else None
    show_outcomes(
        carried.run_id, carried.outcomes, left=left, remarks=carried.remarks, plan=path, as_json=as_json
    )
    for remark in carried.remarks:
        click.echo(f"note: {output.plain(remark)}", err=True)
    if carried.stopped_by is not None:
        click.echo(f"bbbkeep: {output.plain(carried.stopped_by)}", err=True)
    return carried.exit


def show_outcomes(
    run_id: str,
    outcomes: "Sequence[ItemOutcome]",
    *,
    left: "Sequence[Left]" = (),
    remarks: "Sequence[str]" = (),
    plan: Path | None = None,
    as_json: bool,
) -> None:
    """Print what became of each item; what was *left* out of the plan was shown with the plan.

    People get every item that did not go well, and MOST_ROWS of those that did.
    """
    from bbbkeep.operations.plan_document import run_document, tracks_of

    tracks = tracks_of(plan) if plan else {}
    if as_json:
        output.document(run_document(run_id, outcomes, left, remarks, tracks))
        return
    well = [one for one in outcomes if one.outcome in WELL]
    more = {one.number for one in well[MOST_ROWS:]}
    rows = [
        (one.outcome, _deed(one, tracks), one.record_id, one.because)
        for one in outcomes
        if one.number not in more
    ]
    output.table(("outcome", "action", "record_id", "because"), rows)
    if more:
        click.echo(f"and {len(more)} more that are verified or unchanged; --json has all of them")
    verified = sum(one.outcome == "verified" for one in outcomes)
    click.echo(f"run {run_id}: {verified} of {len(outcomes)} verified")


def _deed(outcome: "ItemOutcome", tracks: "Tracks") -> str:
    """Name what was done; where it was done to one text track, name that too."""
    track = tracks.get(outcome.number)
    return f"{outcome.action} {track['kind']} {track['lang']}" if track else outcome.action


def planned_before(site: "Site", given: str, kind: "PlanKind") -> "PlanRef":
    """Return a plan of *kind* that is named by its id or its file, if it may still be carried out.

    Raises:
        UsageError: there is no such plan.
        PlanRefusedError: see `plans.begin.check`; also where it is a plan of another kind.
    """
    from bbbkeep.operations.chunks import refer
    from bbbkeep.plans.begin import check

    path = plan_file(site, given)
    plan = check(site, path, now=site.clock.now())
    if plan.kind != kind:
        raise PlanRefusedError(f"{plan.plan_id}: a plan of {plan.kind}, not of {kind}; nothing was written")
    return refer((plan, path))


def plan_file(site: "Site", given: str) -> Path:
    """Return the file of a plan that is named by its id or its path.

    Raises:
        UsageError: there is no such plan.
        PlanRefusedError: there was one, and its file is gone.
    """
    from bbbkeep.ledger import plans

    path = Path(given)
    if not (path.suffix == ".json" or path.is_file()):
        path = site.plans_dir / f"{path.name}.json"
    if path.is_file():
        return path
    with site.ledger.read() as conn:
        known = plans.get(conn, path.stem)
    if known is not None:
        raise PlanRefusedError(f"{known.plan_id}: its file {path} is gone; plan again")
    raise UsageError(f"there is no plan {given!r} for {site.server.name}; its plans are in {site.plans_dir}")
