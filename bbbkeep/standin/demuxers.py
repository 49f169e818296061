"""How ffmpeg 5.1 reads each kind of caption file: text in, cues out, with all that it loses on the way.

A rule set measured on ffmpeg itself, not a caption library: where ffmpeg
stops reading, so does this.
"""

import re
from typing import NamedTuple


class Cue(NamedTuple):
    """One cue in milliseconds, its text as ffmpeg will write it."""

    start_ms: int
    end_ms: int
    text: str


_VTT_STAMP = re.compile(r"\s*(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})\.(\d{1,3})")
_SRT_STAMPS = re.compile(
    r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(\d{1,4}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_SBV_STAMPS = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3}),(\d+):(\d\d):(\d\d)\.(\d{3})")
_ASS_STAMP = re.compile(r"\s*(\d+):(\d\d):(\d\d)\.(\d\d)\s*")
_SCC_STAMP = re.compile(r"(\d\d):(\d\d):(\d\d)[:;](\d\d)\t(.*)")
_TAG = re.compile(r"<[^>]*>")
_KEPT_TAG = re.compile(r"</?[biu]>")
_SRT_LOST = re.compile(r"</?(?:font|s)\b[^<>]*>|\{\\[^{}]*\}|\{[A-Za-z]:[^{}]*\}", re.IGNORECASE)
_ASS_OVERRIDE = re.compile(r"\{(\\[^{}]*)\}")
_ASS_STYLE = re.compile(r"\\([biu])([01])")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\\h"), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&"))
_SCC_FRAMES = 30


def webvtt(text: str) -> list[Cue]:
    """Read WebVTT up to the first block that is neither a cue, a NOTE nor a header.

    The first block is the header, whatever is in it; where lines end in CR
    alone, it reaches over the first cue.
    """
    with_cr = "\n" not in text and "\r" in text
    blocks = [block for block in re.split(r"\n{2,}", text.replace("\r", "\n").strip("\n")) if block]
    cues: list[Cue] = []
    for block in blocks[2 if with_cr else 1 :]:
        if block.startswith(("WEBVTT", "NOTE")):
            continue
        cue = _vtt_cue(block)
        if cue is None:
            break
        cues.append(cue)
    return cues


def _vtt_cue(block: str) -> Cue | None:
    first, _, rest = block.partition("\n")
    stamps, _, text = (first, "", rest) if "-->" in first else rest.partition("\n")
    before, arrow, after = stamps.partition("-->")
    start, end = _VTT_STAMP.match(before), _VTT_STAMP.match(after)
    if not arrow or start is None or end is None:
        return None
    return Cue(_ms(start.groups()), _ms(end.groups()), _vtt_text(text))


def _vtt_text(text: str) -> str:
    kept = _without_tags(text.replace("-->", "--"))
    for entity, character in _ENTITIES:
        kept = kept.replace(entity, character)
    return re.sub(r"([{}])", r"\\\1", kept)


def _without_tags(text: str) -> str:
    """Drop every tag but b, i and u; after a `<` that nothing closes, all is lost."""
    closed = text.rfind(">") + 1
    rest, _, _ = text[closed:].partition("<")
    return _TAG.sub(lambda tag: tag[0] if _KEPT_TAG.fullmatch(tag[0]) else "", text[:closed]) + rest


def subrip(text: str) -> list[Cue]:
    """Read SubRip; a cue reaches to the number before the next time line."""
    cues: list[Cue] = []
    stamps: list[str] = []
    lines: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        found = _SRT_STAMPS.match(line)
        if found is None:
            lines.append(line)
            continue
        cues += _srt_cue(stamps, _without_next_number(lines))
        stamps, lines = list(found.groups()), []
    return cues + _srt_cue(stamps, lines)


def _without_next_number(lines: list[str]) -> list[str]:
    return lines[:-1] if lines and lines[-1].strip().isdigit() else lines


