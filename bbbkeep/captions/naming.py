"""Which recording and language a caption file is for: `<record_id>.<lang>.<ext>`.

Media players' flags (`forced`, `sdh`, `hi`, `cc`, `default`) may stand before or
after the language and change nothing.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NoReturn

from bbbkeep.captions.language import canonical, is_language
from bbbkeep.errors import CaptionError, UsageError
from bbbkeep.model import RECORD_ID, Kind

ENDINGS = (".srt", ".ass", ".ssa", ".vtt")

_FLAGS = {"forced", "foreign", "sdh", "hi", "cc", "default"}
_REMEDY = "name it <record_id>.<lang>.<srt|ass|ssa|vtt>, such as <record_id>.en.srt"


@dataclass(frozen=True, slots=True)
class Match:
    """The text track that a caption file is meant to become."""

    record_id: str
    lang: str
    kind: Kind


def match(
    path_name: str, *, default_kind: Kind = "captions", record_ids: re.Pattern[str] = RECORD_ID
) -> Match:
    """Read the file's name.  A site that allows other record IDs passes its own pattern.

    The kind is captions unless told otherwise: BigBlueButton's playback shows no subtitles.

    Raises:
        CaptionError: the name does not tell; says how to name the file.
    """
    name = PurePath(path_name).name
    stem, ending = os.path.splitext(name)  # noqa: PTH122  # a name, not a path
    if ending.lower() not in ENDINGS:
        raise CaptionError(name, f"not a caption file (srt, ass, ssa, vtt); {_REMEDY}")
    record_id, parts = _split(stem, name, record_ids)
    return Match(record_id, _language(parts, name), default_kind)


def candidates(folder: Path) -> Iterator[Path]:
    """Yield the caption files under *folder*, sorted; no hidden ones, and no links that lead out of it.

    Raises:
        UsageError: a folder can't be listed.
    """
    root = folder.resolve()
    found = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if _is_caption_name(name)]
    for path in sorted(found):
        if path.resolve().is_relative_to(root) and path.is_file():
            yield path


def _refuse(error: OSError) -> NoReturn:
    raise UsageError(f"{error.filename}: can't be listed ({error.strerror})") from None


def _is_caption_name(name: str) -> bool:
    return not name.startswith(".") and PurePath(name).suffix.lower() in ENDINGS


def _split(stem: str, name: str, record_ids: re.Pattern[str]) -> tuple[str, list[str]]:
    """Return the longest beginning, up to a dot, that is a record ID, and the parts after it."""
    parts = stem.split(".")
    for count in range(len(parts), 0, -1):
        record_id = ".".join(parts[:count])
        if record_ids.fullmatch(record_id):
            return record_id, parts[count:]
    raise CaptionError(name, f"does not begin with a full record ID; {_REMEDY}")


def _language(parts: list[str], name: str) -> str:
    named = [part for part in parts if part.lower() not in _FLAGS]
    if not named and any(part.lower() == "hi" for part in parts):
        named = ["hi"]  # Hindi, as nothing else names a language; otherwise "hearing impaired"
    if not named:
        raise CaptionError(name, f"names no language; {_REMEDY}")
    unknown = [part for part in named if not is_language(part)]
    if unknown:
        raise CaptionError(name, f"{unknown[0]!r} is no language; {_REMEDY}")
    if len({canonical(part) for part in named}) > 1:
        raise CaptionError(name, f"names several languages ({', '.join(named)}); {_REMEDY}")
    return canonical(named[0])
