"""Find out what kind of server answers, by three small reads.

They are the call without a name, the text tracks of a recording that nobody
has, and a listing of it: what servers answer for nothing tells them apart
best, and costs them least.  What fits none of them is unknown, never guessed.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from bbbkeep.api import answers, tracks
from bbbkeep.api.calling import INDEX, Caller
from bbbkeep.api.documents import Envelope, read_envelope
from bbbkeep.api.judging import successful_envelope
from bbbkeep.api.profiles import UNKNOWN, Profile
from bbbkeep.api.transport import Body
from bbbkeep.errors import BbbUnavailableError

NOBODY = f"{'0' * 40}-{'0' * 13}"
"""A record ID that no meeting can have had."""

_NOT_FOUND, _SERVER_ERROR = 404, 500
_TYPO = "There are not recordings for the meetings"
"""Scalelite's and bbb-recording-api's own sentence; BigBlueButton says "no recordings"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Which profile a server has, by which answers, and what it says of itself; None: it doesn't say.

    `certain` False: a call went unanswered, so that this may be otherwise tomorrow.
    """

    profile: str
    because: str
    api_version: str | None = None
    bbb_version: str | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer: its shape, HTTP status and texts."""

    shape: answers.Shape
    status: int
    fields: Mapping[str, str]

    @property
    def key(self) -> str:
        return (self.fields.get("messageKey") or self.fields.get("key") or "").strip().lower()


def probe(caller: Caller) -> Finding:
    """Ask, and say which profile the answers fit.

    Raises:
        BbbAuthError: the server refuses the secret.
        BbbUnavailableError: the listing is not answered in the API's words.
    """
    index = caller.read(INDEX, [], _said)
    asked = [("state", "any"), ("recordID", NOBODY), ("limit", "1")]
    listing = caller.read("getRecordings", asked, _envelope)
    captions = _captions(caller)
    profile, because = _fitting(captions, listing)
    versions = _text(index, "version"), _text(index, "bbbVersion")
    return Finding(profile, because, *versions, certain=captions is not None)


def contradicts(profile: Profile, total: tuple[int, bool] | None) -> bool:
    """Whether a total that came with a listing is one that *profile*'s servers don't give."""
    if total is None or profile.name == UNKNOWN.name:
        return False
    _, counts_recordings = total
    return profile.totals != ("recordings" if counts_recordings else "formats")


def _captions(caller: Caller) -> _Said | None:
    """Return what the server says of text tracks; None: nothing that could be judged, however often it was asked."""
    try:
        return caller.read("getRecordingTextTracks", [("recordID", NOBODY)], _said, json=True)
    except BbbUnavailableError:
        return None


def _said(body: Body) -> _Said:
    """Return an answer as it is: success, failure, or no words of the API at all.

    Raises:
        BbbAuthError: the secret is refused.
        BbbUnavailableError: a server error, which says nothing of its kind.
    """
    with closing(body):
        shape = answers.shape_of(body.head())
        if body.status >= _SERVER_ERROR:
            answers.require_words(body)
        fields = _fields(body, shape)
    if fields.get("messageKey", "").strip().lower() == "checksumerror":
        raise answers.failure(body.call, {"returncode": "FAILED", **fields})
    return _Said(shape, body.status, fields)


def _fields(body: Body, shape: answers.Shape) -> Mapping[str, str]:
    if shape == "xml":
        return read_envelope(body).fields
    if shape == "json":
        return tracks.fields_of(tracks.json_response(body.call, body.read()))
    return {}


def _envelope(body: Body) -> Envelope:
    with closing(body):
        return successful_envelope(body)


def _text(said: _Said, name: str) -> str | None:
    return answers.one_line(said.fields.get(name, ""), 60) or None


def _fitting(captions: _Said | None, listing: Envelope) -> tuple[str, str]:
    """Return the profile that both answers fit, and in words why; UNKNOWN's where they fit none."""
    if captions is None:
        return UNKNOWN.name, "it did not answer about text tracks"
    total, message = _total(listing), listing.fields.get("message", "").strip()
    unpaged = total == "none" and listing.has_recordings
    if captions.shape == "json" and captions.key in ("norecordings", "nocaptionsfound"):
        return _bigbluebutton(total)
    if captions.key == "unsupportedrequest" and unpaged and message == _TYPO:
        return "scalelite", "it answers unsupportedRequest about text tracks, and lists as Scalelite does"
    if captions.key == "notimplemented" and unpaged and not listing.fields.get("messageKey"):
        return (
            "bbblb",
            "it answers notImplemented about text tracks, and an empty listing without a messageKey",
        )
    if captions.status == _NOT_FOUND and captions.shape == "empty" and unpaged and message == _TYPO:
        return "recapi", "it has no call for text tracks, and lists as bbb-recording-api does"
    what = captions.key or f"{captions.shape} with HTTP {captions.status}"
    return UNKNOWN.name, f"no known kind of server answers so (text tracks: {answers.one_line(what, 60)})"


def _bigbluebutton(total: str) -> tuple[str, str]:
    name, says = {
        "recordings": ("bbb30", "its listings tell how many recordings there are"),
        "formats": ("bbb26", "its listings tell how many formats there are"),
        "none": ("bbb22", "its listings are not paged"),
    }[total]
    return name, f"it answers about text tracks as BigBlueButton does, and {says}"


def _total(listing: Envelope) -> str:
    if listing.fields.get("totalElements", "").strip():
        return "recordings"
    return "formats" if listing.fields.get("pagination/totalElements", "").strip() else "none"
