"""Which recording and language a caption file is for, by its name and its folder.

Three ways to name the recording:

- its record ID: `<record_id>.<lang>.srt`;
- a folder of its own: `<record_id>/<anything>.<lang>.srt`;
- its meeting ID and day: `<meeting_id>.<YYYY-MM-DD>.<lang>.srt`, or
  `...<YYYY-MM-DD>T<HHMM>.<lang>.srt` where there are several on that day.

Media players' flags (`forced`, `sdh`, `hi`, `cc`, `default`) may stand before or
after the language and change nothing.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path, PurePath
from typing import NoReturn

from bbbkeep.captions.language import canonical, named
from bbbkeep.errors import CaptionError, UsageError
from bbbkeep.model import RECORD_ID, Kind

ENDINGS = (".srt", ".ass", ".ssa", ".vtt")
DONE = "done"
"""The folder of files that are on their recordings: nothing below it waits."""

_FLAGS = {"forced", "foreign", "sdh", "hi", "cc", "default"}
_REMEDY = "name it <record_id>.<lang>.<srt|ass|ssa|vtt>, such as <record_id>.en.srt"
_MEETING = re.compile(
    r"(?P<meeting>[^\x00-\x1f]{1,256}?)[ ._-]"
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<at>[0-9]{2}[:.-]?[0-9]{2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A recording by its meeting ID and the day it began, in the site's time zone; `at` to the minute."""

    meeting_id: str
    day: date
    at: time | None = None

    def __str__(self) -> str:
        return f"{self.meeting_id} of {self.day}" + (f" at {self.at:%H:%M}" if self.at else "")


@dataclass(frozen=True, slots=True)
class Match:
    """The text track that a caption file is meant to become; its recording by record ID, or as a meeting."""

    record_id: str
    lang: str
    kind: Kind
    meeting: Meeting | None = None


def match(
    path_name: str, *, default_kind: Kind = "captions", record_ids: re.Pattern[str] = RECORD_ID
) -> Match:
    """Read the file's name, and its folder's.  A site that allows other record IDs passes its own pattern.

    The kind is captions unless told otherwise: BigBlueButton's playback shows no subtitles.

    Raises:
        CaptionError: the name does not tell; says how to name the file.
    """
    path = PurePath(one_spelling(path_name))
    name, folder = path.name, path.parent.name
    stem, ending = os.path.splitext(name)  # noqa: PTH122  # a name, not a path
    if ending.lower() not in ENDINGS:
        raise CaptionError(name, f"not a caption file (srt, ass, ssa, vtt); {_REMEDY}")
    owner = recording_named(folder, record_ids)
    wanted, parts = _split(stem, record_ids)
    if wanted is not None and isinstance(owner, str) and owner != wanted:
        raise CaptionError(name, f"names another recording than its folder {folder!r}; {_REMEDY}")
    if wanted is not None:
        return _matched(wanted, _language(parts, name), default_kind)
    if owner is None:
        raise CaptionError(name, f"does not begin with a full record ID; {_REMEDY}")
    return _matched(owner, _last_language(stem.split("."), name), default_kind)


def recording_named(text: str, record_ids: re.Pattern[str] = RECORD_ID) -> str | Meeting | None:
    """Return the record ID or the meeting that *text* is, or None."""
    if record_ids.fullmatch(text):
        return text
    found = _MEETING.fullmatch(text)
    return _meeting(found) if found else None


def _matched(recording: str | Meeting, lang: str, kind: Kind) -> Match:
    if isinstance(recording, Meeting):
        return Match("", lang, kind, recording)
    return Match(recording, lang, kind)


def _meeting(found: re.Match[str]) -> Meeting | None:
    at = re.sub("[:.-]", "", found["at"] or "")
    try:
        day = date.fromisoformat(found["day"])
        moment = datetime.strptime(at, "%H%M").time() if at else None  # noqa: DTZ007  # a time of day
    except ValueError:
        return None
    return Meeting(found["meeting"], day, moment)


def candidates(folder: Path) -> Iterator[Path]:
    """Yield the caption files under *folder*, sorted; no hidden ones, and no links that lead out of it.

    Raises:
        UsageError: a folder can't be listed.
    """
    root = folder.resolve()
    yield from (path for path in _named_so(folder) if _is_inside(path, root))


def strays(folder: Path) -> Iterator[Path]:
    """Yield what is named like a caption file under *folder* and is none in it: links that lead out, or nowhere.

    Raises:
        UsageError: a folder can't be listed.
    """
    root = folder.resolve()
    yield from (path for path in _named_so(folder) if not _is_inside(path, root))


def one_spelling(name: str) -> str:
    """Return a name in Unicode's composed form: some systems store `u` and two dots where others store `ü`."""
    return unicodedata.normalize("NFC", name)


def _named_so(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [
            name for name in folders if not name.startswith(".") and not _is_done(folder, parent, name)
        ]
        found += [Path(parent, name) for name in names if _is_caption_name(name)]
    return sorted(found)


def _is_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root) and path.is_file()


def _refuse(error: OSError) -> NoReturn:
    raise UsageError(f"{error.filename}: can't be listed ({error.strerror})") from None


def _is_done(folder: Path, parent: str, name: str) -> bool:
    return name == DONE and Path(parent) == folder


def _is_caption_name(name: str) -> bool:
    return not name.startswith(".") and PurePath(name).suffix.lower() in ENDINGS


def _split(stem: str, record_ids: re.Pattern[str]) -> tuple[str | Meeting | None, list[str]]:
    """Return the recording that the longest beginning up to a dot names, and the parts after it."""
    parts = stem.split(".")
    beginnings = range(len(parts), 0, -1)
    for count in beginnings:
        record_id = ".".join(parts[:count])
        if record_ids.fullmatch(record_id):
            return record_id, parts[count:]
    for count in beginnings:
        found = recording_named(".".join(parts[:count]), record_ids)
        if found is not None:
            return found, parts[count:]
    return None, parts


def _language(parts: Sequence[str], name: str) -> str:
    """Return the language of *parts*, which hold nothing but a language and flags."""
    found = [part for part in parts if part.lower() not in _FLAGS]
    if not found and any(part.lower() == "hi" for part in parts):
        found = ["hi"]  # Hindi, as nothing else names a language; otherwise "hearing impaired"
    if not found:
        raise CaptionError(name, f"names no language; {_REMEDY}")
    unknown = [part for part in found if named(part) is None]
    if unknown:
        raise CaptionError(name, f"{unknown[0]!r} is no language; {_REMEDY}")
    if len({named(part) for part in found}) > 1:
        raise CaptionError(name, f"names several languages ({', '.join(found)}); {_REMEDY}")
    return canonical(str(named(found[0])))


def _last_language(parts: Sequence[str], name: str) -> str:
    """Return the language that stands last, flags beside; what is before it is a title."""
    rest = list(parts)
    while rest and rest[-1].lower() in _FLAGS:
        rest.pop()
    return _language([rest[-1]] if rest else parts, name)
