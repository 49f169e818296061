"""What every action can tell and do; `plans/` knows actions by this alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bbbkeep.model import Recording, TextTrack

if TYPE_CHECKING:
    from bbbkeep.api.reading import Reader
    from bbbkeep.api.writing import Writer

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What the server shows of one recording right now; None: it shows none.

    `tracks` is None where the action does not ask for them.
    """

    recording: Recording | None
    tracks: tuple[TextTrack, ...] | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What an action may use to send: both halves of the client, and the spool of files to upload."""

    reader: "Reader"
    writer: "Writer"
    spool: Path


class Action(Protocol):
    """One kind of write: how it is recognised, sent, read back and reversed."""

    name: str
    fresh_for: timedelta
    """How old the last look at the recording may be when the write is sent."""
    wants_tracks: bool
    """Whether `Found.tracks` must be read before it."""
    settles_later: bool
    """Whether SUCCESS only means accepted, and the server works on it afterwards."""

    def fingerprint(self, recording: Recording, params: Params) -> str:
        """Return what this action depends on; it differs when the recording has drifted."""

    def is_done(self, found: Found, params: Params) -> bool:
        """Tell whether the server already shows what the action is for."""

    def takes_away(self, found: Found, params: Params) -> bool:
        """Tell whether the recording loses something by it: then a hold stops it."""

    def objection(self, found: Found, params: Params) -> str | None:
        """Return why it must not be sent to this recording, or None."""

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        """Return what the write would overwrite, for undo."""

    def send(self, wire: Wire, record_id: str, params: Params) -> None:
        """Send it, once; errors of `errors.BbbError` say what is known."""

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        """Return the action and parameters that undo it; None where nothing can."""
