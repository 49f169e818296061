"""The things a BigBlueButton site has: recordings, playback formats, text tracks.

Frozen values with aware UTC times; None always means unknown, never "no" or
"zero".  What the wire sends is turned into these once, in `api/parse.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

RECORD_ID = re.compile(r"[0-9a-f]{40}-[0-9]{13}")

State = Literal["processing", "processed", "published", "unpublished", "deleted"]
STATES: tuple[State, ...] = ("processing", "processed", "published", "unpublished", "deleted")

Kind = Literal["captions", "subtitles"]
KINDS: tuple[Kind, ...] = ("captions", "subtitles")

DateStatus = Literal["ok", "missing", "floor", "future", "mismatch"]
"""Why a date is unknown: absent or 0, before 2007, in the future, or a day off the record ID's own."""

Outcome = Literal["verified", "unverified", "unchanged", "skipped", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("verified", "unverified", "unchanged", "skipped", "refused", "failed")


@dataclass(frozen=True, slots=True)
class PlaybackFormat:
    """One playback format of a recording; its identity is `type`.

    `url` carries a fresh token on some servers: it is never an identity, and
    it stays out of repr.
    """

    type: str
    url: str | None = field(default=None, repr=False)
    length_minutes: int | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as a server admits to it.

    `metadata` is None where the server's answer does not prove which keys
    there are (no `<metadata>` element, or a lenient second parse); an absent
    key in a mapping is a fact.  `start` and `end` are None unless their
    status is "ok".
    """

    record_id: str
    meeting_id: str | None = None
    internal_meeting_id: str | None = None
    name: str | None = None
    state: str | None = None
    published: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    start_status: DateStatus = "missing"
    end_status: DateStatus = "missing"
    participants: int | None = None
    protected: bool | None = None
    is_breakout: bool | None = None
    size_bytes: int | None = None
    raw_size_bytes: int | None = None
    metadata: Mapping[str, str] | None = None
    formats: tuple[PlaybackFormat, ...] = ()

    @property
    def date_status(self) -> DateStatus:
        """The worse of both dates' status: what the report lists as an anomaly."""
        return self.end_status if self.start_status == "ok" else self.start_status

    @property
    def whole_size(self) -> int | None:
        """The bytes of all formats: as the server tells, or their sum where each tells its own; 0 is no size."""
        if self.size_bytes:
            return self.size_bytes
        sizes = [one.size_bytes for one in self.formats if one.size_bytes]
        return sum(sizes) if sizes and len(sizes) == len(self.formats) else None

    @property
    def is_unpublished(self) -> bool:
        """Whether viewers can't reach it; bbb-recording-api tells by `published` alone and leaves the state."""
        return self.state == "unpublished" or (self.state == "published" and self.published is False)


@dataclass(frozen=True, slots=True)
class TextTrack:
    """One caption file on the server; its identity on a recording is (kind, lang).

    `href` works once, for an hour, for anybody who has it: it is a secret.
    """

    kind: str
    lang: str
    label: str | None = None
    source: str | None = None
    href: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KnownTracks:
    """The text tracks of a recording when its server was asked; `tracks` None: it does not tell."""

    tracks: tuple[TextTrack, ...] | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A recording as the ledger remembers it: when a sweep first and last saw it, and which.

    `unpublished_at`: since when it is known to be unpublished because of us;
    None once it was seen in any other state.
    `tracks` is None where nobody asked the server, or nobody the ledger.
    """

    recording: Recording
    first_seen: datetime
    last_seen: datetime
    sweep_id: int
    unpublished_at: datetime | None = None
    tracks: KnownTracks | None = None


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one item of a run, as far as the server could be read back."""

    record_id: str
    action: str
    outcome: Outcome
    because: str
    run_id: str = ""
    number: int = 0
    at: datetime | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
