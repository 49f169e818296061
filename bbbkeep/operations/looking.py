"""Look at one upload on the server: is its track listed, and are its cues those that were sent?

SUCCESS only means that a file lies in a queue (api.md: the call is
asynchronous, and an invalid file is ignored in silence).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bbbkeep.api.reading import Reader
from bbbkeep.api.sweep import require_answer
from bbbkeep.captions.compare import same_cues
from bbbkeep.captions.language import same
from bbbkeep.errors import BbbAuthError, BbbError, BbbUnavailableError, CaptionError
from bbbkeep.ledger.uploads import Status, Upload
from bbbkeep.model import TextTrack
from bbbkeep.operations.asking import remember_tracks
from bbbkeep.operations.our_tracks import OursByTrack, others
from bbbkeep.plans.actions.upload_text_track import spooled_text
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look showed; no status: nothing that settles the upload.

    `server_failed`: the server answers nothing at all, so looking at others is of no use now.
    """

    status: Status | None = None
    because: str = ""
    server_failed: bool = False


def look(site: Site, reader: Reader, upload: Upload, ours: OursByTrack) -> Seen:
    """Look once.

    Raises:
        BbbAuthError: the server refuses the secret.
    """
    try:
        listed = reader.text_tracks(upload.record_id)
    except BbbAuthError:
        raise
    except BbbError as error:
        failed = isinstance(error, BbbUnavailableError) and not _answers(reader)
        return Seen(None, f"accepted, but could not be looked at: {error}", server_failed=failed)
    remember_tracks(site, upload.record_id, listed)
    track = _find(listed, upload)
    return Seen() if track is None else _read_back(site, reader, track, upload, ours)


def _answers(reader: Reader) -> bool:
    """Tell whether the server answers anything: one recording's broken captions are not its end."""
    try:
        require_answer(reader, tries=1)
    except BbbUnavailableError:
        return False
    return True


def _find(listed: Sequence[TextTrack], upload: Upload) -> TextTrack | None:
    return next((one for one in listed if one.kind == upload.kind and same(one.lang, upload.lang)), None)


def _read_back(site: Site, reader: Reader, track: TextTrack, upload: Upload, ours: OursByTrack) -> Seen:
    planned = {"file": f"the track in {upload.lang}", "webvtt_digest": upload.webvtt_digest}
    try:
        sent = spooled_text(site.spool_dir, planned)
        difference = same_cues(sent, reader.download(track).decode("utf-8"))
    except CaptionError as error:
        return Seen("unverified", f"listed, but can't be compared: {error}")
    except (BbbError, UnicodeDecodeError) as error:
        return Seen(None, f"listed, but not read back: {error}")
    if difference is None:
        return Seen("verified", "listed and read back, cue by cue")
    if others(ours, upload) or upload.replaces:
        # the cues of the earlier track stay listed until the new ones are in
        return Seen(None, f"still the earlier track: {difference}")
    return Seen("unverified", f"listed, but not as sent: {difference}")
