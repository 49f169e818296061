"""A text track as putRecordingTextTrack takes it, and what its answer means.  Pure."""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from bbbkeep.api import answers, judging
from bbbkeep.api.tracks import fields_of
from bbbkeep.api.transport import Body
from bbbkeep.errors import BbbRejectedError, UsageError
from bbbkeep.model import KINDS, Kind

STORED = "upload_text_track_success"
INVALID_LANG = "invalidLang"
NO_REMOVAL = "empty_uploaded_text_track"
"""What BigBlueButton says of a request without a file, which it documents as removing the track."""

_LANG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,6}")
# The server writes the label into JSON by pasting it between quotes (rap-caption-inbox.rb).
_LABEL = re.compile(r"[^\x00-\x1f\x7f-\x9f\"\\\ud800-\udfff]{1,200}")
_STAMP = r"(?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}"
_CUE = re.compile(rf"^{_STAMP}[ \t]+-->[ \t]+{_STAMP}[^\n]*\n[^\n]*\S", re.MULTILINE)
_REGION_PARTS = 2
_BROKEN = 500
_REMOVES_NOTHING = "no version of BigBlueButton is known to remove a text track, whatever its document says"


def parameters(record_id: str, kind: Kind, lang: str, label: str) -> list[tuple[str, str]]:
    """Return the call's parameters but for `lang`, whose spelling `spellings` tells.

    Raises:
        UsageError: one of them would be refused, or break the player's list of captions.
    """
    if not _LABEL.fullmatch(label.strip()):
        raise UsageError(
            f"label {label[:80]!r} is empty, too long, or holds quotes, backslashes or control characters"
        )
    return [*identity(record_id, kind, lang), ("label", label.strip())]


def identity(record_id: str, kind: Kind, lang: str) -> list[tuple[str, str]]:
    """Return the parameters that name one track, but for `lang`.

    Raises:
        UsageError: one of them would be refused.
    """
    if kind not in KINDS:
        raise UsageError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    if not _LANG.fullmatch(lang):
        raise UsageError(f"{lang[:40]!r} is not a language tag like en or pt-BR")
    return [("recordID", record_id), ("kind", kind)]


def spellings(lang: str, separators: Sequence[str]) -> tuple[str, ...]:
    """Return the ways to write *lang*, in the order in which to try them, each once.

    Early servers with captions take the documented `pt-BR` alone; later ones
    parse a Java locale, refuse that with `invalidLang`, and take `pt_BR`.
    """
    return tuple(dict.fromkeys(_spelled(lang, separator) for separator in separators or ("-",)))


def _spelled(lang: str, separator: str) -> str:
    """Return *lang* with its parts in the usual case: Java's locales take pt_BR, and neither PT_BR nor pt_br."""
    language, *rest = re.split("[-_]", lang)
    parts = (part.upper() if len(part) == _REGION_PARTS else part for part in rest)
    return separator.join((language.lower(), *parts))


def is_invalid_lang(problem: BbbRejectedError) -> bool:
    """Tell whether the server could not parse the language tag: then it stored nothing."""
    return problem.message_key.lower() == INVALID_LANG.lower()


def unspeakable(call: str, lang: str, tried: Sequence[str]) -> BbbRejectedError:
    """Return the error for a language that the server takes in none of its spellings."""
    bare = re.split("[-_]", lang)[0].lower()
    remedy = f"use the bare language {bare!r}, or one with a region, in the file's name or by lang_map in bbbkeep.yaml"
    return BbbRejectedError(
        call, f"the server takes no {lang!r} (tried {', '.join(tried)}); {remedy}", INVALID_LANG
    )


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


def removal_answer(body: Body) -> tuple[str, str]:
    """Return message key and message of a removal that the server did not refuse.

    Raises:
        BbbRejectedError: nothing was removed.  HTTP 500 says so too: every
            version has failed to build the documented answer, or to find a
            file in a request that has none, and none has removed anything.
    """
    with closing(body):
        if body.status == _BROKEN:
            raise BbbRejectedError(body.call, f"answered HTTP {_BROKEN}; {_REMOVES_NOTHING}", NO_REMOVAL)
        try:
            response = judging.successful_response(body)
        except BbbRejectedError as problem:
            if problem.message_key.lower() != NO_REMOVAL:
                raise
            raise BbbRejectedError(
                problem.call, f"{problem.problem} {_REMOVES_NOTHING}", NO_REMOVAL
            ) from None
    fields = fields_of(response)
    return fields.get("messageKey") or fields.get("key") or "", answers.one_line(fields.get("message") or "")
