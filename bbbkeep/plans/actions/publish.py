"""Publish a recording: viewers can reach it again."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bbbkeep.model import Recording
from bbbkeep.plans.action import Action, Found, Params, Wire
from bbbkeep.plans.document import fingerprint


class Publish(Action):
    """Make a recording reachable."""

    name = "publish"
    opposite = "unpublish"
    published = True
    undoable = "the publish state can be set back"

    def fingerprint(self, recording: Recording, params: Params) -> str:
        return retention_facts(recording)

    def is_done(self, found: Found, params: Params) -> bool:
        return found.recording is not None and found.recording.published is self.published

    def takes_away(self, found: Found, params: Params) -> bool:
        return not self.published

    def objection(self, found: Found, params: Params) -> str | None:
        if found.recording is None or found.recording.state not in {"published", "unpublished"}:
            return "only published and unpublished recordings can change"
        return None

    def together(self, params: Params) -> Hashable | None:
        return ()

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        return {"published": found.recording.published if found.recording else None}

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        wire.writer.publish(record_ids, published=self.published)

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        """What was like this before was not changed by us."""
        return (self.opposite, {}) if before.get("published") is (not self.published) else None


def retention_facts(recording: Recording) -> str:
    """Return a digest of all that a policy may have judged by.

    URLs are left out: they carry fresh tokens on each listing.
    """
    metadata = recording.metadata
    return fingerprint(
        [
            recording.state,
            recording.published,
            recording.name,
            recording.meeting_id,
            recording.start,
            recording.end,
            None
            if metadata is None
            else sorted((key, " ".join(value.split())) for key, value in metadata.items()),
            sorted(one.type for one in recording.formats),
        ]
    )
