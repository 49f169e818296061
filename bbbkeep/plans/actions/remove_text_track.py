"""Ask for a text track to be removed, the way the API documents.

`params`: `{"kind", "lang"}`.  No known server does it; those that don't say so
or keep the track, and then reading back shows it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bbbkeep.api.profiles import Profile
from bbbkeep.model import Recording, TextTrack
from bbbkeep.plans.action import Action, Found, Params, Wire
from bbbkeep.plans.actions.upload_text_track import put_back, twin
from bbbkeep.plans.document import fingerprint


class RemoveTextTrack(Action):
    """Remove one track; a hold stops it, and its text is saved first."""

    name = "remove_text_track"
    undoable = "its text can be uploaded again"
    wants_tracks = True

    def fingerprint(self, recording: Recording, params: Params) -> str:
        return fingerprint([recording.state in {"published", "unpublished"}])

    def is_done(self, found: Found, params: Params) -> bool:
        return found.recording is not None and found.tracks is not None and twin(found, params) is None

    def takes_away(self, found: Found, params: Params) -> bool:
        return True

    def objection(self, found: Found, params: Params) -> str | None:
        if found.recording is None or found.recording.state not in {"published", "unpublished"}:
            return "no published or unpublished recording has it"
        return None

    def unstored(self, profile: Profile) -> str:
        return f"{profile.server} keeps every track; `bbbkeep captions remove --blank` puts an empty one in its place"

    def to_archive(self, found: Found, params: Params) -> tuple[TextTrack, ...] | None:
        there = twin(found, params)
        return None if there is None else (there,)

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        return {"replaces": twin(found, params) is not None}

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        [record_id] = record_ids
        wire.writer.remove_text_track(record_id, params["kind"], params["lang"])

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        return put_back(params, before)
