"""Which text tracks on a server are ours, by the uploads that the ledger remembers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bbbkeep.ledger import uploads
from bbbkeep.ledger.uploads import Upload

Track = tuple[str, str, str]
"""record_id, kind, lang."""

OursByTrack = Mapping[Track, list[Upload]]


def track_of(upload: Upload) -> Track:
    return upload.record_id, upload.kind, upload.lang


def our_tracks(sent: Iterable[Upload]) -> OursByTrack:
    """Return the uploads that may lie on the server, by track.

    What was refused or never sent is not there: a track in its place is
    somebody else's.
    """
    found: dict[Track, list[Upload]] = {}
    for upload in sent:
        if upload.status in {"verified", "pending", "unverified"}:
            found.setdefault(track_of(upload), []).append(upload)
    return found


def others(ours: OursByTrack, upload: Upload) -> list[Upload]:
    """Return the other files of ours that were sent as the same track."""
    return [one for one in ours.get(track_of(upload), ()) if one.digest != upload.digest]


def retire(conn: Connection, replaced: Iterable[Upload], now: datetime) -> None:
    """Note that the server no longer has these: laid into the folder again, such a file is sent again."""
    for one in replaced:
        gone = replace(one, status="refused", because="a later file took its place", checked_at=now, tries=0)
        uploads.put(conn, gone)
