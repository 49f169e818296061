"""Read the JSON of the caption calls: text tracks, and what became of an upload.  Pure."""

import json
from collections.abc import Mapping
from typing import Any

from bbbkeep.api.transport import unavailable
from bbbkeep.errors import BbbRejectedError
from bbbkeep.model import TextTrack

_MOST_TRACKS = 1000
_LONGEST = 1000


def json_response(call: str, data: bytes) -> Mapping[str, Any]:
    """Return the `response` object of *data*; some servers leave out that wrapper.

    Raises:
        BbbUnavailableError: not JSON, or not an object.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    response = document.get("response", document) if isinstance(document, dict) else None
    if not isinstance(response, dict):
        raise unavailable(call, "answered with JSON that breaks off or is not the API's; check the URL")
    return response


def fields_of(response: Mapping[str, Any]) -> dict[str, str]:
    """Return the plain texts of a JSON answer, for judging it as an XML one."""
    return {key: value for key, value in response.items() if isinstance(value, str)}


def text_tracks(call: str, response: Mapping[str, Any]) -> tuple[TextTrack, ...]:
    """Return the tracks of a successful answer, as it lists them.

    Raises:
        BbbRejectedError: a track without kind or language, which nobody could tell from another.
    """
    listed = response.get("tracks")
    if isinstance(listed, dict):  # the first servers with captions nested it: tracks.tracks
        listed = listed.get("tracks")
    if not isinstance(listed, list) or len(listed) > _MOST_TRACKS:
        raise unavailable(call, f"answered without a list of at most {_MOST_TRACKS} tracks")
    return tuple(_track(call, item) for item in listed)


def _track(call: str, item: object) -> TextTrack:
    texts = fields_of(item) if isinstance(item, dict) else {}
    kind, lang = texts.get("kind", "").strip(), texts.get("lang", "").strip()
    if not kind or not lang or any(len(text) > _LONGEST for key, text in texts.items() if key != "href"):
        raise BbbRejectedError(call, "the server lists a text track without kind or lang, or an overlong one")
    return TextTrack(
        kind=kind,
        # Live captions are listed with the meeting's locale, now and then en_US.
        lang=lang.replace("_", "-"),
        label=texts.get("label"),
        source=texts.get("source"),
        href=texts.get("href"),
    )
