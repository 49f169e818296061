"""Bytes of a caption file -> text, or a clear refusal; never a replacement character."""

import codecs
import re

import chardet

from bbbkeep.errors import CaptionError, UsageError

MAX_BYTES = 20_000_000
MIN_CONFIDENCE = 0.035
"""Measured with chardet 7: right guesses get 0.04 (English with a few quotes) to 0.8, wrong ones 0.03."""

_MARKS = (  # UTF-32's little-endian mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_STRAY_MARK = re.compile("^\ufeff+", re.MULTILINE)
"""Marks at the start of a line: files that were joined, or marked twice."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_REMEDY = "save it as UTF-8 and try again"


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text, lines ending in a line feed, and the name of its encoding.

    Tried in this order: byte order mark, strict UTF-8, chardet's guess; *encoding* overrides all.

    Raises:
        CaptionError: too large, or no encoding fits well enough.
        UsageError: there is no such *encoding*.
    """
    if len(data) > MAX_BYTES:
        raise CaptionError(name, f"{len(data):,} bytes, the limit is {MAX_BYTES:,}; split it")
    encoding = _named(encoding) or _marked(data) or ("utf-8" if _is_utf8(data) else _guessed(data, name))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"not readable as {encoding} at byte {error.start}; {_REMEDY}"
        raise CaptionError(name, problem) from None
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _STRAY_MARK.sub("", text) if "\ufeff" in text else text, encoding.removesuffix("-sig")


def _named(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        "".encode(encoding)  # refuses codecs that are no text encoding, too
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise UsageError(f"encoding {encoding!r}: not one Python knows; try utf-8 or cp1252") from None


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _looks_wide(data)


def _looks_wide(data: bytes) -> bool:
    """Tell whether every other byte is NUL more often than not: UTF-16 without its mark is valid UTF-8."""
    sample = data[:_SAMPLE]
    return sample.count(0) * 3 > len(sample)


def _guessed(data: bytes, name: str) -> str:
    guess = chardet.detect(_sample(data))
    encoding, confidence = guess["encoding"], guess["confidence"]
    if not encoding or confidence < MIN_CONFIDENCE or encoding.lower() == "ascii":
        raise CaptionError(name, f"not UTF-8, and its encoding can't be told; {_REMEDY}")
    if _leaves_controls(data, encoding):
        raise CaptionError(name, f"not UTF-8, and as {encoding} it holds control characters; {_REMEDY}")
    return encoding.lower()


def _sample(data: bytes) -> bytes:
    """Return the start, or what is around the first byte that is not ASCII if that comes later."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", data)), 0)
    begin = 0 if first < _SAMPLE // 2 or _looks_wide(data) else first - 1000
    return data[begin : begin + _SAMPLE]


def _leaves_controls(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return True
    return _CONTROLS.search(text) is not None
