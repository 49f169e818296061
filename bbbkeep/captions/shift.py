"""Move the cues of a WebVTT of ours in time.  Pure."""

import re
from collections.abc import Iterable

from bbbkeep.captions.write import stamp
from bbbkeep.errors import CaptionError

# Our own output alone: whole stamps, and no `>` in any cue's text.
_SPAN = re.compile(r"^(\d{2,}):(\d\d):(\d\d)\.(\d{3}) --> (\d{2,}):(\d\d):(\d\d)\.(\d{3})", re.ASCII)


def shifted(webvtt: str, offset_ms: int, file: str) -> tuple[str, int]:
    """Return the text with all cues *offset_ms* later, and how many were dropped.

    A cue that begins before 0 begins at 0; one that would end there, or is
    the same as another then, is dropped.

    Raises:
        CaptionError: no cue is left.
    """
    if not offset_ms:
        return webvtt, 0
    header, *blocks = webvtt.split("\n\n")
    moved = [_moved(block.rstrip("\n"), offset_ms) for block in blocks]
    # Cut at 0 two cues may have become one; the server drops the second.
    kept = list(dict.fromkeys(block for block in moved if block))
    if blocks and not kept:
        raise CaptionError(file, f"no cue is left when all are moved by {offset_ms / 1000:g} s")
    return "\n\n".join([header.rstrip("\n"), *kept]) + "\n", len(moved) - len(kept)


def _moved(block: str, offset_ms: int) -> str:
    first, _, text = block.partition("\n")
    found = _SPAN.match(first)
    if found is None:
        return block
    numbers = [int(part) for part in found.groups()]
    start, end = (_ms(part) + offset_ms for part in (numbers[:4], numbers[4:]))
    return f"{stamp(max(0, start))} --> {stamp(end)}{first[found.end() :]}\n{text}" if end > 0 else ""


def _ms(parts: Iterable[int]) -> int:
    hours, minutes, seconds, ms = parts
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
