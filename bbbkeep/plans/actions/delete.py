"""Delete a recording: no call of the API brings it back."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bbbkeep.api.profiles import Profile
from bbbkeep.model import Recording
from bbbkeep.plans.action import EVERYTHING, Action, Everything, Found, Params, Wire
from bbbkeep.plans.actions.publish import retention_facts


class Delete(Action):
    """Delete for good; looked at again at most 10 seconds before."""

    name = "delete"
    fresh_for = timedelta(seconds=10)

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

    def lacking(self, profile: Profile) -> str | None:
        return None if profile.deletes else f"{profile.server} has no call that deletes"

    def together(self, params: Params) -> Hashable | None:
        return ()

    def to_archive(self, found: Found, params: Params) -> Everything:
        return EVERYTHING

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        recording = found.recording
        return (
            {} if recording is None else {"metadata": dict(recording.metadata or {}), "name": recording.name}
        )

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        wire.writer.delete(record_ids)

    def irreversible(self, profile: Profile, record_id: str, params: Params) -> str:
        left = profile.left_after_delete or "nothing is known of what a delete leaves"
        steps = profile.recovery.replace("RECORD_ID", record_id) or "it can't be brought back"
        return f"no call brings a deleted recording back; {profile.server} keeps: {left}; {steps}"

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        return None
