"""The cue: a span of time and its text, free of any file format's markup.

A cue's text is a row of runs; each run names the spans it stands in by WebVTT's
own words (`b`, `i`, `u`, `v Fred`, `c.loud`), outermost first, so that what is
written from them is always balanced.  Free of reading and writing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

Target = Literal["bbb", "player"]
"""Who reads the WebVTT: a BigBlueButton server, whose ffmpeg rewrites it, or a player."""

Marks = tuple[str, ...]

_NAME = re.compile("[a-z]+")
_EDGE = " \t\ufeff"
"""What is trimmed off a line: a byte order mark at its start would go when the file is read again."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters: no viewer shows them, and NUL ends a text for ffmpeg.  Tab and line feed stay."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters (a line feed is a break) inside the same spans; `at_ms` is a karaoke stamp before them."""

    text: str
    marks: Marks = ()
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed text.  Times are milliseconds from the recording's start.

    `settings` are WebVTT's cue settings (place on the screen); `unkept` names
    what the source had and this form can't hold, such as colours.
    """

    start_ms: int
    end_ms: int
    runs: tuple[Run, ...]
    settings: str = ""
    unkept: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The plain characters, without markup."""
        return "".join(run.text for run in self.runs)


def name_of(mark: str) -> str:
    """Return the element's name of a mark: `v` for `v.loud Fred`."""
    match = _NAME.match(mark)
    return match[0] if match else ""


def common(left: Marks, right: Marks) -> Marks:
    """Return the spans, from outermost, that both stand in."""
    return tuple(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Close up blank lines, trim each line, drop control characters and join equal neighbours.

    A line of nothing but white space would end the cue for some readers.
    """
    runs = [_seen(run) for run in runs]
    if len(runs) == 1:
        return _tidy_alone(runs[0])
    kept = [line for line in map(_trimmed, _lines(runs)) if any(run.text.strip() for run in line)]
    return _joined(_with_breaks(kept))


def _seen(run: Run) -> Run:
    return Run(_UNSEEN.sub("", run.text), run.marks, run.at_ms) if _UNSEEN.search(run.text) else run


def _tidy_alone(run: Run) -> tuple[Run, ...]:
    """Do what `tidy` does to the one run that most cues have, in less time."""
    text = "\n".join(line for line in map(_stripped, run.text.split("\n")) if line.strip())
    return (Run(text, run.marks, run.at_ms),) if text else ()


def _stripped(line: str) -> str:
    return line.strip(_EDGE)


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(Run(first, run.marks, run.at_ms))
        lines += [[Run(other, run.marks)] for other in others]
    return lines


def _trimmed(line: list[Run]) -> list[Run]:
    first = next((at for at, run in enumerate(line) if run.text.strip(_EDGE)), len(line))
    last = next((at for at in reversed(range(len(line))) if line[at].text.strip(_EDGE)), -1)
    kept = line[first : last + 1]
    if kept:
        kept[0] = Run(kept[0].text.lstrip(_EDGE), kept[0].marks, kept[0].at_ms)
        kept[-1] = Run(kept[-1].text.rstrip(_EDGE), kept[-1].marks, kept[-1].at_ms)
    return kept


def _with_breaks(lines: Sequence[list[Run]]) -> Iterable[Run]:
    for number, line in enumerate(lines):
        if number:
            yield Run("\n", common(lines[number - 1][-1].marks, line[0].marks))
        yield from line


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    groups: list[tuple[list[str], Run]] = []
    for run in runs:
        if not run.text:
            continue
        if groups and groups[-1][1].marks == run.marks and run.at_ms is None:
            groups[-1][0].append(run.text)
        else:
            groups.append(([run.text], run))
    return tuple(Run("".join(texts), first.marks, first.at_ms) for texts, first in groups)