def _srt_cue(stamps: list[str], lines: list[str]) -> list[Cue]:
    text = "\n".join(lines).strip("\n")
    if not stamps:
        return []
    return [Cue(_ms(stamps[:4]), _ms(stamps[4:]), _SRT_LOST.sub("", text))]


def advanced_substation(text: str) -> list[Cue]:
    """Read the Dialogue lines of SSA or ASS."""
    return [cue for line in text.splitlines() if line.startswith("Dialogue:") for cue in _ass_cue(line)]


def _ass_cue(line: str) -> list[Cue]:
    fields = line.removeprefix("Dialogue:").split(",", 9)
    if len(fields) < 10:  # noqa: PLR2004  # Layer to Text
        return []
    start, end = _ASS_STAMP.fullmatch(fields[1]), _ASS_STAMP.fullmatch(fields[2])
    if start is None or end is None:
        return []
    text = fields[9].replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ")
    return [Cue(_ms(start.groups()), _ms(end.groups()), _ass_text(text))]


def _ass_text(text: str) -> str:
    """Turn bold, italic and underline into tags, and close what is still open."""
    opened: list[str] = []

    def tags(found: re.Match[str]) -> str:
        return "".join(_tag(name, switch, opened) for name, switch in _ASS_STYLE.findall(found[1]))

    return _ASS_OVERRIDE.sub(tags, text) + "".join(f"</{name}>" for name in reversed(opened))


def _tag(name: str, switch: str, opened: list[str]) -> str:
    if switch == "1" and name not in opened:
        opened.append(name)
        return f"<{name}>"
    if switch == "0" and name in opened:
        opened.remove(name)
        return f"</{name}>"
    return ""


def subviewer(text: str) -> list[Cue]:
    """Read YouTube's SBV."""
    cues = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        stamps, _, lines = block.partition("\n")
        found = _SBV_STAMPS.fullmatch(stamps.strip())
        if found is not None:
            cues.append(Cue(_ms(found.groups()[:4]), _ms(found.groups()[4:]), lines))
    return cues


def scenarist(text: str) -> list[Cue]:
    """Read the printable characters of SCC; a caption stays until the next one."""
    found = [match for line in text.splitlines() if (match := _SCC_STAMP.match(line))]
    starts = [_ms((*match.groups()[:3], "0")) + int(match[4]) * 1000 // _SCC_FRAMES for match in found]
    ends = [*starts[1:], *(start + 4_000 for start in starts[-1:])]
    return [
        Cue(start, end, _scc_text(match[5])) for match, start, end in zip(found, starts, ends, strict=True)
    ]


def _scc_text(codes: str) -> str:
    pairs = [bytes.fromhex(code) for code in codes.split() if re.fullmatch("[0-9a-fA-F]{4}", code)]
    return "".join(chr(byte & 0x7F) for pair in pairs if pair[0] & 0x7F >= ord(" ") for byte in pair).replace(
        "\0", ""
    )


def _ms(parts: "tuple[str | None, ...] | list[str]") -> int:
    """Turn hours, minutes, seconds and a fraction (as digits) into milliseconds."""
    hours, minutes, seconds, fraction = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


READERS = {
    "webvtt": webvtt,
    "subrip": subrip,
    "ass": advanced_substation,
    "sbv": subviewer,
    "scc": scenarist,
}
"""What a file was taken for -> what reads it."""


def recognised(text: str) -> str:
    """Tell the kind of file by its beginning, as ffmpeg's probes do; "" if it is none."""
    lines = [line.strip() for line in text.lstrip("\r\n ").splitlines()[:2]] + ["", ""]
    if text.startswith("WEBVTT"):
        return "webvtt"
    if lines[0] == "[Script Info]":
        return "ass"
    if lines[0] == "Scenarist_SCC V1.0":
        return "scc"
    if _SBV_STAMPS.fullmatch(lines[0]):
        return "sbv"
    return "subrip" if lines[0].isdigit() and _SRT_STAMPS.match(lines[1]) else ""
