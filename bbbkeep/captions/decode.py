"""Bytes of a caption file -> text, or a clear refusal; never a replacement character."""

import codecs
import re
import string

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
_ENDS = re.compile(rb"[\r\n]")
_WIDE_ENDS = re.compile(rb"[\r\n]\0|\0[\r\n]")
_NEARLY_ALL = 0.9
_ISO_2022 = re.compile(rb"\x1b[$(][@-J]")
_SEQUENCES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MOST = 0.7
_ASCII, _HIGH = bytes(range(128)), bytes(range(128, 256))
_LETTERS = string.ascii_letters.encode()
_SIGNS = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa9\xae\xb0\xc4\xd6\xdc\xdf\xe4\xe7\xe9\xf6\xfc"
"""In Windows' encodings for Latin letters: euro, dots, quotes, dashes, signs, and the umlauts, c and e of loan words."""

_LETTERS_A_SIGN = 3
_STRAY_MARK = re.compile("^\ufeff+", re.MULTILINE)
"""Marks at the start of a line: files that were joined, or marked twice."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_REMEDY = "save it as UTF-8, or name its encoding: --encoding, or the column of a manifest"


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text, lines ending in a line feed, and the name of its encoding.

    Tried in this order: byte order mark, NULs beside the line ends, strict UTF-8, chardet's guess;
    *encoding* overrides all.

    Raises:
        CaptionError: too large, or no encoding fits well enough.
        UsageError: there is no such *encoding*.
    """
    if len(data) > MAX_BYTES:
        raise CaptionError(name, f"{len(data):,} bytes, the limit is {MAX_BYTES:,}; split it")
    encoding = (
        (named(encoding) if encoding else None)
        or _marked(data)
        or _wide(data)
        or _utf8(data, name)
        or _western(data)
    )
    encoding = encoding or _guessed(data, name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"not readable as {encoding} at byte {error.start}; {_REMEDY}"
        raise CaptionError(name, problem) from None
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _STRAY_MARK.sub("", text) if "\ufeff" in text else text, encoding.removesuffix("-sig")


def named(encoding: str) -> str:
    """Return Python's name of an encoding that somebody wrote.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        "".encode(encoding)  # refuses codecs that are no text encoding, too
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise UsageError(f"encoding {encoding[:40]!r}: not one Python knows; try utf-8 or cp1252") from None


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _wide(data: bytes) -> str | None:
    """Name UTF-16 or UTF-32 that has lost its mark; in Cyrillic or Arabic it is valid UTF-8, too."""
    sample = data[:_SAMPLE]
    if 2 * len(_WIDE_ENDS.findall(sample)) <= len(_ENDS.findall(sample)):
        return None
    empty = [4 * sample[at::4].count(0) / len(sample) for at in range(4)]
    if min(empty[:2]) > _NEARLY_ALL or min(empty[2:]) > _NEARLY_ALL:
        return "utf-32-le" if empty[3] > empty[0] else "utf-32-be"
    return "utf-16-le" if empty[1] + empty[3] > empty[0] + empty[2] else "utf-16-be"


def _utf8(data: bytes, name: str) -> str | None:
    """Name UTF-8 where it fits; ISO-2022 escapes fit as well, and mean something else.

    Raises:
        CaptionError: it is UTF-8 but for a few bytes; any other encoding would garble the rest.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        signs = len(data) - len(data.translate(None, _HIGH))
        if sum(map(len, _SEQUENCES.findall(data))) > _MOST * signs:
            problem = f"UTF-8, but not at byte {error.start}; mend it there, or name another encoding with --encoding"
            raise CaptionError(name, problem) from None
        return None
    return None if _ISO_2022.search(data) else "utf-8"


def _western(data: bytes) -> str | None:
    """Name Windows' Western encoding for a text with few quotes, dashes or accents: too little for a guess."""
    signs = data.translate(None, _ASCII)
    letters = len(data) - len(data.translate(None, _LETTERS))
    few = len(signs) * _LETTERS_A_SIGN <= letters
    return "windows-1252" if few and signs and not signs.strip(_SIGNS) else None


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
    begin = 0 if first < _SAMPLE // 2 else first - 1000
    return data[begin : begin + _SAMPLE]


def _leaves_controls(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return True
    return _CONTROLS.search(text) is not None
