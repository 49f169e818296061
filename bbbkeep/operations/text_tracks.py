"""Look at text tracks: those of one recording on the server, and what became of those that were sent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bbbkeep.captions.language import same
from bbbkeep.errors import UsageError
from bbbkeep.ledger import tracks, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import TextTrack
from bbbkeep.reports.wholefile import whole_file
from bbbkeep.site import Site


def listed_tracks(site: Site, record_id: str) -> Sequence[TextTrack]:
    """Ask the server for the text tracks of one recording, and remember the answer.

    Raises:
        UsageError: not a whole record ID.
        BbbRejectedError: the server does not tell.
    """
    with site.reader() as reader:
        found = reader.text_tracks(record_id)
    with site.ledger.write() as conn:
        tracks.remember(conn, site.key, record_id, found, site.clock.now())
    return found


def tracks_document(site: Site, record_id: str, found: Sequence[TextTrack]) -> dict[str, Any]:
    """Return the tracks as plain values, never where they can be fetched."""
    shown = [{name: getattr(one, name) for name in ("kind", "lang", "label", "source")} for one in found]
    return {"server": site.server.name, "record_id": record_id, "tracks": shown}


def download_track(site: Site, record_id: str, lang: str, kind: str | None, out: Path | None) -> Path:
    """Fetch one text track into a file that is not there yet; return the file.

    Raises:
        UsageError: no such track, several, or the file exists.
        BbbUnavailableError: it could not be fetched.
    """
    file = out or Path(f"{record_id}.{lang}.vtt")
    if file.exists():
        raise UsageError(f"{file} exists already; nothing was written; name another file with --out")
    with site.reader() as reader:
        track = _only(reader.text_tracks(record_id), lang, kind)
        text = reader.download(track).decode("utf-8", "replace")
    with whole_file(file) as written:
        written.write(text)
    return file


def _only(found: Sequence[TextTrack], lang: str, kind: str | None) -> TextTrack:
    matching = [one for one in found if same(one.lang, lang) and kind in {None, one.kind}]
    if len(matching) == 1:
        return matching[0]
    there = ", ".join(f"{one.kind} {one.lang}" for one in found) or "none"
    problem = "several text tracks match; name one with --kind" if matching else f"no text track in {lang!r}"
    raise UsageError(f"{problem}; the recording has: {there}")


def uploads_document(site: Site) -> dict[str, Any]:
    """Return what became of every caption file that was sent to the server."""
    with site.ledger.read() as conn:
        return {
            "server": site.server.name,
            "uploads": [_upload(one) for one in uploads.listing(conn, site.key)],
        }


def _upload(upload: Upload) -> dict[str, Any]:
    since = upload.checked_at or upload.sent_at
    return {
        "record_id": upload.record_id,
        "kind": upload.kind,
        "lang": upload.lang,
        "status": upload.status,
        "since": since.isoformat(timespec="seconds") if since else None,
        "because": upload.because or None,
        "tries": upload.tries,
    }
