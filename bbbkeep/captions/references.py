"""Character references such as `&amp;` and `&#38;`: read with a semicolon only, so that `AT&T` stays."""

import html
import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_AS_BROWSERS = re.compile(
    rf"{_REFERENCE.pattern}|&(?:{'|'.join(sorted((n for n in html5 if n[-1] != ';'), key=len, reverse=True))})"
)
"""Browsers know some old names without a semicolon too, in WebVTT as in HTML."""


def dereference_as_browsers(text: str) -> str:
    """Replace references as a browser does in a WebVTT cue."""
    return _AS_BROWSERS.sub(_character, text) if "&" in text else text


def dereference(text: str) -> str:
    """Replace each reference that stands for a character; others, `&nothing;` too, stay as they are."""
    return _REFERENCE.sub(_known, text) if "&" in text else text


def _known(match: re.Match[str]) -> str:
    return _character(match) if match[0][1] == "#" or match[0][1:] in html5 else match[0]


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match[0])
    return match[0] if "\ufffd" in found else found
