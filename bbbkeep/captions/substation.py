"""Read SubStation Alpha (SSA, ASS) into pysubs2's model, line by line, and its events into cues.

The Format lines are obeyed and one bad line costs that line: pysubs2's own
parser gives up the file (wrong times) or shifts its columns.  Overrides are
walked here, once: pysubs2 re-reads all earlier ones for each.
"""

import re
from collections.abc import Iterator, Mapping

from pysubs2 import Alignment, SSAEvent, SSAFile, SSAStyle

from bbbkeep.captions.cues import Cue, Run
from bbbkeep.captions.overrides import ZONES, Look, is_bold, legacy_zone, override
from bbbkeep.captions.reading import Reading

_HEADING = re.compile(r"\[([^\]]*)\]")
_SECTIONS = {"script info", "v4 styles", "v4+ styles", "events", "fonts", "graphics"}
"""Others need a lower-case letter to be a heading: the lines of attached fonts hold none."""
_STAMP = re.compile(r"\s*(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?\s*")
_INTEGER = re.compile(r"\s*(-?\d{1,6})")
_BREAK = re.compile(r"\\([Nnh{}])")
_OPEN = re.compile(r"(?<!\\)\{")
_EVENT = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_STYLE = (
    "name fontname fontsize primarycolour secondarycolour outlinecolour backcolour bold italic underline"
    " strikeout scalex scaley spacing angle borderstyle outline shadow alignment marginl marginr marginv encoding"
)
_LEGACY_STYLE = (
    "name fontname fontsize primarycolour secondarycolour tertiarycolour backcolour bold italic"
    " borderstyle outline shadow alignment marginl marginr marginv alphalevel encoding"
)


def read(text: str) -> Reading:
    """Read every Dialogue line; comments, drawings and unreadable lines are counted as dropped."""
    reading = Reading()
    script = _script(text, reading)
    looks = {name: _look(style) for name, style in script.styles.items()}
    wraps = script.info.get("WrapStyle") != "2"
    for event in script.events:
        cue = _cue(event, looks, wraps=wraps)
        if isinstance(cue, str):
            reading.drops[cue] += 1
        else:
            reading.cues.append(cue)
    return reading


def _script(text: str, reading: Reading) -> SSAFile:
    script = SSAFile()
    script.styles.clear()
    formats: dict[str, list[str]] = {}
    for section, key, value in _entries(text):
        if key == "format":
            formats[section] = [column.strip().lower() for column in value.split(",")]
        elif key == "style":
            _add_style(script, section, formats.get(section), value)
        elif key == "wrapstyle":
            script.info["WrapStyle"] = value.strip()
        elif key in {"dialogue", "comment"}:
            reading.events += 1
            _add_event(script, key, formats.get("events") or list(_EVENT), value, reading)
    return script


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of each `Key: value` line; attachments hold none."""
    section = ""
    for line in text.split("\n"):
        stripped = line.strip(" \t")  # no-break spaces and the like belong to the text
        heading = _HEADING.fullmatch(stripped) if stripped.startswith("[") else None
        if heading and (heading[1] != heading[1].upper() or heading[1].strip().lower() in _SECTIONS):
            section = heading[1].strip().lower()
        elif section not in {"fonts", "graphics"}:
            key, colon, value = stripped.partition(":")
            if colon:
                yield section, key.strip().lower(), value


def _columns(names: list[str], value: str) -> dict[str, str] | None:
    """Map column names to values; surplus commas belong to the text, wherever its column is."""
    parts = value.split(",")
    surplus = len(parts) - len(names)
    if surplus < 0:
        return None
    at = names.index("text") if "text" in names else len(names) - 1
    parts[at : at + surplus + 1] = [",".join(parts[at : at + surplus + 1])]
    return dict(zip(names, parts, strict=True))


def _add_style(script: SSAFile, section: str, names: list[str] | None, value: str) -> None:
    legacy = "+" not in section
    names = names or (_LEGACY_STYLE if legacy else _STYLE).split()
    columns = _columns(names, value) or dict(zip(names, value.split(","), strict=False))  # may be cut short
    zone = _integer(columns.get("alignment"), 2)
    script.styles[columns.get("name", "").strip().lstrip("*")] = SSAStyle(
        bold=is_bold(_integer(columns.get("bold"))),
        italic=_integer(columns.get("italic")) != 0,
        underline=_integer(columns.get("underline")) != 0,
        alignment=_alignment(legacy_zone(zone) if legacy else zone),
    )


def _alignment(zone: int) -> Alignment:
    try:
        return Alignment(zone)
    except ValueError:
        return Alignment.BOTTOM_CENTER


def _integer(value: str | None, default: int = 0) -> int:
    match = _INTEGER.match(value or "")
    return int(match[1]) if match else default


def _add_event(script: SSAFile, key: str, names: list[str], value: str, reading: Reading) -> None:
    if key == "comment":
        reading.drops["comment"] += 1
        return
    columns = _columns(names, value) or {}
    start, end = (_milliseconds(columns.get(name, "")) for name in ("start", "end"))
    if start is None or end is None:
        reading.drops["unreadable"] += 1
        return
    style = columns.get("style", "").strip().lstrip("*")
    script.events.append(SSAEvent(start=start, end=end, text=columns.get("text", ""), style=style))


def _milliseconds(stamp: str) -> int | None:
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return None
    sign, hours, minutes, seconds, fraction = match.groups()
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    value = whole * 1000 + int((fraction or "0")[:3].ljust(3, "0"))
    return -value if sign else value


def _look(style: SSAStyle) -> Look:
    return Look(b=style.bold, i=style.italic, u=style.underline, zone=int(style.alignment))


def _cue(event: SSAEvent, looks: Mapping[str, Look], *, wraps: bool) -> Cue | str:
    """Return the event's cue, or the reason why it shows no text."""
    own = looks.get(event.style) or looks.get("Default") or Look()
    look = Look(own.b, own.i, own.u, own.zone, wraps=wraps)
    runs, drew = [], False
    for piece, is_override in _pieces(event.text):
        if is_override:
            override(piece, look, own, looks)
        elif look.drawing:
            drew = drew or bool(piece.strip())
        elif piece:
            runs.append(Run(_plain(piece, wraps=look.wraps), look.marks()))
    if drew and not any(run.text.strip() for run in runs):
        return "drawing"
    return Cue(event.start, event.end, tuple(runs), ZONES.get(look.zone, ""), frozenset(look.unkept))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield text and overrides in turn; a brace that is escaped or never closed is text."""
    position, last = 0, text.rfind("}")
    while (match := _OPEN.search(text, position)) and match.start() < last:
        end = text.index("}", match.end())
        yield text[position : match.start()], False
        yield text[match.end() : end], True
        position = end + 1
    yield text[position:], False


def _plain(piece: str, *, wraps: bool) -> str:
    if "\\" not in piece:
        return piece
    signs = {"N": "\n", "n": " " if wraps else "\n", "h": "\u00a0", "{": "{", "}": "}"}
    return _BREAK.sub(lambda match: signs[match[1]], piece)
