"""Send one call of the API by its name: reading calls, and those that change meetings."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbbkeep.api.catalogue import CHANGES, MEETING_CHANGES, PLANNED, READS
from bbbkeep.api.slides import LARGEST, Slides
from bbbkeep.errors import UsageError
from bbbkeep.site import Site

if TYPE_CHECKING:
    from bbbkeep.api.hearing import Heard
    from bbbkeep.api.meetings import Meetings

SENDABLE = sorted((*READS, *MEETING_CHANGES - {"join"}))


def require_sendable(call: str) -> None:
    """Refuse a call that is not for sending by hand.

    Raises:
        UsageError: it writes recordings (the planned command is named), lets somebody in, or is none.
    """
    if call in PLANNED:
        raise UsageError(f"{call} writes recordings, which is planned first: use {PLANNED[call]}")
    if call == "join":
        raise UsageError(
            "join lets somebody into a meeting: `bbbkeep sign join ...` prints the URL for a browser"
        )
    if call not in SENDABLE:
        raise UsageError(f"there is no call {call[:60]!r} to send; known here: {', '.join(SENDABLE)}")


def changes(call: str) -> bool:
    """Tell whether the call changes something on the server."""
    return call in CHANGES


def ask(site: Site, call: str, parameters: Sequence[tuple[str, str]]) -> "Heard":
    """Return the whole answer to a call that reads, also where it says FAILED."""
    with _meetings(site) as client:
        return client.ask("" if call == "index" else call, parameters)


def change(
    site: Site, call: str, parameters: Sequence[tuple[str, str]], documents: Sequence[Slides]
) -> dict[str, Any]:
    """Send a call that changes a meeting, once, and return what the server says, without passwords.

    Raises:
        BbbError: it was refused, or nobody knows.
    """
    from bbbkeep.api.hearing import shown

    with _meetings(site) as client:
        return {key: shown(key, value) for key, value in client.change(call, parameters, documents).items()}


def slides(given: Sequence[str]) -> list[Slides]:
    """Return the documents that were named, each a URL or a file; the first one is shown first.

    Raises:
        UsageError: a file that can't be read, or is too large.
    """
    return [_slides(one) for one in given]


def _slides(given: str) -> Slides:
    if given.startswith(("http://", "https://")):
        return Slides(given.partition("?")[0].rstrip("/").rpartition("/")[2] or "document", url=given)
    path = Path(given)
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: larger than the {LARGEST:,} bytes of one request")
        return Slides(path.name, content=path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _meetings(site: Site) -> "AbstractContextManager[Meetings]":
    from bbbkeep.api.meetings import Meetings

    return Meetings(site.address(), clock=site.clock)
