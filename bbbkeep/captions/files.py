"""Convert caption files into a folder, without ever overwriting what bbbkeep did not write.

What bbbkeep wrote is remembered by SHA-256 in a hidden file beside it, one JSON
line each, added before the file is: after a crash it knows too much, never too little.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bbbkeep.captions.convert import Conversion, convert
from bbbkeep.captions.cues import Target
from bbbkeep.captions.decode import MAX_BYTES
from bbbkeep.captions.naming import ENDINGS, candidates
from bbbkeep.errors import CaptionError, UsageError

WRITTEN = ".bbbkeep-converted.jsonl"
"""Lines of `{"out": NAME.vtt, "sha256": ...}`; a torn last line is passed over."""

Become = Callable[[bytes, str], Conversion]


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one source; `out` and `conversion` are None where `error` says why."""

    file: Path
    out: Path | None = None
    conversion: Conversion | None = None
    error: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        done = self.conversion
        return {
            "file": str(self.file),
            "out": str(self.out) if self.out else None,
            "encoding": done.encoding if done else None,
            "events": done.events if done else 0,
            "cues": done.cues if done else 0,
            "drops": dict(done.drops) if done else {},
            "lost_at_server": dict(done.lost_at_server) if done else {},
            "error": self.error,
        }


@dataclass(slots=True)
class _Folder:
    """The output folder, and the hashes of all that bbbkeep ever wrote there, by name."""

    path: Path
    written: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def wrote(self, out: Path) -> bool:
        return out.is_file() and not out.is_symlink() and _sha256(out.read_bytes()) in self.written[out.name]


def convert_files(
    paths: Iterable[Path], out: Path, *, target: Target = "bbb", encoding: str | None = None
) -> Iterator[Converted]:
    """Yield what became of each source in *paths* (files, or folders with all below), converted into *out*.

    A file's failure stops that file only.

    Raises:
        UsageError: a path does not exist, or *out* can't be a folder.
    """
    folder = _opened(out)
    sources = list(_sources(paths, folder))
    outputs = _by_output(sources)
    taken = {source.resolve() for source in sources}
    for source in sources:
        rivals = [other for other in outputs[_output(source).casefold()] if other != source]
        yield _converted(source, folder, rivals, taken, partial(convert, target=target, encoding=encoding))


def _opened(out: Path) -> _Folder:
    try:
        out.mkdir(parents=True, exist_ok=True)
        return _Folder(out, _remembered(out / WRITTEN))
    except OSError as error:
        raise UsageError(f"--out {out}: can't be used as a folder ({error.strerror})") from None


def _remembered(path: Path) -> dict[str, set[str]]:
    written: dict[str, set[str]] = defaultdict(set)
    if not path.exists():
        return written
    for line in path.read_text("utf-8", errors="ignore").splitlines():
        try:
            entry = json.loads(line)
            written[str(entry["out"])].add(str(entry["sha256"]))
        except (ValueError, TypeError, KeyError):
            continue
    return written


def _sources(paths: Iterable[Path], folder: _Folder) -> Iterator[Path]:
    """Yield each file once; of a folder not what an earlier run wrote there."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        for source in candidates(path) if path.is_dir() else [path]:
            found = source.resolve()
            written = path.is_dir() and found.parent == folder.path.resolve() and folder.wrote(source)
            if found not in seen and not written:
                seen.add(found)
                yield source


def _output(source: Path) -> str:
    return source.stem + ".vtt"


def _by_output(sources: Sequence[Path]) -> Mapping[str, list[Path]]:
    """Group by output name, whatever its letter case: some file systems can't tell them apart."""
    outputs: dict[str, list[Path]] = defaultdict(list)
    for source in sources:
        outputs[_output(source).casefold()].append(source)
    return outputs


def _converted(
    source: Path, folder: _Folder, rivals: Sequence[Path], taken: set[Path], become: Become
) -> Converted:
    out = folder.path / _output(source)
    try:
        _refuse_rivals(out, rivals)
        conversion = become(_bytes(source), source.name)
        _write(conversion.webvtt.encode(), out, folder, taken)
    except CaptionError as error:
        return Converted(source, error=error.problem)
    except OSError as error:
        return Converted(source, error=error.strerror or type(error).__name__)
    return Converted(source, out, conversion)


def _refuse_rivals(out: Path, rivals: Sequence[Path]) -> None:
    if rivals:
        raise CaptionError(out.name, f"{rivals[0]} would become the same {out.name}; rename one")


def _bytes(source: Path) -> bytes:
    if source.suffix.lower() not in ENDINGS:
        raise CaptionError(source.name, "not a caption file (srt, ass, ssa, vtt)")
    if not source.is_file():
        raise CaptionError(source.name, "not a regular file")
    with source.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)  # one more, so that `convert` sees that it is too large


def _write(content: bytes, out: Path, folder: _Folder, taken: set[Path]) -> None:
    """Replace *out* at once, if it is ours or absent; equal content is left alone."""
    if out.resolve() in taken:
        raise CaptionError(out.name, f"{out} is itself a source; choose another --out")
    if out.is_file() and not out.is_symlink() and out.read_bytes() == content:
        return
    if (out.exists() or out.is_symlink()) and not folder.wrote(out):
        raise CaptionError(out.name, f"{out} exists and is not as bbbkeep wrote it; move it away")
    _remember(_sha256(content), out, folder)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _remember(digest: str, out: Path, folder: _Folder) -> None:
    if digest not in folder.written[out.name]:
        folder.written[out.name].add(digest)
        with (folder.path / WRITTEN).open("a", encoding="utf-8") as stream:
            # the line feed first: after a torn line this one still stands alone
            stream.write("\n" + json.dumps({"out": out.name, "sha256": digest}) + "\n")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
