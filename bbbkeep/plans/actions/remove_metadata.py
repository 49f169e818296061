"""Remove metadata keys of a recording.

`params`: `{"changes": {key: {"old": value, "new": None}}}`.  On the wire an
empty value removes a key (api.md, updateRecordings).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bbbkeep.plans.action import Params, Wire
from bbbkeep.plans.actions.set_metadata import SetMetadata


class RemoveMetadata(SetMetadata):
    """Take keys away; all else is as in setting them."""

    name = "remove_metadata"

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        wire.writer.update_metadata(record_ids, dict.fromkeys(params["changes"]))

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        changes = {
            key: {"old": None, "new": value} for key, value in before["metadata"].items() if value is not None
        }
        return (SetMetadata.name, {"changes": changes}) if changes else None
