"""Sign a call for somebody else to send, without sending anything: a URL, or a form for a browser."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bbbkeep.api import uploads
from bbbkeep.api.address import Checksum
from bbbkeep.api.catalogue import PLANNED, SIGNABLE
from bbbkeep.api.checksum import encode_query, signed_query
from bbbkeep.api.record_ids import whole_ids
from bbbkeep.errors import UsageError
from bbbkeep.model import KINDS, Kind
from bbbkeep.plans.make import write_private
from bbbkeep.settings import ServerSettings, Settings

UPLOAD = "putRecordingTextTrack"


def signed_url(
    settings: Settings,
    server: ServerSettings,
    call: str,
    parameters: Sequence[tuple[str, str]],
    algorithm: Checksum | None,
) -> str:
    """Return the URL of *call* with its checksum: by *algorithm*, the configured one, or SHA-256.

    Raises:
        UsageError: no such call, or one that writes recordings without naming whole IDs.
    """
    if call not in SIGNABLE:
        raise UsageError(f"there is no call {call[:60]!r} to sign; known here: {', '.join(sorted(SIGNABLE))}")
    if call in PLANNED:
        # Several servers take an empty or cut ID as every recording that begins so.
        whole_ids(dict(parameters).get("recordID", "").split(","), settings.other_ids)
    chosen = algorithm or server.checksum or "sha256"
    return f"{server.url}/{call}?{signed_query(call, encode_query(parameters), server.secret, chosen)}"


def require_uploadable(call: str, parameters: Mapping[str, str]) -> None:
    """Refuse what no upload form can be written for.

    Raises:
        UsageError: another call, or a recording, kind, language or label that the server would refuse.
    """
    if call != UPLOAD:
        raise UsageError(f"--form is for {UPLOAD}; {call} takes no file")
    kind: Kind | None = next((one for one in KINDS if one == parameters.get("kind")), None)
    if kind is None:
        raise UsageError(f"kind={parameters.get('kind', '')[:40]}: use one of {', '.join(KINDS)}")
    if "," in parameters.get("recordID", ""):
        raise UsageError("a text track belongs to one recording: name one recordID")
    uploads.parameters(
        parameters.get("recordID", ""), kind, parameters.get("lang", ""), parameters.get("label", "")
    )


def write_form(path: Path, url: str, parameters: Mapping[str, str]) -> None:
    """Write a page that uploads one file to the signed *url*; its owner alone can read it.

    Raises:
        UsageError: the file exists, or can't be written.
    """
    if path.exists():
        raise UsageError(f"{path} exists already; name another file with --out")
    try:
        write_private(path, upload_form(url, parameters).encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def upload_form(url: str, parameters: Mapping[str, str]) -> str:
    """Return the page that the API's document describes: a file box below a signed address.

    Without a file nothing is sent: the API documents that as removing the track.
    """
    parts = urlsplit(url)
    rows = "\n".join(
        f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in parameters.items()
    )
    return _PAGE.format(origin=escape(f"{parts.scheme}://{parts.netloc}"), url=escape(url), rows=rows)


_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action {origin}">
<title>Upload a text track</title>
<style>body {{ font: 1rem sans-serif; margin: 2rem }} th {{ text-align: left; padding-right: 1rem }}</style>
</head>
<body>
<h1>Upload a text track</h1>
<table>
{rows}
</table>
<form method="post" enctype="multipart/form-data" action="{url}">
<p><label>Caption file (WebVTT, SRT, SSA or ASS):
<input type="file" name="file" accept=".vtt,.srt,.ssa,.ass" required></label></p>
<p><button>Upload</button></p>
</form>
<p>Whoever has this page can replace this text track, as often as they like. Delete it after use.</p>
</body>
</html>
"""
