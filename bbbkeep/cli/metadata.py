"""`bbbkeep metadata ...`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options, yes_option
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.site import Site

EXAMPLE = """\b
Example of a sheet, corrections.csv:
  record_id,key,value
  183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189,presenter,Grace Hopper
  183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189,category,!remove"""


@click.group("metadata", epilog=EXAMPLE)
def command() -> None:
    """Correct metadata from a CSV sheet: record_id,key,value.

    `!remove` as the value removes the key.  A row that was written once is
    never written again by the same sheet.  Recordings must have been listed
    before: run `bbbkeep inventory` first.
    """


@command.command("plan")
@click.argument("sheet", type=FILE)
@site_options
@json_option
def plan(
    sheet: Path, server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool
) -> int:
    """Show what SHEET would change; writes nothing.

    Exit 3: rows were refused.
    """
    from bbbkeep.cli.plans import agreed, left_exit

    with opened(server, config, state_dir) as site:
        ref = _plan(site, sheet)
        agreed(site, ref, "", yes=False, as_json=as_json, ask=False)
    return left_exit(ref)


@command.command("apply")
@click.argument("sheet", metavar="SHEET|PLAN", type=FILE)
@site_options
@yes_option
@json_option
def apply(
    sheet: Path,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Plan SHEET (NAME.csv), ask, write, read back.

    PLAN, the id of a plan that `bbbkeep metadata plan` made, is carried out as
    it is.  Exit 3: rows were refused, or a write failed or is unverified.
    """
    from bbbkeep.cli.plans import agreed, left_exit, planned_before, show_run
    from bbbkeep.exits import worst

    with opened(server, config, state_dir) as site:
        ref = planned_before(site, str(sheet), "metadata") if _is_plan(sheet) else _plan(site, sheet)
        question = f"Write {many(ref.items, 'item')} to {site.server.name}?"
        # Without items nothing is sent, but rows are accounted for and holds count from now on.
        if not agreed(site, ref, question, yes=yes or not ref.items, as_json=as_json):
            return left_exit(ref)
        carried = _carry_out(site, ref, sheet)
    return worst([show_run(carried, left=ref.left, as_json=as_json), left_exit(ref)])


def _is_plan(given: Path) -> bool:
    """Tell a plan's id or file from a sheet; one that ends in .csv is a sheet, there or not."""
    return given.suffix == ".json" or (given.suffix.lower() != ".csv" and not given.is_file())


def _plan(site: "Site", sheet: Path) -> "PlanRef":
    from bbbkeep.operations.metadata import plan_sheet
    from bbbkeep.selection import Selection

    return plan_sheet(site, sheet, Selection(), now=site.clock.now())


def _carry_out(site: "Site", ref: "PlanRef", sheet: Path) -> "Carried":
    from bbbkeep.operations import metadata as operations
    from bbbkeep.operations.carry_out import carry_out

    run = operations.begin_sheet(site, ref, now=site.clock.now())
    return carry_out(
        run,
        ref,
        lambda numbers: operations.apply_chunk(site, run, numbers),
        finish=lambda: operations.finish_sheet(site, run, operations.in_drop_folder(site, sheet)),
        give_up=lambda: operations.finish_sheet(site, run, None),
    )
