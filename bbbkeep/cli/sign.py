"""`bbbkeep sign`: a signed URL, or the form that uploads a text track from a browser."""

from pathlib import Path

import click

from bbbkeep.api.address import CHECKSUMS, Checksum
from bbbkeep.cli.options import FILE, settings_of, site_options
from bbbkeep.errors import UsageError

EXAMPLES = """\b
Examples:
  bbbkeep sign join meetingID=lecture-1 fullName=Ada role=MODERATOR
  bbbkeep sign putRecordingTextTrack recordID=... kind=captions lang=de \\
    label=Deutsch --form"""


@click.command("sign", epilog=EXAMPLES)
@click.argument("call", metavar="CALL")
@click.argument("words", metavar="[KEY=VALUE]...", nargs=-1)
@click.option(
    "--checksum", type=click.Choice(CHECKSUMS), help="Algorithm; default: as configured, else sha256."
)
@click.option("--form", is_flag=True, help="Write a page that uploads a file to the URL.")
@click.option("--out", type=FILE, help="The page to write; default: RECORD.LANG.upload.html, here.")
@site_options
def command(
    call: str,
    words: tuple[str, ...],
    checksum: Checksum | None,
    out: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    form: bool,
) -> None:
    """Print the signed URL of CALL, and send nothing.

    A checksum never expires: treat the URL like the secret.
    """
    from bbbkeep.api.catalogue import CHANGES, pairs
    from bbbkeep.operations import signing

    if out is not None and not form:
        raise UsageError("--out names the page that --form writes")
    parameters = pairs(words)
    settings = settings_of(config, state_dir)
    chosen = settings.server(server)
    if form:
        signing.require_uploadable(call, dict(parameters))
    url = signing.signed_url(settings, chosen, call, parameters, checksum)
    if call in CHANGES:
        what = "page" if form else "URL"
        click.echo(
            f"warning: whoever has this {what} can do {call}, again and again: it never expires", err=True
        )
    if not form:
        click.echo(url)
        return
    _write(out or _default_page(dict(parameters)), url, dict(parameters))


def _default_page(parameters: dict[str, str]) -> Path:
    return Path(f"{parameters['recordID']}.{parameters['lang']}.upload.html")


def _write(path: Path, url: str, parameters: dict[str, str]) -> None:
    from bbbkeep.cli import output
    from bbbkeep.operations.signing import write_form

    write_form(path, url, parameters)
    click.echo(output.plain(f"wrote {path}"))
