"""`bbbkeep retention ...`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.explain import explain
from bbbkeep.cli.options import FILE, json_option, opened, selection_options, site_options, yes_option
from bbbkeep.cli.policy_check import check
from bbbkeep.cli.policy_trials import test, what_if
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.retention.kept_kinds import Kinds
    from bbbkeep.selection import Selection
    from bbbkeep.site import Site

policy_option = click.option("--policy", type=FILE, help="Policy file; default: bbbkeep.yaml's.")


@click.group("retention")
def command() -> None:
    """Plan, approve and apply what the policy says.

    The way to a policy that runs at night: `check` it, `test` it on cases,
    see `what-if` on the last listing, look at its `plan`, `explain` what is
    not clear, then `approve` that plan, once.  From then on `bbbkeep nightly`
    does what `apply` does.

    Nothing is deleted before somebody approved a plan of this very policy.
    Guards hold in any case: 50 recordings and 5 percent at the most, unless
    the policy allows more and says why.
    """


command.add_command(check)
command.add_command(explain)
command.add_command(test)
command.add_command(what_if)


@command.command("plan")
@selection_options
@policy_option
@click.option("--no-sweep", is_flag=True, help="Judge the last listing; don't ask the server.")
@click.option("--kept", is_flag=True, help="Show each recording that is kept, too, and why.")
@site_options
@json_option
def plan(  # noqa: PLR0913 -- each is an option of the command
    states: str | None,
    meta: tuple[str, ...],
    policy: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    no_sweep: bool,
    kept: bool,
    as_json: bool,
) -> int:
    """List the server and show what is due, and why; writes nothing.

    What is kept is counted by reason; with --kept each recording is shown.

    Exit 3: something due is not tried any more.  Exit 4: a guard trips.
    Exit 6: the server could not be listed whole.
    """
    from bbbkeep.cli.options import selection
    from bbbkeep.cli.planning import show_verdicts
    from bbbkeep.cli.plans import left_exit, stopped
    from bbbkeep.exits import worst
    from bbbkeep.operations.retention import policy_path
    from bbbkeep.retention.kept_kinds import Kinds

    asked, kinds = selection(states, meta), Kinds()
    with opened(server, config, state_dir) as site:
        ref = _plan(site, policy, asked, sweep=not no_sweep, kinds=kinds)
        file, counts = policy_path(site, policy), kinds.most_first()
        show_verdicts(site, ref, file, asked, counts, each=kept, as_json=as_json)
    return worst([stopped(site, ref, needs_all=True), left_exit(ref)])


@command.command("approve")
@click.argument("plan_id", metavar="PLAN")
@click.option("--reason", default="", help="Why; kept with the approval.")
@site_options
@json_option
def approve(
    plan_id: str,
    reason: str,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Approve the policy that PLAN was made from, for this server.

    From now on it is carried out unattended while guards hold.  With --reason,
    the server is compared with PLAN: a jump, other recordings than before, a
    shorter hold list or an idle protection stop it no more.  Caps, an
    incomplete sweep and the clock do.
    """
    from bbbkeep.cli import output
    from bbbkeep.cli.plans import plan_file
    from bbbkeep.operations.approving import approve as approve_policy

    with opened(server, config, state_dir) as site:
        found = approve_policy(site, plan_file(site, plan_id), reason=reason, now=site.clock.now())
    if as_json:
        output.document(found.document())
        return
    for line in found.lines():
        click.echo(output.plain(line))


@command.command("apply")
@click.argument("plan_id", metavar="[PLAN]", required=False)
@policy_option
@click.option("--again", is_flag=True, help="Also what three nights tried in vain.")
@site_options
@yes_option
@json_option
def apply(
    plan_id: str | None,
    policy: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    again: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Carry out PLAN, or what is due: ask, write, read back.

    A plan whose policy nobody approved writes nothing and exits 0.  --yes
    never passes a guard: exit 4.  What was tried on three nights in vain is
    only reported, with exit 3, unless --again says otherwise.
    """
    from bbbkeep.cli.options import selection
    from bbbkeep.cli.plans import agreed, left_exit, planned_before, show_run, stopped
    from bbbkeep.exits import worst
    from bbbkeep.operations.empty_plans import take_note
    from bbbkeep.operations.retention import readiness

    with opened(server, config, state_dir) as site:
        if plan_id is None:
            ref = _plan(site, policy, selection(None, ()), sweep=True, again=again)
        else:
            ref = planned_before(site, plan_id, "retention")
        code, ready = stopped(site, ref, needs_all=True), readiness(site, ref)
        if not code:
            take_note(site, ref)
        question = f"Write {many(ref.items, 'item')} to {site.server.name}?"
        ask = ready.ready and not code
        if not agreed(site, ref, question, yes=yes, as_json=as_json, ask=ask):
            if not ask:
                click.echo("nothing was written" if code else ready.because or "nothing is due", err=True)
            return worst([code, left_exit(ref)])
        carried = _carry_out(site, ref, policy)
    return worst([show_run(carried, left=ref.left, as_json=as_json), left_exit(ref)])


@command.command("notices")
@click.option("--dry-run", is_flag=True, help="Print the messages; send none.")
@policy_option
@site_options
@json_option
def notices(
    policy: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Tell owners what goes soon, as each night does.

    Judges the last listing.  Exit 3: a message was not taken; it is sent again the next time.
    """
    from bbbkeep.cli.owner_notices import show_due, show_told
    from bbbkeep.operations.owner_notices import due_messages, tell_owners
    from bbbkeep.operations.retention import policy_path
    from bbbkeep.retention.load import load_policy

    with opened(server, config, state_dir) as site:
        loaded, now = load_policy(policy_path(site, policy)), site.clock.now()
        if dry_run:
            return show_due(due_messages(site, loaded, now=now), as_json=as_json)
        return show_told(tell_owners(site, loaded, now=now), as_json=as_json)


def _plan(
    site: "Site",
    policy: Path | None,
    asked: "Selection",
    *,
    sweep: bool,
    again: bool = False,
    kinds: "Kinds | None" = None,
) -> "PlanRef":
    """Read the policy before the first request, list the server, and plan."""
    from bbbkeep.operations.chunks import refer
    from bbbkeep.operations.inventory import sweep_all
    from bbbkeep.operations.retention import plan_retention, policy_path
    from bbbkeep.retention.load import load_policy

    file = policy_path(site, policy)
    load_policy(file)
    now = site.clock.now()
    if sweep:
        sweep_all(site, now=now)
    return refer(plan_retention(site, file, asked, now=now, again=again, kinds=kinds))


def _carry_out(site: "Site", ref: "PlanRef", policy: Path | None) -> "Carried":
    from bbbkeep.operations import retention as operations
    from bbbkeep.operations.carry_out import carry_out
    from bbbkeep.plans.finish import finish

    now, file = site.clock.now(), operations.policy_path(site, policy)
    run = operations.begin_retention(site, ref, file, now=now)
    return carry_out(
        run,
        ref,
        lambda numbers: operations.retain_chunk(site, run, file, numbers, now=now),
        finish=lambda: finish(site, run, now=site.clock.now()),
        give_up=lambda: finish(site, run, now=site.clock.now()),
    )
