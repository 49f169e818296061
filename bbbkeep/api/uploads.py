"""A text track as putRecordingTextTrack takes it, and what its answer means.  Pure."""

import re
from collections.abc import Mapping
from typing import Any

from bbbkeep.api import answers
from bbbkeep.api.tracks import fields_of
from bbbkeep.errors import UsageError
from bbbkeep.model import KINDS, Kind

STORED = "upload_text_track_success"

_LANG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,6}")
# The server writes the label into JSON by pasting it between quotes (rap-caption-inbox.rb).
_LABEL = re.compile(r"[^\x00-\x1f\x7f-\x9f\"\\\ud800-\udfff]{1,200}")
_STAMP = r"(?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}"
_CUE = re.compile(rf"^{_STAMP}[ \t]+-->[ \t]+{_STAMP}[^\n]*\n[^\n]*\S", re.MULTILINE)
_REGION_PARTS = 2


def parameters(record_id: str, kind: Kind, lang: str, label: str, separator: str) -> list[tuple[str, str]]:
    """Return the call's parameters, *lang* in the spelling that this kind of server parses.

    Raises:
        UsageError: one of them would be refused, or break the player's list of captions.
    """
    if kind not in KINDS:
        raise UsageError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    if not _LANG.fullmatch(lang):
        raise UsageError(f"{lang[:40]!r} is not a language tag like en or pt-BR")
    if not _LABEL.fullmatch(label.strip()):
        raise UsageError(
            f"label {label[:80]!r} is empty, too long, or holds quotes, backslashes or control characters"
        )
    spelled = spelled_lang(lang, separator)
    return [("recordID", record_id), ("kind", kind), ("lang", spelled), ("label", label.strip())]


def spelled_lang(lang: str, separator: str) -> str:
    """Return *lang* with its parts in the usual case: Java's locales take pt_BR, and neither PT_BR nor pt_br."""
    language, *rest = re.split("[-_]", lang)
    parts = (part.upper() if len(part) == _REGION_PARTS else part for part in rest)
    return separator.join((language.lower(), *parts))


def file(webvtt: str) -> tuple[str, bytes, str]:
    """Return *webvtt* as a file to upload: name, bytes, content type.

    Raises:
        UsageError: there is no cue in it.  The API's document says that an
            absent file deletes the track, and a header alone replaces it by
            an empty one.
    """
    text = webvtt.replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("WEBVTT") or not _CUE.search(text):
        raise UsageError(
            "this is no WebVTT with a cue; nothing was uploaded, because it would blank the track"
        )
    return ("captions.vtt", webvtt.encode(), "text/vtt")


def require_stored(call: str, response: Mapping[str, Any]) -> tuple[str, str]:
    """Return message key and message of an upload that was accepted.

    The message key decides, not the return code: BigBlueButton documents
    `upload_text_track_failed` with returncode SUCCESS (api.md,
    putRecordingTextTrack), and b3lb sends just that.
    """
    fields = fields_of(response)
    key = fields.get("messageKey") or fields.get("key") or ""
    if key != STORED:
        raise answers.failure(
            call, {"returncode": "SUCCESS without having stored it", **fields, "messageKey": key}
        )
    return key, answers.one_line(fields.get("message") or "")
