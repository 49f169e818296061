"""What `ffmpeg -i SRC -map 0:s -f webvtt OUT` makes of an uploaded file, as a rule set.

Measured on ffmpeg 5.1, the stage that every upload to BigBlueButton passes;
`ffmpeg.py` runs the real one.
"""

import codecs
import re

from bbbkeep.standin.demuxers import READERS, Cue, recognised

_WRAP_MS = 2**32
_HOUR_MS = 3_600_000
_INVALID_UTF8 = re.compile("[\udc80-\udcff]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def convert(content: bytes) -> str | None:
    """Convert a file to WebVTT, None where ffmpeg would refuse it.

    An exit code of 0 promises little: the result may be an empty track.
    """
    kind = recognised(text := _decoded(content))
    if kind == "" or (kind == "webvtt" and content.startswith(_UTF16)):
        return None
    cues = READERS[kind](text if kind == "subrip" else text.replace("\r\n", "\n"))
    readable = [cue for cue in cues if not _INVALID_UTF8.search(cue.text)]
    return None if cues and not readable else _written(readable)


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def _written(cues: list[Cue]) -> str:
    """Write cues in order of their start, without exact duplicates and empty ones."""
    kept = list(
        dict.fromkeys(sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: cue.start_ms))
    )
    nexts = [*(cue.start_ms for cue in kept[1:]), None]
    blocks = (
        f"\n{_stamp(cue.start_ms)} --> {_stamp(_end(cue, after))}\n{cue.text}\n"
        for cue, after in zip(kept, nexts, strict=False)
    )
    return "WEBVTT\n" + "".join(blocks)


def _end(cue: Cue, after: int | None) -> int:
    """Return the end; one before the start becomes the next cue's start, or wraps an unsigned 32-bit duration."""
    if cue.end_ms >= cue.start_ms:
        return cue.end_ms
    return cue.end_ms + _WRAP_MS if after is None else after


def _stamp(ms: int) -> str:
    minutes, rest = divmod(ms % _HOUR_MS, 60_000)
    hours = f"{ms // _HOUR_MS:02}:" if ms >= _HOUR_MS else ""
    return f"{hours}{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
