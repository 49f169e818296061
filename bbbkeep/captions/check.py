"""What accessibility guides ask of captions, as advice: nothing here changes or refuses a file.  Pure.

Limits are Netflix's Timed Text Style Guide's (lines, characters, duration, gap;
reading speed as of 2024); how much of a recording should be covered is ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import Any

from bbbkeep.captions.compare import cues_of
from bbbkeep.captions.convert import convert
from bbbkeep.captions.cues import Cue
from bbbkeep.captions.write import stamp
from bbbkeep.errors import CaptionError

_TAIL = (
    "[\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf"
    "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u20ac\u2020-\u2022\u2030\u2122]"
)
"""What the later bytes of a UTF-8 letter become in a Western encoding, but for spaces, quotes and dots."""

_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00d0\u00d1][\u0080-\u00bf\u0152\u0153\u0178\u2018-\u203a]|\u00e2\u20ac|\ufffd"
    rf"|[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|[\u00c0-\u00ff]{{5}}|(?:[\u0420\u0421]\S){{4}}"
)
"""UTF-8 once read as Latin or Cyrillic, Cyrillic once read as Latin, or what was lost on the way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked; every finding is named by what it passes."""

    max_lines: int = 2
    max_characters_a_line: int = 42
    max_characters_a_second: float = 20
    min_duration_ms: int = 833
    max_duration_ms: int = 7000
    min_gap_ms: int = 83
    min_coverage_percent: float = 20


@dataclass(frozen=True, slots=True)
class Advice:
    """How many cues are not as asked, and when the first of them begins (None: the file as a whole)."""

    what: str
    count: int
    first: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """One file's errors and advice; `error` is None where it can be converted."""

    file: str
    encoding: str | None = None
    events: int = 0
    cues: int = 0
    coverage_percent: float | None = None
    drops: Mapping[str, int] = field(default_factory=dict)
    advice: tuple[Advice, ...] = ()
    error: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def check(
    data: bytes,
    name: str,
    limits: Limits,
    *,
    duration_ms: int | None = None,
    encoding: str | None = None,
) -> Checked:
    """Check one file; *duration_ms* is the recording's length, if known.

    Raises:
        UsageError: there is no such *encoding*.
    """
    try:
        done = convert(data, name, target="player", encoding=encoding)
    except CaptionError as error:
        return Checked(name, error=error.problem)
    cues = cues_of(done.webvtt)
    coverage = 100 * _shown_ms(cues) / duration_ms if duration_ms else None
    found = [*_found(cues, limits, duration_ms)]
    advice = [*_counted(found)]
    if coverage is not None and coverage < limits.min_coverage_percent:
        advice.append(Advice("low_coverage", 1, None))
    rounded = None if coverage is None else round(coverage, 1)
    return Checked(name, done.encoding, done.events, done.cues, rounded, done.drops, tuple(advice))


def _found(cues: Sequence[Cue], limits: Limits, duration_ms: int | None) -> Iterator[tuple[str, Cue]]:
    for cue in cues:
        yield from ((what, cue) for what in _of_text(cue, limits))
        yield from ((what, cue) for what in _of_time(cue, limits, duration_ms))
    shown_until = accumulate((cue.end_ms for cue in cues), max)
    for until, cue in zip(shown_until, cues[1:], strict=False):
        gap = cue.start_ms - until
        if gap < 0:
            yield "overlap", cue
        elif 0 < gap < limits.min_gap_ms:
            yield "short_gap", cue


def _of_text(cue: Cue, limits: Limits) -> Iterator[str]:
    lines = cue.text.split("\n")
    if len(lines) > limits.max_lines:
        yield "too_many_lines"
    if max(map(len, lines)) > limits.max_characters_a_line:
        yield "long_line"
    if len(cue.text) * 1000 > limits.max_characters_a_second * (cue.end_ms - cue.start_ms):
        yield "fast_reading"
    if _MOJIBAKE.search(cue.text):
        yield "suspected_mojibake"


def _of_time(cue: Cue, limits: Limits, duration_ms: int | None) -> Iterator[str]:
    lasts = cue.end_ms - cue.start_ms
    if lasts < limits.min_duration_ms:
        yield "short_duration"
    elif lasts > limits.max_duration_ms:
        yield "long_duration"
    if duration_ms is not None and cue.end_ms > duration_ms:
        yield "beyond_the_end"


def _counted(found: Sequence[tuple[str, Cue]]) -> Iterator[Advice]:
    by_what: dict[str, list[Cue]] = {}
    for what, cue in found:
        by_what.setdefault(what, []).append(cue)
    for what, cues in sorted(by_what.items()):
        yield Advice(what, len(cues), stamp(cues[0].start_ms))


def _shown_ms(cues: Sequence[Cue]) -> int:
    """Return how long at least one cue is shown; *cues* are sorted by start."""
    shown = until = 0
    for cue in cues:
        shown += max(0, cue.end_ms - max(cue.start_ms, until))
        until = max(until, cue.end_ms)
    return shown
