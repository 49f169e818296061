"""Character references such as `&amp;` and `&#38;`: read with a semicolon only, so that `AT&T` stays."""

import html
import re

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def dereference(text: str) -> str:
    """Replace each reference that stands for a character; others stay as they are."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match[0])
    return match[0] if "\ufffd" in found else found
