"""The commands of `bbbkeep captions` that look at text tracks; none of them writes to a server."""

from pathlib import Path

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options
from bbbkeep.model import KINDS


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
def download(
    record_id: str,
    lang: str,
    kind: str | None,
    out: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
) -> None:
    """Fetch RECORD's text track in LANG into a new file."""
    from bbbkeep.cli import output
    from bbbkeep.operations.text_tracks import download_track

    with opened(server, config, state_dir) as site:
        click.echo(output.plain(f"wrote {download_track(site, record_id, lang, kind, out)}"))


@click.command("status")
@site_options
@json_option
def status(server: str | None, config: Path | None, state_dir: Path | None, *, as_json: bool) -> None:
    """Show what became of each caption file that was sent, and when."""
    from bbbkeep.cli import output
    from bbbkeep.operations.text_tracks import uploads_document

    with opened(server, config, state_dir) as site:
        document = uploads_document(site)
    if as_json:
        output.document(document)
        return
    columns = ("record_id", "lang", "status", "since", "because")
    output.table(columns, [[one[column] or "" for column in columns] for one in document["uploads"]])
    if not document["uploads"]:
        click.echo("nothing was sent yet")
