"""Repair the bytes of an answer that is no XML, so that it can be parsed strictly after all.

Drops what XML 1.0 forbids and escapes what a server left unescaped: lxml's
own recovery would leave out whole recordings without a word.  Knows
characters and tags, not elements; linear in time, and bounded in memory.
"""

import codecs
import re
from typing import IO

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_LONGEST_REFERENCE = 14
_LEGAL = ((9, 10, 13), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))

_NAME = r"[^\W\d][\w.:-]*"
_ATTRIBUTE = rf"""\s+{_NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*')"""
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_STRAY = re.compile(
    r"<!\[CDATA\[.*?\]\]>"
    r"|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,10}|#x[0-9a-fA-F]{1,8});)"
    # Scalelite prints a metadata key as a tag whatever it holds: <1 x>value</1 x>
    rf"|<(?![!?]|/{_NAME}\s*>|{_NAME}(?:{_ATTRIBUTE})*\s*/?>)",
    re.DOTALL,
)
_ESCAPES = {"&": "&amp;", "<": "&lt;"}

_LONGEST_TAG = 256 * 1024
"""Characters of one tag or CDATA section; a document with a longer one is not repaired."""

_DECLARATION = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,200}>"""
)
_ENCODINGS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16"}


def encoding_of(head: bytes) -> str:
    """Return the encoding that the first bytes of a document name; UTF-8 if none, or none that a server has."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8))
    try:
        name = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    except LookupError:
        return "utf-8"
    return name if name in _ENCODINGS - {"utf-16"} else "utf-8"


class Repaired:
    """What is left of *source*, as UTF-8, in chunks.

    Older recordings hold control characters, and then the whole listing is
    no XML; bytes that are no text become U+FFFD.
    """

    def __init__(self, source: IO[bytes], encoding: str) -> None:
        self._source, self._held = source, ""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int = -1, /) -> bytes:
        while raw := self._source.read(size):
            text = self._held + self._decoder.decode(raw)
            text, self._held = _cut(text)
            if len(self._held) > _LONGEST_TAG:
                return b""
            if repaired := _repaired(text):
                return repaired
        rest, self._held = self._held + self._decoder.decode(b"", final=True), ""
        return _repaired(rest)


def _cut(text: str) -> tuple[str, str]:
    """Split off a reference, a tag or a CDATA section that may go on in the next chunk."""
    after_tag = text.rfind(">") + 1
    starts = (
        text.rfind("&", max(after_tag, len(text) - _LONGEST_REFERENCE)),
        text.find("<", after_tag),
        text.find(_CDATA, text.rfind(_CDATA_END) + 1),
    )
    start = min((one for one in starts if one >= 0), default=len(text))
    return text[:start], text[start:]


def _repaired(text: str) -> bytes:
    legal = _FORBIDDEN.sub("", _REFERENCE.sub(_legal, text))
    return _STRAY.sub(_escaped, legal).encode("utf-8", "replace")


def _legal(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if any(code in legal for legal in _LEGAL) else ""


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], found[0])
