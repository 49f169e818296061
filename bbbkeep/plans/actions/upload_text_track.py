"""Upload a text track.

`params`: `{"file", "digest" (of the caption file), "webvtt_digest", "cues",
"kind", "lang", "label"}`.  The WebVTT waits in the spool under its digest.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bbbkeep.errors import CaptionError
from bbbkeep.model import Recording
from bbbkeep.plans.action import Found, Params, Wire
from bbbkeep.plans.document import fingerprint


def spooled(spool: Path, digest: str) -> Path:
    """Return where the WebVTT with this digest waits to be uploaded."""
    return spool / f"{digest}.vtt"


def spooled_text(spool: Path, params: Params) -> str:
    """Return the WebVTT that was planned.

    Raises:
        CaptionError: it is gone from the spool, or no longer what was planned.
    """
    try:
        content = spooled(spool, params["webvtt_digest"]).read_bytes()
    except OSError:
        raise CaptionError(params["file"], "its WebVTT is gone from the spool; plan again") from None
    if hashlib.sha256(content).hexdigest() != params["webvtt_digest"]:
        raise CaptionError(params["file"], "its WebVTT in the spool was changed; plan again")
    return content.decode()


class UploadTextTrack:
    """Send a track; it counts once it is listed and its cues were read back."""

    name = "upload_text_track"
    fresh_for = timedelta(seconds=60)
    wants_tracks = True
    settles_later = True

    def fingerprint(self, recording: Recording, params: Params) -> str:
        return fingerprint([recording.state in {"published", "unpublished"}])

    def is_done(self, found: Found, params: Params) -> bool:
        """Never by looking at a listing: what a track holds shows only when it is downloaded."""
        return False

    def takes_away(self, found: Found, params: Params) -> bool:
        """Replacing a track takes the old one away; a new one takes nothing."""
        return self._twin(found, params) is not None

    def objection(self, found: Found, params: Params) -> str | None:
        recording = found.recording
        if recording is None or recording.state not in {"published", "unpublished"}:
            return "no published or unpublished recording takes it"
        if recording.state == "unpublished":
            return "it is unpublished: an upload to it would block the server's caption queue"
        twin = self._twin(found, params)
        if twin is not None and not (twin == "upload" and params.get("replaces_ours")):
            return f"it has a {params['kind']} track in {params['lang']} that is not ours (source {twin})"
        return None

    def _twin(self, found: Found, params: Params) -> str | None:
        from bbbkeep.captions.language import same

        wanted = params["kind"], params["lang"]
        twins = (
            track.source or "unknown"
            for track in found.tracks or ()
            if track.kind == wanted[0] and same(track.lang, wanted[1])
        )
        return next(twins, None)

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        return {"replaces": self._twin(found, params) is not None}

    def send(self, wire: Wire, record_id: str, params: Params) -> None:
        webvtt = spooled_text(wire.spool, params)
        wire.writer.upload_text_track(record_id, params["kind"], params["lang"], params["label"], webvtt)

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        return None
