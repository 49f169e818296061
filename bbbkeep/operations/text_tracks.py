"""Look at text tracks: those of one recording on the server, and what became of those that were sent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bbbkeep.api.record_ids import whole_ids
from bbbkeep.errors import UsageError
from bbbkeep.ledger import uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import TextTrack
from bbbkeep.operations.asking import remember_tracks
from bbbkeep.operations.caption_folder import files_of_folder
from bbbkeep.operations.coverage import knowledge, moment
from bbbkeep.operations.track_changes import only
from bbbkeep.operations.track_support import require_text_tracks
from bbbkeep.reports.wholefile import whole_file
from bbbkeep.site import Site


def listed_tracks(site: Site, record_id: str) -> Sequence[TextTrack]:
    """Ask the server for the text tracks of one recording, and remember the answer.

    Raises:
        UsageError: not a whole record ID.
        BbbUnsupportedError: the server has no text tracks.
        BbbRejectedError: the server does not tell.
    """
    whole_ids([record_id], site.settings.other_ids)
    require_text_tracks(site, record_id)
    with site.reader() as reader:
        found = reader.text_tracks(record_id)
    remember_tracks(site, record_id, found)
    return found


def tracks_document(site: Site, record_id: str, found: Sequence[TextTrack]) -> dict[str, Any]:
    """Return the tracks as plain values, never where they can be fetched."""
    shown = [{name: getattr(one, name) for name in ("kind", "lang", "label", "source")} for one in found]
    return {"server": site.server.name, "record_id": record_id, "tracks": shown}


def download_track(site: Site, record_id: str, lang: str, kind: str | None, out: Path | None) -> Path:
    """Fetch one text track into a file that is not there yet; return the file.

    Raises:
        UsageError: not a whole record ID, no such track, several, or the file exists.
        BbbUnavailableError: it could not be fetched.
    """
    whole_ids([record_id], site.settings.other_ids)
    file = out or Path(f"{record_id}.{lang}.vtt")
    if file.exists():
        raise UsageError(f"{file} exists already; nothing was written; name another file with --out")
    with site.reader() as reader:
        track = only(reader.text_tracks(record_id), lang, kind)
        text = reader.download(track).decode("utf-8", "replace")
    with whole_file(file) as written:
        written.write(text)
    return file


def status_document(site: Site) -> dict[str, Any]:
    """Return which files wait and since when, what became of every file that was sent, and how old knowledge is."""
    with site.ledger.read() as conn:
        sent = [_upload(one) for one in uploads.listing(conn, site.key)]
    return {
        "server": site.server.name,
        "uploads": sent,
        "waiting": _waiting(site),
        "knowledge": knowledge(site).document(),
    }


def _upload(upload: Upload) -> dict[str, Any]:
    return {
        "record_id": upload.record_id,
        "kind": upload.kind,
        "lang": upload.lang,
        "status": upload.status,
        "sent_at": moment(upload.sent_at),
        "since": moment(upload.checked_at or upload.sent_at),
        "because": upload.because or None,
        "tries": upload.tries,
    }


def _waiting(site: Site) -> list[dict[str, Any]]:
    """Return the files of the drop folder: what is done has left it."""
    return [{"file": one.name, "since": moment(_laid_at(one.path))} for one in files_of_folder(site)]


def _laid_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
