r"""Cues -> WebVTT text: a header line and cue blocks, nothing else, for either target.

BigBlueButton's server rewrites every upload with ffmpeg, which turns `&lt;` into
a raw `<` and `{x}` into `\{x\}`, but passes numeric references through, which
browsers decode.  STYLE, REGION or stray text would make it stop reading.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bbbkeep.captions.cues import Cue, Marks, Run, Target, common, name_of, tidy
from bbbkeep.captions.spans import only_basic

HEADER = "WEBVTT\n"
_ESCAPES = {
    "bbb": str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>{}\\"}),
    "player": str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}),
}
_ESCAPED = re.compile(r"[&<>{}\\]")
_NEEDS_NOTE = {"v", "lang"}


@dataclass(frozen=True, slots=True)
class Block:
    """A cue as it is written; equal blocks are one to a viewer, and ffmpeg drops the second."""

    start_ms: int
    end_ms: int
    settings: str
    text: str


def block_of(cue: Cue, target: Target) -> Block:
    """Return the cue's block; its text is empty if nothing is left to see."""
    bare = target == "bbb"
    runs = cue.runs
    if any(run.marks for run in runs):
        runs = tuple(Run(run.text, _valid(run.marks, bare=bare), run.at_ms) for run in runs)
    text = "".join(_pieces(tidy(runs), target, (cue.start_ms, cue.end_ms)))
    return Block(cue.start_ms, cue.end_ms, "" if bare else cue.settings, text)


@lru_cache(maxsize=256)
def _valid(marks: Marks, *, bare: bool) -> Marks:
    """Return the spans to write: WebVTT demands a name of a voice and a language, so a nameless one keeps its classes.

    A voice inside a voice, where an author never ended the first, is not valid: the inner one speaks.
    """
    if bare:
        return only_basic(marks)
    named = [*filter(None, map(_named, marks))]
    speaks = max((at for at, mark in enumerate(named) if name_of(mark) == "v"), default=0)
    return tuple(mark for at, mark in enumerate(named) if at >= speaks or name_of(mark) != "v")


def _named(mark: str) -> str:
    name = name_of(mark)
    if name not in _NEEDS_NOTE or " " in mark:
        return mark
    return f"c{mark.removeprefix(name)}" if "." in mark else ""


def document(blocks: Iterable[Block]) -> str:
    """Return the whole file."""
    return HEADER + "".join(map(_lines, blocks))


def _lines(block: Block) -> str:
    settings = f" {block.settings}" if block.settings else ""
    return f"\n{stamp(block.start_ms)} --> {stamp(block.end_ms)}{settings}\n{block.text}\n"


def stamp(ms: int) -> str:
    """Return `HH:MM:SS.mmm`."""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"


def _pieces(runs: Iterable[Run], target: Target, span: tuple[int, int]) -> Iterator[str]:
    standing: Marks = ()
    latest = span[0]
    for run in runs:
        shared = common(standing, run.marks)
        yield from _turn(standing[len(shared) :], run.marks[len(shared) :])
        standing = run.marks
        if (
            target == "player" and run.at_ms is not None and latest < run.at_ms < span[1]
        ):  # others are invalid
            latest = run.at_ms
            yield f"<{stamp(latest)}>"
        yield _escaped(run.text, target)
    yield from _turn(standing, ())


def _escaped(text: str, target: Target) -> str:
    return text.translate(_ESCAPES[target]) if _ESCAPED.search(text) else text


def _turn(closing: Marks, opening: Marks) -> Iterator[str]:
    for mark in reversed(closing):
        yield f"</{name_of(mark)}>"
    for mark in opening:
        yield f"<{mark.translate(_ESCAPES['player'])}>"
