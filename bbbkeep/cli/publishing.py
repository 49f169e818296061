"""`bbbkeep publish` and `bbbkeep unpublish`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FILE, json_option, opened, selection_options, site_options, yes_option
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.operations.publishing import Asked, Wish
    from bbbkeep.site import Site

EXAMPLES = """\b
Examples:
  bbbkeep {wish} 183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189
  bbbkeep {wish} --ids list.txt
  bbbkeep {wish} --where "{{age: {{from: end, over: 2y}}, meeting: course-7}}"
"""

HELP = """{what}

Each RECORD is named here, in a file with --ids, or found by a condition over
what was listed last: --where takes the words of a policy.  Shows the plan,
asks, writes, reads back.

{more}Exit 3: a RECORD is unknown or not whole, or a write failed or is
unverified.
"""


def _command(wish: "Wish", what: str, more: str = "") -> click.Command:
    """Make one of the two commands."""

    def run(
        record_ids: tuple[str, ...],
        ids: Path | None,
        where: str | None,
        states: str | None,
        meta: tuple[str, ...],
        *,
        yes: bool,
        as_json: bool,
        **place: Any,
    ) -> int:
        asked = _asked(record_ids, ids, where, states, meta)
        with opened(**place) as site:
            return _carried(site, wish, asked, yes=yes, as_json=as_json)

    decorated: Callable[..., Any] = run
    for option in (
        json_option,
        yes_option,
        site_options,
        selection_options,
        click.option("--where", metavar="CONDITION", help="Only what meets it, as in a policy."),
        click.option("--ids", type=FILE, help="A file with one record ID in each line."),
        click.argument("record_ids", metavar="[RECORD]...", nargs=-1),
    ):
        decorated = option(decorated)
    text = HELP.format(what=what, more=more)
    return click.command(wish, help=text, epilog=EXAMPLES.format(wish=wish))(decorated)


publish = _command("publish", "Let viewers reach recordings again.")
unpublish = _command(
    "unpublish",
    "Hide recordings from viewers; they stay.",
    "A hold stops it.  Guards count: 50 recordings and 5 percent at the most, or\nexit 4.  ",
)


def _asked(
    record_ids: tuple[str, ...],
    ids: Path | None,
    where: str | None,
    states: str | None,
    meta: tuple[str, ...],
) -> "Asked":
    from bbbkeep.cli.options import selection
    from bbbkeep.operations.id_lists import read_ids
    from bbbkeep.operations.publishing import Asked

    listed = read_ids(ids) if ids is not None else []
    return Asked((*record_ids, *listed), where or "", selection(states, meta))


def _carried(site: "Site", wish: "Wish", asked: "Asked", *, yes: bool, as_json: bool) -> int:
    from bbbkeep.cli.plans import agreed, left_exit, show_run, stopped
    from bbbkeep.exits import worst
    from bbbkeep.operations.publishing import plan_publishing

    ref = plan_publishing(site, wish, asked, now=site.clock.now())
    code = stopped(site, ref, needs_all=not asked.record_ids)
    ask = bool(ref.items) and not code
    if not agreed(site, ref, f"{wish} {many(ref.items, 'recording')}?", yes=yes, as_json=as_json, ask=ask):
        if not ask:
            click.echo("nothing was written" if code else f"there is nothing to {wish}", err=True)
        return worst([code, left_exit(ref)])
    carried = _carry_out(site, wish, ref)
    return worst([show_run(carried, left=ref.left, as_json=as_json), left_exit(ref)])


def _carry_out(site: "Site", wish: "Wish", ref: "PlanRef") -> "Carried":
    from bbbkeep.operations import publishing
    from bbbkeep.operations.carry_out import carry_out
    from bbbkeep.plans.finish import finish

    now = site.clock.now()
    run = publishing.begin_publishing(site, ref, wish, now=now)

    def end() -> list[Any]:
        return finish(site, run, now=site.clock.now())

    return carry_out(
        run,
        ref,
        lambda numbers: publishing.publish_chunk(site, run, numbers, now=now),
        finish=end,
        give_up=end,
    )
