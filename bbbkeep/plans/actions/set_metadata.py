"""Set metadata values of a recording.

`params`: `{"changes": {key: {"old": value or None, "new": value}}}`; None is an
absent key, and as `new`, which only undoing has, it takes the key away.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bbbkeep.api.profiles import Profile
from bbbkeep.metadata.sheet import comparable
from bbbkeep.model import Recording
from bbbkeep.plans.action import Action, Found, Params, Wire
from bbbkeep.plans.document import fingerprint


def current(recording: Recording | None, key: str) -> str | None:
    """Return the value of *key*, whatever its letter case on the server; None where it is absent."""
    metadata = (recording.metadata if recording else None) or {}
    return next((value for name, value in metadata.items() if name.lower() == key.lower()), None)


class SetMetadata(Action):
    """Write values that were absent or different; compare-and-set by key."""

    name = "set_metadata"
    undoable = "the old values can be written back"

    def fingerprint(self, recording: Recording, params: Params) -> str:
        """Cover the keys it writes and nothing else: other keys may change freely."""
        values = {key: current(recording, key) for key in sorted(params["changes"])}
        return fingerprint(
            [recording.state == "deleted", *((key, comparable(value)) for key, value in values.items())]
        )

    def is_done(self, found: Found, params: Params) -> bool:
        if found.recording is None or found.recording.metadata is None:
            return False
        changes = params["changes"].items()
        return all(
            comparable(current(found.recording, key)) == comparable(change["new"]) for key, change in changes
        )

    def takes_away(self, found: Found, params: Params) -> bool:
        return False

    def objection(self, found: Found, params: Params) -> str | None:
        if found.recording is not None and found.recording.metadata is None:
            return "the server's answer does not show its metadata"
        return None

    def unstored(self, profile: Profile) -> str | None:
        known = profile.updates == "said but not stored"
        return f"{profile.server} is known to accept metadata and to store none" if known else None

    def together(self, params: Params) -> Hashable | None:
        return tuple(sorted((key, change["new"] or "") for key, change in params["changes"].items()))

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        return {"metadata": {key: current(found.recording, key) for key in params["changes"]}}

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        changes = {key: change["new"] for key, change in params["changes"].items()}
        wire.writer.update_metadata(record_ids, changes)

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        """A key that was not there before is taken away again."""
        changes = {
            key: {"old": params["changes"][key]["new"], "new": value}
            for key, value in before["metadata"].items()
        }
        return (self.name, {"changes": changes}) if changes else None
