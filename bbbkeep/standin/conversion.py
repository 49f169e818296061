"""What `ffmpeg -i SRC -map 0:s -f webvtt OUT` makes of an uploaded file, as a rule set.

Measured on ffmpeg 5.1, the stage that every upload to BigBlueButton passes;
`ffmpeg.py` runs the real one.
"""

import codecs

from bbbkeep.standin.demuxers import READERS, Cue, recognised

_WRAP_MS = 2**32
_HOUR_MS = 3_600_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def convert(content: bytes) -> str | None:
    """Convert a file to WebVTT, None where ffmpeg would refuse it.

    An exit code of 0 promises little: the result may be an empty track.
    """
    text = _decoded(content)
    kind = recognised(text)
    if kind == "" or (kind == "webvtt" and not _plain_utf8(content)):
        return None
    return _written(READERS[kind](text if kind == "subrip" else text.replace("\r\n", "\n")))


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def _plain_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _written(cues: list[Cue]) -> str:
    """Write cues in order of their start, without exact duplicates and empty ones."""
    kept = dict.fromkeys(sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: cue.start_ms))
    blocks = (f"\n{_stamp(cue.start_ms)} --> {_stamp(_end(cue))}\n{cue.text}\n" for cue in kept)
    return _clean("WEBVTT\n" + "".join(blocks))


def _end(cue: Cue) -> int:
    """Return the end; one before the start wraps around an unsigned 32-bit duration."""
    return cue.end_ms if cue.end_ms >= cue.start_ms else cue.end_ms + _WRAP_MS


def _stamp(ms: int) -> str:
    minutes, rest = divmod(ms % _HOUR_MS, 60_000)
    hours = f"{ms // _HOUR_MS:02}:" if ms >= _HOUR_MS else ""
    return f"{hours}{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _clean(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")
