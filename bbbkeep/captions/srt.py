r"""Read SubRip (SRT) as people write it: numbers missing or odd, hours left out, blank lines inside.

A timing line opens a cue; its text goes on to the next timing line, less that
one's number.  Known tags (b, i, u, font, s) and `{\...}` overrides are read,
any other `<x>` or `{x}` is text: lectures show code and formulas.  One pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bbbkeep.captions.cues import Cue, Run
from bbbkeep.captions.overrides import ZONES, Look, override
from bbbkeep.captions.reading import Reading
from bbbkeep.captions.references import dereference
from bbbkeep.captions.vtt import settings_in

_COLON = r"\s{0,3}[:\uff1a]\s{0,3}"
_STAMP = (
    rf"(?:([-\u2212])\s{{0,3}})?(?:(\d{{1,4}}){_COLON})?(\d{{1,4}}){_COLON}(\d{{1,4}})"
    r"(?:\s{0,3}[.,:;\uff0c\uff0e]\s{0,3}(\d{1,9}))?"
)
_ARROW = r"\s*(?:[-\u2010-\u2015\u2212]+\s?>|\u2192)"
_TIMING = re.compile(rf"\s*{_STAMP}{_ARROW}\s*{_STAMP}(|[^\d:.,].*)")
_BROKEN_TIMING = re.compile(rf"\s*-?\d+\s?[:\uff1a][\d:.,]*{_ARROW}\s*(?:[-\d]|$)")
_PLACE = re.compile(r"(?:\s*[XY][12]\s?:\s?-?\d+)+\s*", re.IGNORECASE)
_SETTINGS = re.compile(r"(?:\s+(?:vertical|line|position|size|align|region):\S+)+\s*")
_NUMBER = re.compile(r"\s*(\d{1,9})\s*")
_MARKUP = re.compile(
    r"<(/?)(?:(b|i|u|s)(?:\s+[a-z-]+\s*=[^<>]*|\s*/?)|(font)(?:\s[^<>]*|/)?)>|\{(\\[^{}]*)\}", re.IGNORECASE
)
"""What stands in a tag of one letter must look like attributes: `a<b && c>d` is a formula."""


@dataclass(slots=True)
class _Block:
    """A timing line, the number before it and the lines after it; times are None if unreadable."""

    times: tuple[int, int] | None
    lines: list[str] = field(default_factory=list)
    settings: str = ""
    unkept: frozenset[str] = frozenset()
    number: int | None = None
    next_number: int | None = None


def read(text: str) -> Reading:
    """Read every cue; text that has no readable times is counted as dropped."""
    reading = Reading()
    for block in _blocks(text):
        untimed = _split_untimed(block)
        reading.events += untimed + 1
        reading.drops["unreadable"] += untimed
        if block.times is None:
            reading.drops["unreadable"] += 1
        else:
            reading.cues.append(_cue(block, block.times))
    return reading


def _blocks(text: str) -> Iterator[_Block]:
    """Yield one block for each timing line, and one without times for text before the first."""
    block, head = _Block(None), True
    for line in text.split("\n"):
        opened = _opened(line) if ">" in line or "\u2192" in line else None
        if opened is None:
            block.lines.append(line)
            continue
        opened.number = block.next_number = _take_number(block.lines, block.number, head=head)
        if not head or any(map(str.strip, block.lines)):
            yield block
        block, head = opened, False
    _drop_torn_number(block)
    if not head or any(map(str.strip, block.lines)):
        yield block


def _opened(line: str) -> _Block | None:
    """Return the block that a timing line opens; what stands behind its times is a place or text."""
    match = _TIMING.fullmatch(line)
    if match is None:
        return _Block(None) if _BROKEN_TIMING.match(line) else None
    if "-->" not in line and not (match[2] or match[5]):  # "12:30 -> 13:00" is somebody's timetable
        return None
    times, tail = (_milliseconds(*match.groups()[:5]), _milliseconds(*match.groups()[5:10])), match[11]
    if not tail.strip():
        return _Block(times)
    if _PLACE.fullmatch(tail):
        return _Block(times, unkept=frozenset({"positions"}))
    return _Block(times, settings=settings_in(tail)) if _SETTINGS.fullmatch(tail) else _Block(times, [tail])


def _milliseconds(sign: str, hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    value = whole * 1000 + int((fraction or "0")[:3].ljust(3, "0"))
    return -value if sign else value


def _take_number(lines: list[str], last: int | None, *, head: bool) -> int | None:
    """Take the next cue's number off the end of a cue's *lines*, unless it is the cue's own text.

    After a blank line a number is the next cue's; straight after text, or with
    a blank line before the times, only if it counts on from the *last*.
    """
    at = len(lines) - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    match = _NUMBER.fullmatch(lines[at]) if at >= 0 else None
    if match is None:
        return None
    alone = not lines[at - 1].strip() if at else head
    counts_on = last is not None and int(match[1]) == last + 1
    if not (counts_on or (alone and at == len(lines) - 1) or (head and at == 0)):
        return None
    del lines[at:]
    return int(match[1])


def _drop_torn_number(block: _Block) -> None:
    """Drop the number of a next cue that the file's end has cut off."""
    lines = block.lines
    while lines and not lines[-1].strip():
        lines.pop()
    follows = block.number is not None and lines[-1:] == [str(block.number + 1)]
    if follows and len(lines) > 1 and not lines[-2].strip():
        lines.pop()


def _split_untimed(block: _Block) -> int:
    """Cut off following cues that have a number but no times; return how many."""
    expected, cut, lines = block.number, len(block.lines), block.lines
    if expected is None or block.times is None or block.next_number == expected + 1:
        return 0
    untimed = 0
    for at in range(1, len(lines) - 1):
        if not lines[at - 1].strip() and lines[at].strip() == str(expected + 1) and lines[at + 1].strip():
            cut, expected, untimed = min(cut, at), expected + 1, untimed + 1
    del lines[cut:]
    return untimed


def _cue(block: _Block, times: tuple[int, int]) -> Cue:
    text = "\n".join(block.lines)
    if "<" not in text and "{" not in text:
        return Cue(*times, (Run(dereference(text)),), block.settings, block.unkept)
    look = Look(unkept=set(block.unkept))
    runs = tuple(_runs(text, look))
    return Cue(*times, runs, ZONES.get(look.zone, block.settings), frozenset(look.unkept))


def _runs(text: str, look: Look) -> Iterator[Run]:
    position = 0
    marks: dict[str, int] = {}
    for match in _MARKUP.finditer(text):
        yield Run(dereference(text[position : match.start()]), _spans(marks, look))
        position = match.end()
        if match[4] is not None:
            override(match[4], look, Look(), {})
        else:
            _tag((match[2] or match[3]).lower(), marks, look, closing=bool(match[1]))
    yield Run(dereference(text[position:]), _spans(marks, look))


def _tag(name: str, marks: dict[str, int], look: Look, *, closing: bool) -> None:
    if name in {"s", "font"}:
        look.unkept.add("colours" if name == "font" else "strikeouts")
    elif not closing:
        marks[name] = marks.get(name, 0) + 1
    elif marks.get(name, 0) > 1:
        marks[name] -= 1
    else:
        marks.pop(name, None)


def _spans(marks: dict[str, int], look: Look) -> tuple[str, ...]:
    return (*marks, *(mark for mark in look.marks() if mark not in marks))
