"""Caption file bytes -> clean WebVTT and an account of what became of every event.  Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import webvtt as webvtt_py
from webvtt.models import Caption

from bbbkeep.captions import srt, substation, vtt
from bbbkeep.captions.cues import Cue, Target, name_of
from bbbkeep.captions.decode import decode
from bbbkeep.captions.reading import MAX_CUES, Reader, Reading
from bbbkeep.captions.write import HEADER, Block, block_of, document
from bbbkeep.errors import CaptionError

READERS: Mapping[str, Reader] = {
    ".srt": srt.read,
    ".ass": substation.read,
    ".ssa": substation.read,
    ".vtt": vtt.read,
}
"""Ending -> reader.  A new format is one module with `read` and one line here."""

MAX_MS = 2**32 - 1
"""The server's ffmpeg wraps WebVTT times at 2^32 ms (1,193 hours)."""

_AT_ONCE = 5_000
_LOST_WITH = {"v": "voices", "c": "classes", "lang": "languages", "ruby": "ruby", "rt": "ruby"}
_SIGNS = (
    (".vtt", re.compile(r"WEBVTT(?:\s|$)")),
    (
        ".ass",
        re.compile(
            r"^[ \t]*\[(?:script info|v4\+? styles\+?|events)\]|^Dialogue:[^\n,]{0,40},\s*\d+:\d\d:",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    (".srt", re.compile(r"\d:\d\d(?:[.,:]\d{1,9})?\s{0,9}-{1,9}>")),
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What one file became: `events` = `cues` + the sum of `drops`.

    `lost_at_server` counts what cues of the source have and no viewer of the
    recording will see: for target player, only what WebVTT here does not hold.
    """

    webvtt: str = field(repr=False)
    encoding: str
    events: int
    cues: int
    drops: Mapping[str, int]
    lost_at_server: Mapping[str, int]


def convert(data: bytes, name: str, *, target: Target = "bbb", encoding: str | None = None) -> Conversion:
    """Convert the file called *name* for *target*; its own output converts to itself.

    *encoding* overrides what the bytes look like.

    Raises:
        CaptionError: not readable, too large, or no cue is left.
        UsageError: there is no such *encoding*.
    """
    text, encoding = decode(data, name, encoding)
    reading = _read(text, name)
    blocks, drops = _kept(reading, target)
    if not blocks:
        raise CaptionError(name, f"no cues; nothing to upload{_told(drops)}")
    if len(blocks) + drops.total() != reading.events:
        raise CaptionError(
            name, f"{reading.events} events but {len(blocks)} cues{_told(drops)}; not converted"
        )
    lost, events = _lost(reading, target), reading.events
    reading.cues.clear()  # a large file's cues and its re-reading need not fill memory together
    webvtt = _checked(blocks, name)
    return Conversion(webvtt, encoding, events, len(blocks), _positive(drops), _positive(lost))


def _read(text: str, name: str) -> Reading:
    """Read by what the text looks like, else by the file's ending: endings lie more often."""
    ending = PurePath(name).suffix.lower()
    looks = next((sign for sign, pattern in _SIGNS if _shows(pattern, sign, text)), ending)
    if looks not in READERS:
        raise CaptionError(name, "neither SRT, SSA/ASS nor WebVTT")
    try:
        reading = READERS[looks](text)
    except ValueError as error:
        raise CaptionError(name, f"not readable as {looks}: {error}") from None
    if reading.events > MAX_CUES:
        raise CaptionError(name, f"{reading.events:,} events, the limit is {MAX_CUES:,}; split it")
    return reading


def _shows(pattern: re.Pattern[str], sign: str, text: str) -> bool:
    return (pattern.match if sign == ".vtt" else pattern.search)(text) is not None


def _kept(reading: Reading, target: Target) -> tuple[list[Block], Counter[str]]:
    """Return the blocks to write, by time, and all drops by reason."""
    kept: dict[Block, None] = {}
    drops = Counter(reading.drops)
    for cue in reading.cues:
        reason = _untimely(cue, target)
        block = None if reason else block_of(_from_zero(cue), target)
        if block is None or not block.text or block in kept:
            drops[reason or ("duplicate" if block and block.text else "empty")] += 1
        else:
            kept[block] = None
    return sorted(kept, key=lambda block: (block.start_ms, block.end_ms)), drops


def _untimely(cue: Cue, target: Target) -> str:
    if cue.end_ms < cue.start_ms or cue.end_ms <= 0 > cue.start_ms:
        return "negative"
    if cue.end_ms == cue.start_ms:
        return "zero_length"
    return "too_late" if target == "bbb" and cue.end_ms > MAX_MS else ""


def _from_zero(cue: Cue) -> Cue:
    """Let a cue that begins before the recording begin with it, as moving cues in time does."""
    return replace(cue, start_ms=0) if cue.start_ms < 0 else cue


def _lost(reading: Reading, target: Target) -> Counter[str]:
    """Count cues by what of them the server, or this conversion, will not show."""
    lost = Counter(reading.unkept)
    for cue in reading.cues:
        lost.update(cue.unkept)
        if target == "bbb" and cue.settings and "positions" not in cue.unkept:
            lost["positions"] += 1
        if target == "bbb":
            lost.update(_marked(cue))
    return lost


def _marked(cue: Cue) -> set[str]:
    marks = {mark for run in cue.runs for mark in run.marks}
    lost = {_LOST_WITH[name_of(mark)] for mark in marks if name_of(mark) in _LOST_WITH}
    lost |= {"classes" for mark in marks if "." in mark.split(" ", 1)[0]}
    return lost | {"karaoke" for run in cue.runs if run.at_ms is not None}


def _checked(blocks: Sequence[Block], name: str) -> str:
    """Return what is written, read again by webvtt-py, strictly, and compared; piece by piece, to bound memory."""
    written = []
    for first in range(0, len(blocks), _AT_ONCE):
        piece = blocks[first : first + _AT_ONCE]
        text = document(piece)
        captions = webvtt_py.from_string(text, strict=True).captions
        found = [Block(*_span(caption), str(caption.settings), caption.raw_text) for caption in captions]
        if found != piece:
            raise CaptionError(name, "what was written does not read back as it was meant; not converted")
        written.append(text.removeprefix(HEADER))
    return HEADER + "".join(written)


def _span(caption: Caption) -> tuple[int, int]:
    return caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()


def _told(drops: Counter[str]) -> str:
    told = ", ".join(
        f"{count} {reason.replace('_', ' ')}" for reason, count in sorted(drops.items()) if count
    )
    return f" ({told})" if told else ""


def _positive(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
