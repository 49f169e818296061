"""Delete a recording: no call of the API brings it back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bbbkeep.model import Recording
from bbbkeep.plans.action import Found, Params, Wire
from bbbkeep.plans.actions.publish import retention_facts


class Delete:
    """Delete for good; looked at again at most 10 seconds before."""

    name = "delete"
    fresh_for = timedelta(seconds=10)
    wants_tracks = False
    settles_later = False

    def fingerprint(self, recording: Recording, params: Params) -> str:
        return retention_facts(recording)

    def is_done(self, found: Found, params: Params) -> bool:
        """A deleted recording is listed as such, or in no state at all."""
        return found.recording is None or found.recording.state == "deleted"

    def takes_away(self, found: Found, params: Params) -> bool:
        return True

    def objection(self, found: Found, params: Params) -> str | None:
        if found.recording is not None and found.recording.state not in {"published", "unpublished"}:
            return f"it is {found.recording.state}; only published and unpublished recordings are deleted"
        return None

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        recording = found.recording
        return (
            {} if recording is None else {"metadata": dict(recording.metadata or {}), "name": recording.name}
        )

    def send(self, wire: Wire, record_id: str, params: Params) -> None:
        wire.writer.delete([record_id])

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        return None
