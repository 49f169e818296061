r"""SubStation's override blocks `{\i1\an8}`: what they do to the look of the text that follows.

Semantics follow libass, the renderer people check their files with: what stands
in parentheses (`\t(0,100,\i1)`) is an animation and changes nothing for good.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ZONES = {
    1: "position:0% align:left",
    3: "position:100% align:right",
    4: "line:50% position:0% align:left",
    5: "line:50%",
    6: "line:50% position:100% align:right",
    7: "line:0 position:0% align:left",
    8: "line:0",
    9: "line:0 position:100% align:right",
}
"""Where on a number pad -> WebVTT cue settings; 2, below in the middle, is WebVTT's own default."""

_PARENTHESES = re.compile(r"\([^()]*(?:\)|$)")
_ARGUMENT = re.compile(r"(\\\s*(?:an|a|b|i|u|p|q))\(\s*(-?\d{1,6})\s*\)")
_SIMPLE = re.compile(r"(an|a|b|i|u|p|q)\s*(-?\d{1,6})?(?![A-Za-z(])")
_UNKEPT = (
    (re.compile(r"(?:pos|move)\b"), "positions"),
    (re.compile(r"(?:k|K|kf|ko)\d"), "karaoke"),
    (re.compile(r"[1-4]?c(?:&|$)"), "colours"),
)
_BOLD_WEIGHT = 600
_LEAST_WEIGHT = 100
_NO_WRAPPING = 2


@dataclass(slots=True)
class Look:
    """How the text at one point of an event looks; `zone` counts for the whole event, the first one wins."""

    b: bool = False
    i: bool = False
    u: bool = False
    zone: int = 2
    drawing: bool = False
    wraps: bool = True
    zone_is_set: bool = False
    base: tuple[bool, bool, bool] | None = None
    unkept: set[str] = field(default_factory=set)

    def marks(self) -> tuple[str, ...]:
        """Return the spans the text stands in."""
        if not (self.b or self.i or self.u):
            return ()
        return tuple(mark for mark, on in (("b", self.b), ("i", self.i), ("u", self.u)) if on)

    def restyle(self, other: "Look") -> None:
        r"""Take over another look's bold, italic and underline, as `\r` does."""
        self.base = self.b, self.i, self.u = other.b, other.i, other.u


def is_bold(value: int) -> bool:
    r"""Tell whether a Bold field or `\b` argument is bold: -1 and 1 are switches, others font weights."""
    return value in {-1, 1} or value >= _BOLD_WEIGHT


def legacy_zone(value: int) -> int:
    """Return the number pad's place of SSA's alignment: 1-3 below, +4 above, +8 in the middle."""
    column = value & 3 or 2
    return column + (6 if value & 4 else 3 if value & 8 else 0)


def override(block: str, look: Look, own: Look, styles: Mapping[str, Look]) -> None:
    """Apply one block's text (without braces) to *look*; *own* is the event's own style."""
    block = _ARGUMENT.sub(r"\1\2", block)
    for _ in range(3):  # as deep as tags nest: \t(...\clip(...))
        block = _PARENTHESES.sub("", block)
    for tag in map(str.lstrip, block.split("\\")[1:]):
        if match := _SIMPLE.match(tag):
            _simple(match[1], match[2], look, own)
        elif tag.startswith("r"):
            look.restyle(styles.get(tag[1:].strip(), own))
        else:
            look.unkept.update(name for pattern, name in _UNKEPT if pattern.match(tag))


def _simple(name: str, argument: str | None, look: Look, own: Look) -> None:
    value = int(argument) if argument else None
    if name == "p":
        look.drawing = bool(value)
    elif name == "q":
        look.wraps = value != _NO_WRAPPING
    elif name in {"a", "an"}:
        _place(value, look, legacy=name == "a")
    else:
        switched = value in {0, 1} or (name == "b" and value is not None and value >= _LEAST_WEIGHT)
        base = look.base or (own.b, own.i, own.u)
        setattr(look, name, is_bold(value or 0) if switched else base["biu".index(name)])


def _place(value: int | None, look: Look, *, legacy: bool) -> None:
    zone = legacy_zone(value) if legacy and value is not None else value
    if zone is not None and 0 < zone < 10 and not look.zone_is_set:  # noqa: PLR2004  # a number pad
        look.zone, look.zone_is_set = zone, True
