"""Save what a write destroys before it is sent: metadata and text tracks, one file for each item.

Personal data: the files are their owner's alone and expire with the
before-images.  A file is named by its time, so that erasing needs no look
into it, and lies in a folder for each month.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bbbkeep.api.reading import Reader
from bbbkeep.errors import ArchiveError, BbbUnsupportedError
from bbbkeep.model import Recording, TextTrack
from bbbkeep.plans.action import Everything, Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.make import write_private
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site

_STAMP = "%Y%m%dT%H%M%SZ"
_MOST_BYTES = 64 * 1024**2
"""What one file may hold; more than all text tracks of a recording ever had."""


def save(site: Site, run: RunRef, reader: Reader, item: PlanItem, found: Found) -> str | None:
    """Save what an item's action would destroy and return the file's name in the archive; None: nothing has to be.

    Raises:
        ArchiveError: it could not be written, or is too large.
        BbbError: a text track could not be fetched.
        CaptionError: what would be put in its place is gone from the spool.
    """
    wanted = ACTIONS[item.action].to_archive(found, item.params)
    if wanted is None or found.recording is None:
        return None
    tracks = _all_tracks(reader, item.record_id) if isinstance(wanted, Everything) else wanted
    content = _content(site, run, item, found.recording, reader, tracks)
    now = site.clock.now().astimezone(UTC)
    name = f"{now:%Y-%m}/{now:{_STAMP}}-{run.run_id}-{item.number}.json"
    path = site.archive_dir / name
    try:
        write_private(path, content)
        _sync(path.parent)
    except OSError as error:
        raise ArchiveError(str(path), error.strerror or "can't be written") from error
    return name


def _all_tracks(reader: Reader, record_id: str) -> tuple[TextTrack, ...]:
    """List the text tracks; a server without that call has none to lose."""
    if not reader.profile.stores_text_tracks:
        return ()
    try:
        return reader.text_tracks(record_id)
    except BbbUnsupportedError:
        return ()


def _content(
    site: Site,
    run: RunRef,
    item: PlanItem,
    recording: Recording,
    reader: Reader,
    tracks: Sequence[TextTrack],
) -> bytes:
    document = {
        "schema": 1,
        "server": site.key,
        "record_id": item.record_id,
        "run_id": run.run_id,
        "number": item.number,
        "action": item.action,
        "at": site.clock.now().isoformat(),
        "name": recording.name,
        "meeting_id": recording.meeting_id,
        "state": recording.state,
        "metadata": None if recording.metadata is None else dict(recording.metadata),
        "tracks": [_track(one, reader.download(one)) for one in tracks],
        "sent": ACTIONS[item.action].text(site.spool_dir, item.params),
    }
    content = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    if len(content) > _MOST_BYTES:
        raise ArchiveError(item.record_id, f"what must be saved is larger than {_MOST_BYTES:,} bytes")
    return content


def _track(track: TextTrack, content: bytes) -> dict[str, str | None]:
    """Return a track with its file, never its address."""
    known = {name: getattr(track, name) for name in ("kind", "lang", "label", "source")}
    try:
        return known | {"text": content.decode("utf-8-sig")}
    except UnicodeDecodeError:
        return known | {"base64": base64.b64encode(content).decode()}


def load(site: Site, name: str) -> Mapping[str, Any] | None:
    """Return what was saved under *name*; None once it is erased or can't be read."""
    try:
        found = json.loads((site.archive_dir / name).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("server") == site.key else None


def digest_of(text: str) -> str:
    """Return the digest that a text waits in the spool under."""
    return hashlib.sha256(text.encode()).hexdigest()


def erase_before(archive_dir: Path, moment: datetime) -> int:
    """Erase what was saved before *moment*, and folders that are empty then; return how many files."""
    erased = 0
    for folder in sorted(archive_dir.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]")):
        for path in folder.glob("*.json"):
            if _saved_at(path) < moment:
                path.unlink(missing_ok=True)
                erased += 1
        if not any(folder.iterdir()):
            folder.rmdir()
    return erased


def _saved_at(path: Path) -> datetime:
    """Read the time in a file's name; a file that is not ours never expires."""
    try:
        return datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _sync(folder: Path) -> None:
    """Make the name durable too: the write that follows can't be taken back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
