r"""Cues -> WebVTT text: a header line and cue blocks, nothing else, for either target.

BigBlueButton's server rewrites every upload with ffmpeg, which turns `&lt;` into
a raw `<` and `{x}` into `\{x\}`, but passes numeric references through, which
browsers decode.  STYLE, REGION or stray text would make it stop reading.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bbbkeep.captions.cues import Cue, Marks, Run, Target, common, name_of, tidy
from bbbkeep.captions.spans import only_basic

_ESCAPES = {
    "bbb": str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>{}\\"}),
    "player": str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}),
}


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
    if bare:
        runs = tuple(Run(run.text, only_basic(run.marks)) for run in runs)
    text = "".join(_pieces(tidy(runs), target, (cue.start_ms, cue.end_ms)))
    return Block(cue.start_ms, cue.end_ms, "" if bare else cue.settings, text)


def document(blocks: Iterable[Block]) -> str:
    """Return the whole file."""
    return "WEBVTT\n" + "".join(map(_lines, blocks))


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
    escapes = _ESCAPES[target]
    standing: Marks = ()
    latest = span[0]
    for run in runs:
        shared = common(standing, run.marks)
        yield from _turn(standing[len(shared) :], run.marks[len(shared) :])
        standing = run.marks
        if run.at_ms is not None and latest < run.at_ms < span[1]:  # others are invalid
            latest = run.at_ms
            yield f"<{stamp(latest)}>"
        yield run.text.translate(escapes)
    yield from _turn(standing, ())


def _turn(closing: Marks, opening: Marks) -> Iterator[str]:
    for mark in reversed(closing):
        yield f"</{name_of(mark)}>"
    for mark in opening:
        yield f"<{mark.translate(_ESCAPES['player'])}>"
