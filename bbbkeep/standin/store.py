"""What a kind of server keeps of a recording, how it writes it down, and in which order it lists."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from bbbkeep.standin.document import recording_without_sizes, recording_xml
from bbbkeep.standin.listed import bbblb_xml, recording_api_xml, scalelite_xml
from bbbkeep.standin.recording import SeedRecording

Order = Literal["hash", "newest first", "as imported"]
"""How a listing is put in order; BigBlueButton's is that of a Java hash map."""

EMPTIED: dict[str, Any] = {"state": "deleted", "published": True, "metadata": {}, "formats": (), "tracks": ()}
"""What Scalelite's deletion makes of a row: published still, without metadata and formats."""

_BY_SCRIPTS = frozenset({"meetingId", "meetingName", "isBreakout"})


@dataclass(frozen=True, slots=True)
class Store:
    """One server's database of recordings; `kept` is what an import makes of one."""

    written: Callable[[SeedRecording], str]
    order: Order
    kept: Callable[[SeedRecording], SeedRecording] = lambda recording: recording


def as_scalelite_keeps(recording: SeedRecording) -> SeedRecording:
    """Leave out sizes, text tracks and the scripts' own metadata; a deletion leaves an empty row behind."""
    if recording.state == "deleted":
        return replace(recording, **EMPTIED)
    metadata = {key: value for key, value in recording.metadata.items() if key not in _BY_SCRIPTS}
    formats = tuple(replace(one, size=None) for one in recording.formats)
    return replace(recording, metadata=metadata, formats=formats, raw_size=None, tracks=())


def as_recording_api_keeps(recording: SeedRecording) -> SeedRecording:
    """Leave out sizes and text tracks."""
    formats = tuple(replace(one, size=None) for one in recording.formats)
    return replace(recording, formats=formats, raw_size=None, tracks=())


def as_bbblb_keeps(recording: SeedRecording) -> SeedRecording:
    """Know two states only, and no empty metadata; note whose recording it is."""
    state = "published" if recording.state == "published" else "unpublished"
    metadata = {key: value for key, value in recording.metadata.items() if value}
    metadata["bbblb-tenant"] = "local"
    return replace(recording, state=state, metadata=metadata, raw_size=None, tracks=())


BBB = Store(recording_xml, "hash")
BBB_WITHOUT_SIZES = Store(recording_without_sizes, "hash")
SCALELITE = Store(scalelite_xml, "newest first", as_scalelite_keeps)
RECORDING_API = Store(recording_api_xml, "newest first", as_recording_api_keeps)
BBBLB = Store(bbblb_xml, "as imported", as_bbblb_keeps)
