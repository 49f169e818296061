"""What every action can tell and do; `plans/` knows actions by this alone."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bbbkeep.model import Outcome, Recording, TextTrack

if TYPE_CHECKING:
    from bbbkeep.api.profiles import Profile
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
    """One kind of write: how it is recognised, sent, read back and reversed.

    Actions inherit from it, and with that what most of them have in common.
    """

    name: str
    fresh_for: timedelta = timedelta(seconds=60)
    """How old the last look at the recording may be when the write is sent."""
    wants_tracks: bool = False
    """Whether `Found.tracks` must be read before it."""
    settles_later: bool = False
    """Whether SUCCESS only means accepted, and the server works on it afterwards."""
    begins_grace: Outcome | None = None
    """With which outcome a recording is unpublished because of us; None: with none."""
    undoable: str = ""
    """What `runs undo` can do about it, for people; empty: nothing."""

    def fingerprint(self, recording: Recording, params: Params) -> str:
        """Return what this action depends on; it differs when the recording has drifted."""

    def is_done(self, found: Found, params: Params) -> bool:
        """Tell whether the server already shows what the action is for."""

    def takes_away(self, found: Found, params: Params) -> bool:
        """Tell whether the recording loses something by it: then a hold stops it."""

    def objection(self, found: Found, params: Params) -> str | None:
        """Return why it must not be sent to this recording, or None."""

    def lacking(self, profile: "Profile") -> str | None:  # noqa: ARG002  # for those that override it
        """Return why this kind of server can't do it, or None; then nothing is asked of it."""
        return None

    def unstored(self, profile: "Profile") -> str | None:  # noqa: ARG002  # for those that override it
        """Return what this kind of server is known for where it does not show what it accepted or refused."""
        return None

    def together(self, params: Params) -> Hashable | None:  # noqa: ARG002  # for those that override it
        """Return what recordings must have in common to go in one request; None: each goes alone."""
        return None

    def to_archive(self, found: Found, params: Params) -> "tuple[TextTrack, ...] | Everything | None":  # noqa: ARG002  # for those that override it
        """Return the text tracks that must be saved before it; None: nothing needs saving."""
        return None

    def text(self, spool: Path, params: Params) -> str | None:  # noqa: ARG002  # for those that override it
        """Return the text that it puts in the place of a text track; None: it puts none."""
        return None

    def is_still_ours(
        self,
        found: Found,
        params: Params,
        before: Mapping[str, Any],  # noqa: ARG002  # same
        reader: "Reader",  # noqa: ARG002  # same
    ) -> bool:
        """Tell whether the server still shows what it wrote: only that may be undone."""
        return self.is_done(found, params)

    def before_image(self, found: Found, params: Params) -> Mapping[str, Any]:
        """Return what the write would overwrite, for undo."""

    def send(self, wire: Wire, record_ids: Sequence[str], params: Params) -> None:
        """Send it, once; errors of `errors.BbbError` say what is known."""

    def irreversible(self, profile: "Profile", record_id: str, params: Params) -> str:  # noqa: ARG002  # same
        """Return why nothing undoes it, and what the administrator can do instead."""
        return "it changed nothing that could be set back"

    def reverse(self, params: Params, before: Mapping[str, Any]) -> tuple[str, Params] | None:
        """Return the action and parameters that undo it; None where nothing can."""


class Everything:
    """Stands for the metadata and all text tracks of a recording."""


EVERYTHING = Everything()
