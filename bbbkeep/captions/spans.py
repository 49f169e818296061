"""The markup inside a WebVTT cue, read into runs as the WebVTT specification tells a browser to.

Two rescues where a browser would swallow text: a `<` that opens no tag and a
tag that never ends are text.  Linear: no pattern reaches past the next `<`.
"""

import re
from collections.abc import Iterator

from bbbkeep.captions.cues import Marks, Run, name_of
from bbbkeep.captions.references import dereference_as_browsers

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>b|i|u|c|v|lang|ruby|rt)(?P<classes>(?:\.[^\s<>.]*)*)(?:\s(?P<note>[^<>]*))?>"
    r"|<(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d\d):(?P<seconds>\d\d)\.(?P<fraction>\d{3})>"
    r"|<(?P<unknown>/?[A-Za-z][^<>]*|/)>"
)

_MAX_DEPTH = 16
"""Deeper spans are passed over: each run names all that it stands in."""


def runs_of(text: str) -> tuple[tuple[Run, ...], frozenset[str]]:
    """Return the runs of a cue's raw text, and the names of what could not be kept."""
    if "<" not in text:
        return (Run(dereference_as_browsers(text)),), frozenset()
    unkept: set[str] = set()
    return tuple(_runs(text, unkept)), frozenset(unkept)


def _runs(text: str, unkept: set[str]) -> Iterator[Run]:
    marks: list[str] = []
    position, at_ms = 0, None
    for match in _TAG.finditer(text):
        if between := text[position : match.start()]:
            yield Run(dereference_as_browsers(between), tuple(marks), at_ms)
            at_ms = None
        position = match.end()
        if match["name"]:
            _turn(match, marks)
        elif match["unknown"]:
            unkept.add("unknown_tags")
        else:
            at_ms = _stamp(match)
    yield Run(dereference_as_browsers(text[position:]), tuple(marks), at_ms)


def _turn(match: re.Match[str], marks: list[str]) -> None:
    if not match["close"]:
        note = (
            " ".join(dereference_as_browsers(match["note"] or "").split())
            if match["name"] in {"v", "lang"}
            else ""
        )
        classes = "".join(f".{name}" for name in match["classes"].split(".") if name)
        if len(marks) < _MAX_DEPTH and (match["name"] != "rt" or (marks and name_of(marks[-1]) == "ruby")):
            marks.append(match["name"] + classes + (f" {note}" if note else ""))
        return
    if match["name"] == "ruby" and marks and marks[-1] == "rt":
        marks.pop()
    if marks and name_of(marks[-1]) == match["name"]:
        marks.pop()


def _stamp(match: re.Match[str]) -> int:
    minutes = int(match["hours"] or 0) * 60 + int(match["minutes"])
    return (minutes * 60 + int(match["seconds"])) * 1000 + int(match["fraction"])


def only_basic(marks: Marks) -> Marks:
    """Return bold, italic and underline among *marks*, each once, without classes."""
    names = (name_of(mark) for mark in marks)
    return tuple(dict.fromkeys(name for name in names if name in {"b", "i", "u"}))
