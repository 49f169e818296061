"""Read WebVTT through webvtt-py, which loses no cue a browser shows, and count what a browser does not.

webvtt-py passes over malformed blocks in silence, so the blocks are counted
here and the difference becomes drops with a reason.
"""

import re
from collections.abc import Iterator

import webvtt
from webvtt.errors import MalformedFileError
from webvtt.models import Caption, CueSettings

from bbbkeep.captions.cues import Cue
from bbbkeep.captions.reading import Reading
from bbbkeep.captions.spans import runs_of

_COMMAS = re.compile(r"^([ \t]*[\d:]{4,20}),(\d{1,3}[ \t]*-->[ \t]*[\d:]{4,20}),(\d{1,3})", re.MULTILINE)
_SETTINGS = ("vertical", "line", "position", "size", "align")


def read(text: str) -> Reading:
    """Read every cue; blocks without readable times and text outside a cue are counted as dropped.

    Raises:
        ValueError: the text does not begin with WEBVTT.
    """
    reading = Reading(cues=list(cues_in(_COMMAS.sub(r"\1.\2.\3", text))))
    timings, stray, stylesheets = _census(text)
    reading.drops["unreadable"] = max(0, timings - len(reading.cues))
    reading.drops["stray_text"] = stray
    reading.unkept["stylesheets"] = stylesheets
    reading.events = len(reading.cues) + reading.drops.total()
    return reading


def cues_in(text: str) -> Iterator[Cue]:
    """Yield the cues webvtt-py finds, in file order.

    Raises:
        ValueError: the text does not begin with WEBVTT.
    """
    try:
        captions = webvtt.from_string(text).captions
    except MalformedFileError:
        raise ValueError("does not begin with WEBVTT") from None
    return map(_cue, captions)


def _cue(caption: Caption) -> Cue:
    runs, unkept = runs_of(caption.raw_text)
    if caption.settings.region:
        unkept |= {"regions"}
    start, end = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
    return Cue(start, end, runs, _settings(caption.settings), unkept)


def settings_in(text: str) -> str:
    """Return the valid cue settings of what stands behind a cue's times."""
    return _settings(CueSettings.from_string(text))


def _settings(settings: CueSettings) -> str:
    """Return the valid settings, each once; regions are not written, so neither is a cue's region."""
    if not settings:
        return ""
    values = ((name, getattr(settings, name)) for name in _SETTINGS)
    return " ".join(f"{name}:{value}" for name, value in values if value is not None)


def _census(text: str) -> tuple[int, int, int]:
    """Count timing lines, blocks of text outside any cue, and STYLE blocks."""
    timings = stray = stylesheets = 0
    for number, block in enumerate(_blocks(text)):
        note = block[0].startswith("NOTE")
        arrows = sum("-->" in line for line in block[1 if note else 0 :])
        timings += arrows
        if block[0].rstrip() == "STYLE":
            stylesheets += 1
        elif not arrows and number and not note and not block[0].startswith("REGION"):
            stray += 1
    return timings, stray, stylesheets


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.split("\n"):
        if line:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
