"""Metadata values: when two are the same, and which are secrets.

Light and pure, so that plans and the metadata room may compare what was read
back with what was sent.
"""

import hashlib
import re

_WHITESPACE = re.compile(r"[ \t\r\n]+")
_RESERVED = ("endcallbackurl", "analytics-callback-url")
_SIGNED = re.compile(r"[?@]|checksum=|token=", re.IGNORECASE)

MASK = "masked:"


def collapsed(value: str) -> str:
    """Return *value* with each run of whitespace as one space, and none at its ends."""
    return _WHITESPACE.sub(" ", value).strip(" ")


def same_value(one: str, other: str) -> bool:
    """Whether two metadata values are equal as far as a server keeps them.

    BigBlueButton rewrites metadata.xml through a pretty printer, which wraps
    long values at column 80.
    """
    return one == other or collapsed(one) == collapsed(other)


def masked(key: str, value: str) -> str:
    """Return *value*, or its hash where it is a callback or a URL that opens something.

    The hash stays the same as long as the value does: a fingerprint can be
    taken of it.
    """
    if "://" not in value and key[-3:].lower() != "url":  # most values: every reserved key ends so
        return value
    if not value or not _secret(key.lower(), value):
        return value
    return MASK + hashlib.sha256(collapsed(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _secret(key: str, value: str) -> bool:
    if key in _RESERVED or key.endswith("-recording-ready-url"):
        return True
    return "://" in value and _SIGNED.search(value) is not None and (key.endswith("url") or _opens(value))


def _opens(value: str) -> bool:
    lowered = value.lower()
    return "checksum=" in lowered or "token=" in lowered
