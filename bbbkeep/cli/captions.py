"""`bbbkeep captions ...`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bbbkeep.cli.caption_check import check
from bbbkeep.cli.options import json_option, opened, site_options, yes_option
from bbbkeep.cli.text_tracks import coverage, download, list_tracks, status
from bbbkeep.cli.track_changes import remove, restore
from bbbkeep.counted import many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbbkeep.captions.files import Converted
    from bbbkeep.model import ItemOutcome
    from bbbkeep.operations.caption_files import Prepared
    from bbbkeep.operations.carry_out import Carried
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.site import Site

NAMES = """\b
How a file (.srt, .ass, .ssa, .vtt) says what it is for:
  RECORD.LANG.srt
      183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189.pt-BR.srt
  RECORD/TITLE.LANG.srt, a folder for each recording
  MEETING.DAY.LANG.srt, by meeting ID
      algebra-1.2026-02-22.de.srt, algebra-1.2026-02-22T1015.de.srt
or manifest.csv beside it: file,recording,lang,kind,label,offset,encoding"""


@click.group("captions")
def command() -> None:
    """Convert caption files, upload them as text tracks."""


for one in (check, list_tracks, download, remove, restore, status, coverage):
    command.add_command(one)


@command.command("convert")
@click.argument(
    "paths", metavar="PATH..", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results."
)
@click.option(
    "--target",
    type=click.Choice(["bbb", "player"]),
    default="bbb",
    show_default=True,
    help="bbb: what survives the server's ffmpeg; player: positions and voices too.",
)
@click.option("--encoding", help="Read every file as this, as in cp1252; without it: told by its bytes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def convert(
    paths: tuple[Path, ...],
    out: Path,
    target: Literal["bbb", "player"],
    encoding: str | None,
    *,
    as_json: bool,
) -> None:
    """Turn SRT, SSA/ASS and VTT files into clean WebVTT.

    NAME.EXT becomes NAME.vtt in --out.

    A folder stands for all caption files below it.  A file that bbbkeep did not
    write is never overwritten.  Exit 3: some files failed; the rest is done.
    """
    from bbbkeep.captions.files import convert_files

    done = []
    for file in convert_files(paths, out, target=target, encoding=encoding):
        done.append(file)
        if not as_json:
            click.echo(_line(file))
    failed = sum(file.error is not None for file in done)
    if as_json:
        click.echo(json.dumps({"files": [file.document() for file in done]}, indent=2))
    else:
        click.echo(f"{len(done) - failed} converted, {failed} failed")
    if failed:
        raise SystemExit(3)


@command.command("upload", epilog=NAMES)
@click.argument(
    "paths", metavar="[PATH..]", nargs=-1, type=click.Path(exists=True, path_type=Path, dir_okay=True)
)
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file that says what each file becomes: file,recording,lang,kind,label,offset,encoding.",
)
@click.option("--encoding", help="Read every file as this, as in cp1252; without it: told by its bytes.")
@site_options
@yes_option
@json_option
def upload(
    paths: tuple[Path, ...],
    manifest: Path | None,
    encoding: str | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Convert caption files, upload them, read them back.

    Without PATH: the files of the caption folder; those that are done move to
    done/ in it, with a note beside them.  A track counts once the server lists
    it and its cues, downloaded, are those that were sent.
    Recordings must have been listed before: run `bbbkeep inventory` first.

    Exit 3: a file was refused, or an upload failed or is unverified.
    """
    from bbbkeep.cli.plans import agreed, left_exit, show_run
    from bbbkeep.errors import UsageError
    from bbbkeep.exits import worst
    from bbbkeep.operations import captions as operations
    from bbbkeep.operations.caption_files import file_away_done
    from bbbkeep.operations.settle import look_again
    from bbbkeep.selection import Selection

    if paths and manifest:
        raise click.UsageError("give files or a manifest, not both: a manifest names its files")
    with opened(server, config, state_dir) as site:
        look_again(site)
        files = _prepared(site, paths, manifest, encoding)
        ref = operations.plan_captions(site, files, Selection(), now=site.clock.now())
        question = f"Upload {many(ref.items, 'track')} to {site.server.name}?"
        if not agreed(site, ref, question, yes=yes, as_json=as_json, ask=ref.items > 0):
            file_away_done(site, files)
            return left_exit(ref)
        carried = _carry_out(site, ref)
        code = worst([show_run(carried, left=ref.left, plan=ref, as_json=as_json), left_exit(ref)])
        try:
            file_away_done(site, files)
        except UsageError as error:  # what was sent is shown above, and is no wrong usage
            click.echo(f"bbbkeep: {error}", err=True)
            return worst([code, 3])
    return code


def _prepared(
    site: "Site", paths: tuple[Path, ...], manifest: Path | None, encoding: str | None
) -> "list[Prepared]":
    from bbbkeep.operations.caption_files import prepare
    from bbbkeep.operations.caption_folder import caption_files
    from bbbkeep.operations.chunks import cut
    from bbbkeep.operations.progress import Progress

    if not paths and not manifest:
        click.echo(f"caption folder: {site.server.captions_dir}", err=True)
    files = caption_files(site, paths, manifest, encoding=encoding)
    progress, done = Progress("converted", len(files), site.clock.now()), []
    for chunk in cut(files):
        done += prepare(site, chunk)
        click.echo(progress.line(len(done), site.clock.now()), err=True)
    return done


def _carry_out(site: "Site", ref: "PlanRef") -> "Carried":
    from bbbkeep.operations import captions as operations
    from bbbkeep.operations.carry_out import carry_out
    from bbbkeep.operations.progress import Progress
    from bbbkeep.plans.finish import finish

    now = site.clock.now()
    run = operations.begin_captions(site, ref, now=now)
    progress = Progress("sent", ref.items, now)

    def write(numbers: "Sequence[int]") -> None:
        operations.send_chunk(site, run, numbers, now=now)
        click.echo(progress.line(numbers[-1], site.clock.now()), err=True)

    def end() -> "list[ItemOutcome]":
        click.echo("all are sent; waiting until the server shows the last of them", err=True)
        return operations.finish_captions(site, run, now=now)

    return carry_out(
        run,
        ref,
        write,
        finish=end,
        give_up=lambda: finish(site, run, now=site.clock.now()),
    )


def _line(file: "Converted") -> str:
    if file.conversion is None:
        return _printable(f"{file.file}: FAILED: {file.error}")
    told = [f"{file.conversion.cues} cues"]
    told += [f"{count} dropped ({_words(reason)})" for reason, count in file.conversion.drops.items()]
    told += [f"{count} with {_words(what)} lost" for what, count in file.conversion.lost_at_server.items()]
    return _printable(f"{file.file} -> {file.out}: " + ", ".join(told))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _printable(text: str) -> str:
    """Return *text* without what a terminal would obey; file names may hold anything."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
