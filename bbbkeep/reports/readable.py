"""Text and numbers as a person reads them; text from servers made harmless to look at.

Pure.  Escaping is not done here: the page's template escapes, the table
neutralises (`cells.py`).
"""

import re
import unicodedata
from datetime import UTC, datetime

SHOWN_LENGTH = 120
STACKED_MARKS = 4
ELLIPSIS = "…"
TIE = "\N{NO-BREAK SPACE}"
"""Keeps a unit on the line of its number."""

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSHOWN = frozenset({"Cc", "Cs"})
_SIGNATURE = re.compile(r"(?i)\b(checksum|token|secret|signature)=[^\s&\"'<>]+")
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def clean(text: str, limit: int) -> str:
    """Return at most *limit* characters of one line, without controls, overrides and signatures.

    Reads no further than it must: a name may be megabytes long.
    """
    head = text[: 4 * limit]
    visible = head if head.isprintable() else "".join(map(_visible, head))
    line = " ".join(visible.split())
    line = _SIGNATURE.sub(r"\1=(hidden)", line)
    if len(line) <= limit and len(head) == len(text):
        return line
    # A cut must not leave half of a joined emoji behind.
    return line[: limit - 1].rstrip(" \u200d\ufe0f") + ELLIPSIS


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    hidden = character in _BIDI_CONTROLS or unicodedata.category(character) in _UNSHOWN
    return "" if hidden else character


def shown(text: str | None, limit: int = SHOWN_LENGTH) -> str:
    """Return *text* for the page: one line, cut, and with no tower of combining marks."""
    kept: list[str] = []
    marks = 0
    for character in clean(text or "", limit):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= STACKED_MARKS:
            kept.append(character)
    return "".join(kept)


def number(count: float | str | None) -> str:
    """Return 12,345; text stays as it is, and None is the word unknown."""
    if count is None:
        return "unknown"
    if isinstance(count, str):
        return shown(count)
    return f"{count:,}" if isinstance(count, int) else f"{count:,.1f}"


def size(count: int | None) -> str:
    """Return 1.4 TB, in powers of 1,000 as disks are sold."""
    if count is None:
        return "unknown"
    step = 0
    while step < len(_UNITS) - 1 and round(count / 1000**step, 1) >= 1000:  # noqa: PLR2004  # the unit's own step
        step += 1
    scaled = f"{count / 1000**step:,.1f}".removesuffix(".0")
    return f"{scaled}{TIE}{_UNITS[step]}"


def share(part: int, whole: int) -> str:
    """Return 83 %; never 100 % or 0 % where it is only nearly so."""
    if whole <= 0:
        return "none"
    percent = part * 100 // whole
    return f"under 1{TIE}%" if part and not percent else f"{percent}{TIE}%"


def moment(when: datetime | None) -> str:
    """Return 2026-11-23 02:15 UTC."""
    return "unknown" if when is None else f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(when: datetime | None) -> str:
    """Return 2026-11-23, the day in UTC."""
    return "unknown" if when is None else f"{when.astimezone(UTC):%Y-%m-%d}"


def stamp(when: datetime | None) -> str | None:
    """Return 2026-11-23T02:15:00Z for machines, None where unknown."""
    if when is None:
        return None
    # Four of these stand in each row of the table, and strftime takes several times as long.
    return when.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def month_name(months: int) -> str:
    """Return 2026-11 for months since year 0."""
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
