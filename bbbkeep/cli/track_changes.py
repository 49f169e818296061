"""The commands of `bbbkeep captions` that change one text track: each makes a plan, shows it and asks."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import json_option, opened, site_options, yes_option
from bbbkeep.model import KINDS

if TYPE_CHECKING:
    from bbbkeep.model import Kind
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.site import Site

LANG = click.option("--lang", required=True, help="The track's language.")
KIND = click.option("--kind", type=click.Choice(KINDS), help="Needed where a language has both.")


@click.command("remove")
@click.argument("record_id", metavar="RECORD")
@LANG
@KIND
@click.option("--blank", is_flag=True, help="Upload one cue that never shows, in the track's place.")
@site_options
@yes_option
@json_option
def remove(  # noqa: PLR0913  # one for each option
    record_id: str,
    lang: str,
    kind: "Kind | None",
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    blank: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Remove a text track of RECORD, or blank it.

    The API documents how to remove a track, but no known BigBlueButton does
    it; whether the track is still there is read back and said.  --blank works
    everywhere.  The track is archived before either.
    """
    from bbbkeep.operations.track_changes import plan_removal

    with opened(server, config, state_dir) as site:
        ref = plan_removal(site, record_id, lang, kind, blank=blank, now=site.clock.now())
        question = f"{'Blank' if blank else 'Remove'} this track on {site.server.name}?"
        code = _ask(site, ref, question, uploads=blank, yes=yes, as_json=as_json)
    if code and not blank:
        click.echo(
            "a server that keeps the track shows it blank after: bbbkeep captions remove --blank", err=True
        )
    return code


@click.command("restore")
@click.argument("record_id", metavar="RECORD")
@LANG
@KIND
@site_options
@yes_option
@json_option
def restore(
    record_id: str,
    lang: str,
    kind: "Kind | None",
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Put back the text track of RECORD that was archived last, before it was replaced or removed."""
    from bbbkeep.operations.track_changes import plan_restore

    with opened(server, config, state_dir) as site:
        ref = plan_restore(site, record_id, lang, kind, now=site.clock.now())
        question = f"Put this track back on {site.server.name}?"
        return _ask(site, ref, question, uploads=True, yes=yes, as_json=as_json)


def _ask(site: "Site", ref: "PlanRef", question: str, *, uploads: bool, yes: bool, as_json: bool) -> int:
    from bbbkeep.cli.plans import agreed, show_run

    if not agreed(site, ref, question, yes=yes, as_json=as_json):
        return 0
    return show_run(_carry_out(site, ref, uploads=uploads), plan=ref, as_json=as_json)


def _carry_out(site: "Site", ref: "PlanRef", *, uploads: bool) -> "Carried":
    from bbbkeep.operations import captions
    from bbbkeep.operations.carry_out import carry_out
    from bbbkeep.plans.finish import finish

    now = site.clock.now()
    run = captions.begin_captions(
        site, ref, now=now, command="captions restore" if uploads else "captions remove"
    )
    return carry_out(
        run,
        ref,
        lambda numbers: captions.send_chunk(site, run, numbers, now=now),
        finish=lambda: captions.finish_captions(site, run, now=now),
        give_up=lambda: finish(site, run, now=site.clock.now()),
    )
