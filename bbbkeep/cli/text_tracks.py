"""The commands of `bbbkeep captions` that look at text tracks; none of them writes to a server."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options
from bbbkeep.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbbkeep.operations.coverage import Coverage

MOST_ROWS = 200


@click.command("list")
@click.argument("record_id", metavar="RECORD")
@site_options
@json_option
def list_tracks(
    record_id: str, server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool
) -> None:
    """List the text tracks that the server has for RECORD."""
    from bbbkeep.cli import output
    from bbbkeep.operations.text_tracks import listed_tracks, tracks_document

    with opened(server, config, state_dir) as site:
        found = listed_tracks(site, record_id)
        document = tracks_document(site, record_id, found)
    if as_json:
        output.document(document)
        return
    rows = [(one.kind, one.lang, one.label or "", one.source or "") for one in found]
    output.table(("kind", "lang", "label", "source"), rows)
    if not found:
        click.echo("no text tracks")


@click.command("download")
@click.argument("record_id", metavar="RECORD")
@click.argument("lang")
@click.option("--kind", type=click.Choice(KINDS), help="Needed where a language has both.")
@click.option("--out", type=FILE, help="File to write; default: RECORD.LANG.vtt, here.")
@site_options
@json_option
def download(
    record_id: str,
    lang: str,
    kind: str | None,
    out: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Fetch RECORD's text track in LANG into a new file."""
    from bbbkeep.cli import output
    from bbbkeep.operations.text_tracks import download_track

    with opened(server, config, state_dir) as site:
        file = download_track(site, record_id, lang, kind, out)
    if as_json:
        output.document({"record_id": record_id, "lang": lang, "file": str(file)})
    else:
        click.echo(output.plain(f"wrote {file}"))


@click.command("status")
@site_options
@json_option
def status(server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool) -> None:
    """Show which caption files wait, and what became of each that was sent."""
    from bbbkeep.cli import output
    from bbbkeep.operations.text_tracks import status_document

    with opened(server, config, state_dir) as site:
        document = status_document(site)
    if as_json:
        output.document(document)
        return
    columns = ("record_id", "lang", "status", "since", "because")
    # Who waits first, and not ten thousand of those that are there.
    there = [one for one in document["uploads"] if one["status"] == "verified"]
    shown = [one for one in document["uploads"] if one["status"] != "verified"] + there[:MOST_ROWS]
    output.table(columns, [[one[column] or "" for column in columns] for one in shown])
    if len(there) > MOST_ROWS:
        click.echo(f"and {len(there) - MOST_ROWS} more that are verified; --json has all of them")
    if not document["uploads"]:
        click.echo("nothing was sent yet")
    output.table(
        ("waits in the folder", "since"), [(one["file"], one["since"]) for one in document["waiting"]]
    )
    click.echo(_age(document["knowledge"]))


@click.command("coverage")
@click.option("--lang", "langs", metavar="L,..", default="", help="Languages that each should have.")
@click.option("--kind", type=click.Choice(KINDS), help="Count only this kind; playback shows captions alone.")
@site_options
@json_option
def coverage(
    langs: str,
    kind: str | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show which published recordings lack captions, and how old that knowledge is.

    Without --lang: those that have no text track at all.  Asks no server: each
    night asks about new and changed recordings, and about a share of the rest.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations.coverage import coverage_document, coverage_of

    wanted = [lang.strip() for lang in langs.split(",") if lang.strip()]
    with opened(server, config, state_dir) as site:
        counted = coverage_of(site, wanted, kind)
        if as_json:
            output.streamed(coverage_document(counted, ascii_only=output.ascii_only()))
            return
        _show_coverage(counted)


def _show_coverage(counted: "Coverage") -> None:
    from bbbkeep.cli import output

    rows: list[tuple[str, ...]] = []
    more = 0
    for one in counted.lacking():
        has = "not known" if one.has is None else ", ".join(one.has) or "none"
        if len(rows) < MOST_ROWS:
            rows.append((one.record_id, ", ".join(one.lacks) or "any", has, one.name or ""))
        else:
            more += 1
    output.table(("record_id", "lacks", "has", "name"), rows)
    if more:
        click.echo(f"and {more} more; --json has all of them")
    figures = counted.figures()
    there = ", ".join(f"{lang} {count}" for lang, count in figures["languages"].items()) or "none"
    click.echo(
        f"{figures['recordings']} published recordings, {len(rows) + more} lack captions; there are: {there}"
    )
    click.echo(_age(figures["knowledge"]))


def _age(knowledge: "Mapping[str, Any]") -> str:
    asked = f"{knowledge['asked']} asked between {knowledge['oldest']} and {knowledge['newest']}"
    told = asked if knowledge["asked"] else "none asked yet"
    return f"what is known of text tracks: {told}, {knowledge['never_asked']} never"
