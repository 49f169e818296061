"""Remove, blank or put back one text track: plans that name it, for a person who asked for it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.api.record_ids import whole_ids
from bbbkeep.captions.convert import convert
from bbbkeep.captions.language import label, same
from bbbkeep.captions.write import Block, document
from bbbkeep.errors import UsageError
from bbbkeep.model import Kind, Recording, TextTrack
from bbbkeep.operations.asking import remember_tracks
from bbbkeep.operations.caption_files import spool
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.track_support import require_text_tracks
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.site import Site

_NEVER_MS = 990 * 3_600_000
BLANK = document([Block(_NEVER_MS, _NEVER_MS + 1, "", "&#160;")])
"""One cue long after any recording's end, and nothing to see in it; ffmpeg's times reach to 1,193 hours."""


def plan_removal(
    site: Site, record_id: str, lang: str, kind: Kind | None, *, blank: bool, now: datetime
) -> PlanRef:
    """Plan to remove one text track, or to put an empty one in its place.

    Raises:
        UsageError: no such recording, no such track, or several.
        BbbUnsupportedError: the server has no text tracks.
    """
    recording, track = _track(site, record_id, lang, kind)
    named = {"kind": track.kind, "lang": track.lang}
    shown = f"{track.kind} in {track.lang} (source {track.source or 'unknown'})"
    if not blank:
        item = _item("remove_text_track", recording, named, f"remove {shown}")
    else:
        params = _upload_params(site, named, "a blank track", track.label, BLANK)
        item = _item("upload_text_track", recording, params, f"blank {shown}: one cue that never shows")
    return refer(make_plan(site, Draft("captions", [item]), now=now))


def plan_restore(site: Site, record_id: str, lang: str, kind: Kind | None, *, now: datetime) -> PlanRef:
    """Plan to put back the text track that was archived last.

    Raises:
        UsageError: no such recording, or nothing is archived of such a track.
        CaptionError: what was archived is no WebVTT with a cue.
        BbbUnsupportedError: the server has no text tracks.
    """
    whole_ids([record_id], site.settings.other_ids)
    archived = next(_archived(site, record_id, lang, kind), None)
    if archived is None:
        raise UsageError(
            f"{site.archive_dir} holds no {kind or 'text track'} in {lang!r} of {record_id}; nothing to restore"
        )
    at, track = archived
    recording = _recording(site, record_id)
    require_text_tracks(site, record_id)
    webvtt = convert(track["text"].encode(), f"{track['lang']}.vtt", target="bbb").webvtt
    named = {"kind": track["kind"], "lang": track["lang"]}
    params = _upload_params(site, named, f"the archived track in {track['lang']}", track["label"], webvtt)
    reason = f"put back {track['kind']} in {track['lang']} as archived on {at[:16]}"
    return refer(
        make_plan(site, Draft("captions", [_item("upload_text_track", recording, params, reason)]), now=now)
    )


def _track(site: Site, record_id: str, lang: str, kind: Kind | None) -> tuple[Recording, TextTrack]:
    recording = _recording(site, record_id)
    require_text_tracks(site, record_id)
    with site.reader() as reader:
        listed = reader.text_tracks(record_id)
    remember_tracks(site, record_id, listed)
    return recording, only(listed, lang, kind)


def only(listed: Sequence[TextTrack], lang: str, kind: str | None) -> TextTrack:
    """Return the one track that is meant.

    Raises:
        UsageError: none is, or several are.
    """
    matching = [one for one in listed if same(one.lang, lang) and kind in {None, one.kind}]
    if len(matching) == 1:
        return matching[0]
    there = ", ".join(f"{one.kind} {one.lang}" for one in listed) or "none"
    problem = "several text tracks match; name one with --kind" if matching else f"no text track in {lang!r}"
    raise UsageError(f"{problem}; the recording has: {there}")


def _recording(site: Site, record_id: str) -> Recording:
    whole_ids([record_id], site.settings.other_ids)
    with site.reader() as reader:
        found = reader.recordings([record_id]).get(record_id)
    if found is None:
        raise UsageError(f"{site.server.name} shows no recording {record_id}; nothing was written")
    return found


def _upload_params(
    site: Site, named: Mapping[str, str], file: str, shown: str | None, webvtt: str
) -> Mapping[str, Any]:
    digest = hashlib.sha256(webvtt.encode()).hexdigest()
    return {
        **named,
        "file": file,
        "digest": digest,
        "webvtt_digest": spool(site, webvtt),
        "cues": webvtt.count(" --> "),
        "label": shown or label(named["lang"]),
        "replaces_ours": False,
        # Whoever names a track on the command line means it, whoever made it.
        "replace_foreign": True,
        "upload_to_unpublished": site.settings.captions.upload_to_unpublished,
    }


def _item(name: str, recording: Recording, params: Mapping[str, Any], reason: str) -> PlanItem:
    action = ACTIONS[name]
    return PlanItem(
        number=0,
        record_id=recording.record_id,
        action=name,
        fingerprint=action.fingerprint(recording, params),
        reasons=(reason,),
        size_bytes=recording.whole_size,
        undo="`bbbkeep captions restore` puts back what was there",
        params=params,
    )


def _archived(
    site: Site, record_id: str, lang: str, kind: Kind | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the archived tracks that fit, the latest first, each with when it was saved."""
    names = (path for path in site.archive_dir.glob("*/*.json"))
    for path in sorted(names, key=lambda path: path.name, reverse=True):
        found = _saved(path, record_id, site.key)
        for track in found.get("tracks", ()):
            if same(track["lang"], lang) and kind in {None, track["kind"]} and "text" in track:
                yield str(found["at"]), track


def _saved(path: Path, record_id: str, server: str) -> Mapping[str, Any]:
    try:
        content = path.read_bytes()
        found = json.loads(content) if record_id.encode() in content else {}
    except (OSError, ValueError, RecursionError):
        return {}
    ours = isinstance(found, dict) and found.get("record_id") == record_id and found.get("server") == server
    return found if ours else {}
