"""Upload a text track.

`params`: `{"file", "digest" (of the caption file), "webvtt_digest", "cues",
"kind", "lang", "label"}`, and what was allowed: `replaces_ours` (an upload of
ours), `replace_foreign` (any track), `upload_to_unpublished`.  The WebVTT waits
in the spool under its digest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bbbkeep.api.profiles import Profile
from bbbkeep.api.reading import Reader
from bbbkeep.errors import CaptionError
from bbbkeep.model import Recording, TextTrack
from bbbkeep.plans.action import Action, Found, Params, Wire
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


def twin(found: Found, params: Params) -> TextTrack | None:
    """Return the track of the same kind and language that the recording has."""
    from bbbkeep.captions.language import same

    twins = (
        track
        for track in found.tracks or ()
        if track.kind == params["kind"] and same(track.lang, params["lang"])
    )
    return next(twins, None)


def put_back(params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
    """Return how the track that *before* had comes back: as an upload, whoever made it."""
    from bbbkeep.captions.language import same

    for track in before.get("tracks") or ():
        if "text" in track and track["kind"] == params["kind"] and same(track["lang"], params["lang"]):
            return UploadTextTrack.name, _archived(track)
    return None


def _archived(track: Mapping[str, Any]) -> Params:
    webvtt: str = track["text"]
    digest = hashlib.sha256(webvtt.encode()).hexdigest()
    return {
        "file": f"the archived track in {track['lang']}",
        "digest": digest,
        "webvtt_digest": digest,
        "cues": webvtt.count("-->"),
        "kind": track["kind"],
        "lang": track["lang"],
        "label": track["label"] or track["lang"],
        "replaces_ours": True,
        # It was there before, whoever made what is there now.
        "replace_foreign": True,
    }


class UploadTextTrack(Action):
    """Send a track; it counts once it is listed and its cues were read back."""

    name = "upload_text_track"
    undoable = "a replaced track can be uploaded again; a new one can't be removed"
    wants_tracks = True
    settles_later = True

    def fingerprint(self, recording: Recording, params: Params) -> str:
        return fingerprint([recording.state in {"published", "unpublished"}])

    def is_done(self, found: Found, params: Params) -> bool:
        """Never by looking at a listing: what a track holds shows only when it is downloaded."""
        return False

    def takes_away(self, found: Found, params: Params) -> bool:
        """Replacing a track takes the old one away; a new one takes nothing."""
        return twin(found, params) is not None

    def objection(self, found: Found, params: Params) -> str | None:
        recording = found.recording
        if recording is None or recording.state not in {"published", "unpublished"}:
            return "no published or unpublished recording takes it"
        if recording.state == "unpublished" and not params.get("upload_to_unpublished"):
            return "it is unpublished: an upload to it would block the server's caption queue"
        there = None if params.get("replace_foreign") else twin(found, params)
        if there is not None and not (there.source == "upload" and params.get("replaces_ours")):
            source = there.source or "unknown"
            return f"it has a {params['kind']} track in {params['lang']} that is not ours (source {source})"
        return None

    def to_archive(self, found: Found, params: Params) -> tuple[TextTrack, ...] | None:
        there = twin(found, params)
        return None if there is None else (there,)

    def text(self, spool: Path, params: Params) -> str:
        return spooled_text(spool, params)

    def is_still_ours(self, found: Found, params: Params, before: Mapping[str, Any], reader: Reader) -> bool:
        """Download the track and compare its cues: a listing does not tell one upload from another."""
        from bbbkeep.captions.compare import same_cues

        there, sent = twin(found, params), before.get("sent")
        if there is None or there.source != "upload" or sent is None:
            return False
        content = reader.download(there).decode("utf-8", "replace")
        return same_cues(sent, content) is None

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        return {"replaces": twin(found, params) is not None}

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        webvtt = spooled_text(wire.spool, params)
        [record_id] = record_ids
        wire.writer.upload_text_track(record_id, params["kind"], params["lang"], params["label"], webvtt)

    def irreversible(self, profile: Profile, record_id: str, params: Params) -> str:
        track = f"{params['kind']} {params['lang']}"
        blank = f"bbbkeep captions remove {record_id} --lang {params['lang']} --kind {params['kind']} --blank"
        return (
            f"the track {track} was new, and no server removes one; `{blank}` puts an empty one in its place"
        )

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        """A new track can't be removed; a replaced one comes back."""
        return put_back(params, before)
