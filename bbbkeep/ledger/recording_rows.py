"""A recording as a row of the inventory and back, and two sightings of it as one.

Pure.  The URL of a protected recording carries a token that lets anybody
watch it: it is left out.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bbbkeep.model import InventoryRow, KnownTracks, PlaybackFormat, Recording, TextTrack

_PLAIN = tuple(f.name for f in fields(Recording) if f.name not in ("metadata", "formats"))
_DATED = ("record_id", "meeting_id", "state", "start", "end", "start_status", "end_status")
DATED_COLUMNS = (*_DATED, "first_seen")
_COUNTS = ("participants", "size_bytes", "raw_size_bytes")
_LARGEST = 2**63 - 1


def to_row(recording: Recording) -> dict[str, Any]:
    """Spread *recording* over the inventory's columns; a count that no database holds is unknown."""
    row: dict[str, Any] = {name: getattr(recording, name) for name in _PLAIN}
    for name in _COUNTS:
        if row[name] is not None and not 0 <= row[name] <= _LARGEST:
            row[name] = None
    row["metadata"] = recording.metadata
    row["formats"] = [_format_to_json(one, with_url=not recording.protected) for one in recording.formats]
    return row


def from_row(row: Mapping[Any, Any]) -> InventoryRow:
    """Gather a recording and its sightings from a row; a row that no sweep made has sweep 0."""
    recording = Recording(
        **{name: row[name] for name in _PLAIN},
        metadata=row["metadata"],
        formats=formats_from_json(row["formats"]),
    )
    seen = row["first_seen"], row["last_seen"], row["sweep_id"] or 0
    return InventoryRow(recording, *seen, unpublished_at=row["unpublished_at"], tracks=_tracks(row))


def dated_row(row: Mapping[Any, Any]) -> InventoryRow:
    """Gather a recording of which only DATED_COLUMNS were read."""
    recording = Recording(**{name: row[name] for name in _DATED})
    return InventoryRow(recording, row["first_seen"], row["first_seen"], 0)


def _tracks(row: Mapping[Any, Any]) -> KnownTracks | None:
    """Gather the last answer about text tracks, where the row has it."""
    if "asked_at" not in row or row["asked_at"] is None:
        return None
    return KnownTracks(tracks_from_json(row["tracks"]), row["asked_at"])


def tracks_from_json(tracks: list[dict[str, Any]] | None) -> tuple[TextTrack, ...] | None:
    """Read text tracks as the ledger keeps them; None: the server does not tell."""
    return None if tracks is None else tuple(TextTrack(**one) for one in tracks)


def formats_from_json(formats: list[dict[str, Any]]) -> tuple[PlaybackFormat, ...]:
    """Read playback formats as `to_row` wrote them."""
    return tuple(PlaybackFormat(**one) for one in formats)


def merged(
    recording: Recording, metadata: Mapping[str, str] | None, formats: tuple[PlaybackFormat, ...]
) -> Recording:
    """Add what an earlier sighting in the same sweep had: formats by type, metadata by key.

    The newer value wins.  Metadata is known only if both sightings knew it:
    half of it would prove keys absent that the other half may hold.
    """
    by_type = {one.type: one for one in (*formats, *recording.formats)}
    known = None if metadata is None or recording.metadata is None else {**metadata, **recording.metadata}
    return replace(recording, metadata=known, formats=tuple(by_type.values()))


def _format_to_json(one: PlaybackFormat, *, with_url: bool) -> dict[str, Any]:
    known: dict[str, Any] = {"type": one.type}
    if one.url is not None and with_url:
        known["url"] = one.url
    if one.length_minutes is not None:
        known["length_minutes"] = one.length_minutes
    if one.size_bytes is not None:
        known["size_bytes"] = one.size_bytes
    return known
