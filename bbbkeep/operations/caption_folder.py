"""The drop folder of caption files: which wait in it, and where those go that are done.

A file that somebody may still be writing is left alone.  What is on its
recording moves to `done/`, with a note beside it that says where it went.
"""

import errno
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from bbbkeep.captions.decode import named
from bbbkeep.captions.manifest import MAX_BYTES, NAME, Row, read_manifest
from bbbkeep.captions.naming import DONE, candidates, one_spelling, strays
from bbbkeep.errors import UsageError
from bbbkeep.ledger.uploads import Upload
from bbbkeep.reports.wholefile import whole_file
from bbbkeep.site import Site

QUIET = timedelta(seconds=10)
"""How long nobody may have written to a file before it counts as whole."""

_STRAY = "no file of this folder, but a link that leads out of it, or nowhere; lay the file itself there"


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """One file to look at: where it lies, how it is shown, and its row of a manifest, if it has one.

    `problem` says why it waits, or is refused; then nothing is read of it.
    `encoding` is what it is read as, whatever its bytes look like.
    """

    path: Path
    name: str
    row: Row | None = None
    problem: str = ""
    outcome: Literal["skipped", "refused"] = "skipped"
    encoding: str = ""

    @property
    def read_as(self) -> str:
        """What it is read as; empty: told by its bytes."""
        return (self.row.encoding if self.row else "") or self.encoding


def caption_files(
    site: Site, paths: Sequence[Path], manifest: Path | None = None, *, encoding: str | None = None
) -> list[CaptionFile]:
    """Return the files that *paths*, folders and a manifest name; without any, those of the drop folder.

    *encoding* is what those are read as that no manifest says it of.

    Raises:
        UsageError: a path can't be read, or there is no such encoding; SheetError: a manifest is none.
    """
    read_as = named(encoding) if encoding else ""
    return [replace(one, encoding=read_as) for one in _files(site, paths, manifest)]


def _files(site: Site, paths: Sequence[Path], manifest: Path | None) -> list[CaptionFile]:
    if manifest is not None:
        return _of_manifest(site, manifest)
    if not paths:
        return waiting_files(site)
    return [one for path in paths for one in ([_alone(path)] if path.is_file() else _in_folder(site, path))]


def waiting_files(site: Site) -> list[CaptionFile]:
    """Return the caption files laid into the drop folder, by name; waits for those that were just written.

    Raises:
        UsageError: what is done could not be moved out of it.
    """
    found = files_of_folder(site)
    if found:
        _require_room(site.server.captions_dir / DONE)
    fresh = [one for one in found if _is_fresh(one.path, site.clock.now())]
    if not fresh:
        return found
    before = {one.path: _size(one.path) for one in fresh}
    site.clock.sleep(QUIET.total_seconds())
    writing = {
        path for path, size in before.items() if _is_fresh(path, site.clock.now()) or _size(path) != size
    }
    return [_waits(one) if one.path in writing else one for one in found]


def _require_room(done: Path) -> None:
    try:
        done.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(done, error) from None
    if not all(os.access(folder, os.W_OK | os.X_OK) for folder in (done, done.parent)):
        raise _unwritable(done, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{folder}: can't be written ({error.strerror}), so what is done could not leave the caption folder; "
        "make room there"
    )


def files_of_folder(site: Site) -> list[CaptionFile]:
    """Return the caption files in the drop folder, by name, as they lie there."""
    folder = site.server.captions_dir
    return _in_folder(site, folder) if folder.is_dir() else []


def _waits(one: CaptionFile) -> CaptionFile:
    return CaptionFile(one.path, one.name, problem="somebody is still writing it; the next run looks again")


def _is_fresh(path: Path, now: datetime) -> bool:
    """A time that lies far ahead was kept from elsewhere, and says nothing of now."""
    try:
        age = now.timestamp() - path.stat().st_mtime
    except OSError:
        return False
    return abs(age) < QUIET.total_seconds()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _alone(path: Path) -> CaptionFile:
    return CaptionFile(path, path.name)


def _in_folder(site: Site, folder: Path) -> list[CaptionFile]:
    manifest = folder / NAME
    rows = _rows(site, manifest) if manifest.is_file() else {}
    paths = [(path, _inside(folder, path)) for path in candidates(folder)]
    found = [CaptionFile(path, name, rows.get(one_spelling(name))) for path, name in paths]
    away = [
        CaptionFile(path, _inside(folder, path), problem=_STRAY, outcome="refused") for path in strays(folder)
    ]
    there = (_names(folder) | _names(folder / DONE)).keys() if rows else set()
    lacking = [_lacking(folder, row) for name, row in rows.items() if name not in there]
    return sorted([*found, *away, *lacking], key=lambda one: one.path)


def _names(folder: Path) -> dict[str, Path]:
    return (
        {one_spelling(_inside(folder, path)): path for path in candidates(folder)} if folder.is_dir() else {}
    )


def _inside(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _lacking(folder: Path, row: Row) -> CaptionFile:
    """Return what stands for a row without a file; one that is wrong anyway says that instead."""
    absent = "" if row.problem else f"{NAME} names it, and it is not there; the row waits for it"
    return CaptionFile(folder / row.file, row.file, row, absent)


def _of_manifest(site: Site, manifest: Path) -> list[CaptionFile]:
    folder, root = manifest.parent, manifest.parent.resolve()
    names = _names(folder)
    files = [
        CaptionFile(names.get(name, folder / name), name, row) for name, row in _rows(site, manifest).items()
    ]
    return [one if one.path.resolve().is_relative_to(root) else _outside(one) for one in files]


def _outside(one: CaptionFile) -> CaptionFile:
    problem = "lies outside of the manifest's folder"
    return CaptionFile(one.path, one.name, problem=problem, outcome="refused")


def _rows(site: Site, manifest: Path) -> Mapping[str, Row]:
    try:
        with manifest.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{manifest}: can't be read ({error.strerror})") from None
    kind = site.settings.captions.kind
    return read_manifest(data, str(manifest), default_kind=kind, record_ids=site.record_ids)


def file_away(site: Site, done: Iterable[tuple[Path, Upload]]) -> int:
    """Move files of the drop folder that are on their recordings into `done/`; return how many.

    A file that lies elsewhere stays where it is.
    """
    folder = site.server.captions_dir
    inside = [(path, upload) for path, upload in done if path.is_relative_to(folder)]
    return sum(_file_away(site, folder, path, upload) for path, upload in inside)


def _file_away(site: Site, folder: Path, path: Path, upload: Upload) -> bool:
    target = folder / DONE / path.relative_to(folder)
    if target.exists():
        target = target.with_name(f"{target.stem}.{upload.digest[:8]}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(target)
    except OSError as error:
        raise _unwritable(target.parent, error) from None
    with whole_file(target.with_name(f"{target.name}.json")) as note:
        note.write(json.dumps(_receipt(site, upload), ensure_ascii=False, indent=2) + "\n")
    return True


def _receipt(site: Site, upload: Upload) -> Mapping[str, object]:
    since = upload.checked_at or upload.sent_at
    return {
        "server": site.server.name,
        "record_id": upload.record_id,
        "kind": upload.kind,
        "lang": upload.lang,
        "label": upload.label,
        "cues": upload.cues,
        "sha256": upload.digest,
        "verified_at": since.isoformat(timespec="seconds") if since else None,
    }
