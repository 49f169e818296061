"""Caption files: what each becomes on which recording, converted into the spool."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bbbkeep.captions.convert import convert
from bbbkeep.captions.decode import MAX_BYTES
from bbbkeep.captions.language import canonical, label, same
from bbbkeep.captions.meetings import Unclear, resolve
from bbbkeep.captions.naming import Match, match
from bbbkeep.captions.shift import shifted
from bbbkeep.errors import CaptionError, UsageError
from bbbkeep.ledger import uploads
from bbbkeep.ledger.meetings import recordings_of
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import Outcome, Recording
from bbbkeep.operations.caption_folder import CaptionFile, file_away
from bbbkeep.operations.our_tracks import Track
from bbbkeep.operations.retention import policy_of
from bbbkeep.plans.actions.upload_text_track import spooled
from bbbkeep.plans.make import write_private
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Prepared:
    """A caption file that became WebVTT (in the spool), or why it did not.

    `named` is the language as the file has it, where `lang_map` sends another.
    """

    file: str
    digest: str = ""
    record_id: str = ""
    kind: str = ""
    lang: str = ""
    label: str = ""
    webvtt_digest: str = ""
    cues: int = 0
    problem: str = ""
    outcome: Outcome = "refused"
    named: str = ""
    path: str = ""
    offset_ms: int = 0
    encoding: str = ""

    @property
    def track(self) -> Track:
        return self.record_id, self.kind, self.lang


Recordings = Mapping[str, Sequence[Recording]]
"""The recordings of a meeting, by its ID."""


def prepare(site: Site, files: Sequence[CaptionFile]) -> list[Prepared]:
    """Convert a chunk of caption files; one that can't be converted says why.

    A file whose very content was verified on its recording before is not
    converted again, and leaves the drop folder.
    """
    matched = [(one, _matched(site, one)) for one in files]
    meetings = {
        found.meeting.meeting_id for _, found in matched if isinstance(found, Match) and found.meeting
    }
    with site.ledger.read() as conn:
        recordings = recordings_of(conn, site.key, meetings)
    return [
        _prepare(site, one, found, recordings) if isinstance(found, Match) else found
        for one, found in matched
    ]


def _matched(site: Site, one: CaptionFile) -> Match | Prepared:
    if one.problem:
        return Prepared(one.name, problem=one.problem, outcome=one.outcome)
    if one.row is not None:
        return one.row.match or Prepared(one.name, problem=one.row.problem)
    try:
        return match(str(one.path), default_kind=site.settings.captions.kind, record_ids=site.record_ids)
    except CaptionError as error:
        return Prepared(one.name, problem=error.problem)


def _prepare(site: Site, one: CaptionFile, found: Match, recordings: Recordings) -> Prepared:
    try:
        content = _content(one.path)
        whole = _with_recording(site, found, recordings)
        if isinstance(whole, Unclear):
            return Prepared(one.name, problem=whole.because, outcome=whole.outcome)
        return _converted(site, one, whole, content)
    except CaptionError as error:
        return Prepared(one.name, problem=error.problem)
    except OSError as error:
        return Prepared(one.name, problem=f"can't be read: {error.strerror}")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)  # one more, so that `convert` sees that it is too large


def _with_recording(site: Site, found: Match, recordings: Recordings) -> Match | Unclear:
    if found.meeting is None:
        return found
    rows = recordings.get(found.meeting.meeting_id, ())
    record_id = resolve(found.meeting, rows, policy_of(site).zone)
    return record_id if isinstance(record_id, Unclear) else replace(found, record_id=record_id, meeting=None)


def _converted(site: Site, one: CaptionFile, found: Match, data: bytes) -> Prepared:
    lang = mapped(site, found.lang)
    offset_ms = one.row.offset_ms if one.row else 0
    prepared = Prepared(
        one.name,
        _digest(data, offset_ms, one.read_as),
        found.record_id,
        found.kind,
        lang,
        named=found.lang if lang != found.lang else "",
        path=str(one.path),
        offset_ms=offset_ms,
        encoding=one.read_as,
    )
    known = _known(site, prepared)
    if known is not None and known.status == "verified":
        return replace(prepared, label=known.label or "", webvtt_digest=known.webvtt_digest, cues=known.cues)
    conversion = convert(data, one.path.name, target="bbb", encoding=one.read_as or None)
    webvtt, dropped = shifted(conversion.webvtt, offset_ms, one.name)
    shown = (one.row.label if one.row else "") or label(found.lang)
    return replace(prepared, label=shown, webvtt_digest=spool(site, webvtt), cues=conversion.cues - dropped)


def _digest(data: bytes, offset_ms: int, encoding: str) -> str:
    """Return what tells a file from others; moved in time or read as something else it is another file."""
    moved = f" {offset_ms} ms" if offset_ms else ""
    read_as = f" {encoding}" if encoding else ""
    return hashlib.sha256(data + (moved + read_as).encode()).hexdigest()


def mapped(site: Site, lang: str) -> str:
    """Return the tag that the server is sent for *lang*: `lang_map` may name another."""
    found = next((to for tag, to in site.server.lang_map.items() if same(tag, lang)), lang)
    return canonical(found)


def spool(site: Site, webvtt: str) -> str:
    """Lay what will be sent into the spool, and return its digest.

    Raises:
        UsageError: the spool takes no file; that is no fault of the caption file.
    """
    content = webvtt.encode()
    digest = hashlib.sha256(content).hexdigest()
    try:
        write_private(spooled(site.spool_dir, digest), content)
    except OSError as error:
        raise UsageError(f"{site.spool_dir}: can't be written ({error.strerror}); make room there") from None
    return digest


def _known(site: Site, one: Prepared) -> Upload | None:
    with site.ledger.read() as conn:
        return uploads.get(conn, site.key, one.digest, *one.track)


def file_away_done(site: Site, prepared: Sequence[Prepared]) -> int:
    """Move what is on its recording out of the drop folder; return how many files.

    A file that was changed since it was read is another one, and stays.
    """
    known = [(one, _known(site, one)) for one in prepared if one.path and not one.problem]
    done = [(one, upload) for one, upload in known if upload and upload.status == "verified"]
    return file_away(site, ((Path(one.path), upload) for one, upload in done if _is_as_read(one)))


def _is_as_read(one: Prepared) -> bool:
    try:
        return _digest(_content(Path(one.path)), one.offset_ms, one.encoding) == one.digest
    except OSError:
        return False
