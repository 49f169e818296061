"""Caption files: which wait in the folder, what they become, and the plan to upload them."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bbbkeep.captions.convert import convert
from bbbkeep.captions.decode import MAX_BYTES
from bbbkeep.captions.language import label
from bbbkeep.captions.naming import Match, candidates, match
from bbbkeep.errors import CaptionError, UsageError
from bbbkeep.ledger import inventory, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import InventoryRow, Outcome
from bbbkeep.operations.our_tracks import Track, our_tracks, track_of
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.actions.upload_text_track import spooled
from bbbkeep.plans.document import Plan, PlanItem
from bbbkeep.plans.make import Draft, make_plan, write_private
from bbbkeep.selection import Selection
from bbbkeep.site import Site

TRIES = 3
"""Nights that an upload which never showed is sent again; after that it is only reported."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A caption file that became WebVTT (in the spool), or why it did not."""

    file: str
    digest: str = ""
    record_id: str = ""
    kind: str = ""
    lang: str = ""
    label: str = ""
    webvtt_digest: str = ""
    cues: int = 0
    problem: str = ""

    @property
    def track(self) -> Track:
        return self.record_id, self.kind, self.lang


def waiting_files(folder: Path) -> list[Path]:
    """Return the caption files laid into *folder*, by name."""
    return sorted(candidates(folder)) if folder.is_dir() else []


def prepare(site: Site, paths: Sequence[Path]) -> list[Prepared]:
    """Convert a chunk of caption files; one that can't be converted says why.

    A file whose very content was verified on its recording before is not
    converted again.
    """
    return [_prepare(site, path) for path in paths]


def _prepare(site: Site, path: Path) -> Prepared:
    try:
        found = match(path.name, default_kind=site.settings.captions.kind, record_ids=site.record_ids)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more, so that `convert` sees that it is too large
        digest = hashlib.sha256(data).hexdigest()
        known = _known(site, digest, found)
        if known is not None and known.status == "verified":
            return _prepared(path, known)
        conversion = convert(data, path.name, target="bbb")
    except CaptionError as error:
        return Prepared(path.name, problem=error.problem)
    except OSError as error:
        return Prepared(path.name, problem=f"can't be read: {error.strerror}")
    track = found.record_id, found.kind, found.lang, label(found.lang)
    return Prepared(path.name, digest, *track, _spool(site, conversion.webvtt), conversion.cues)


def _spool(site: Site, webvtt: str) -> str:
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


def _known(site: Site, digest: str, found: Match) -> Upload | None:
    with site.ledger.read() as conn:
        return uploads.get(conn, site.key, digest, found.record_id, found.kind, found.lang)


def _prepared(path: Path, known: Upload) -> Prepared:
    track = known.record_id, known.kind, known.lang, known.label or ""
    return Prepared(path.name, known.digest, *track, known.webvtt_digest, known.cues)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What to do with a file now: upload it (no outcome), leave it ("unchanged"), or why not."""

    file: Prepared
    outcome: Outcome | None = None
    because: str = ""


def plan_uploads(
    site: Site, prepared: Sequence[Prepared], selection: Selection, *, now: datetime
) -> tuple[Plan, Path]:
    """Plan to upload what is not on its recording yet."""
    with site.ledger.read() as conn:
        rows = inventory.many(conn, site.key, {one.record_id for one in prepared if one.record_id})
        sent = uploads.listing(conn, site.key)
    known, ours = {(one.digest, *track_of(one)): one for one in sent}, our_tracks(sent)
    twice = _twice(prepared)
    judged = [
        _judge(one, rows.get(one.record_id), known.get((one.digest, *one.track)), twice, selection)
        for one in prepared
    ]
    left = [one for one in judged if one.outcome not in {None, "unchanged"}]
    files = [one.file for one in judged if one.outcome is None]
    draft = Draft(
        "captions",
        tuple(_item(one, rows[one.record_id], ours=one.track in ours) for one in files),
        kept=len(judged) - len(left) - len(files),
        refused=tuple(_left(one) for one in left),
    )
    return make_plan(site, draft, now=now)


def _twice(prepared: Sequence[Prepared]) -> Collection[Track]:
    counts = Counter(one.track for one in prepared if not one.problem)
    return {track for track, count in counts.items() if count > 1}


def _judge(
    one: Prepared,
    row: InventoryRow | None,
    earlier: Upload | None,
    twice: Collection[Track],
    selection: Selection,
) -> _Judged:
    if one.problem:
        return _Judged(one, "refused", one.problem)
    if one.track in twice:
        because = f"two files for the {one.kind} track in {one.lang} of this recording; leave one"
        return _Judged(one, "refused", because)
    if row is None:
        return _Judged(one, "skipped", "no sweep has seen this recording; the file waits for it")
    if row.recording not in selection or (earlier and earlier.status in {"verified", "pending"}):
        return _Judged(one, "unchanged")
    return _judge_state(one, row.recording.state, earlier)


def _judge_state(one: Prepared, state: str | None, earlier: Upload | None) -> _Judged:
    if state == "deleted":
        return _Judged(one, "refused", "the recording is deleted")
    if state in {"processing", "processed"}:
        return _Judged(one, "skipped", f"the recording is still {state}; the file waits for it")
    if earlier is not None and earlier.tries >= TRIES:
        because = f"tried {earlier.tries} times, last: {earlier.because}; not tried again"
        return _Judged(one, "refused", because)
    return _Judged(one)


def _left(judged: _Judged) -> Mapping[str, str]:
    return {
        "file": judged.file.file,
        "record_id": judged.file.record_id,
        "outcome": str(judged.outcome),
        "because": judged.because,
    }


def _item(one: Prepared, row: InventoryRow, *, ours: bool) -> PlanItem:
    action = ACTIONS["upload_text_track"]
    params = {
        "file": one.file,
        "digest": one.digest,
        "webvtt_digest": one.webvtt_digest,
        "cues": one.cues,
        "kind": one.kind,
        "lang": one.lang,
        "label": one.label,
        "replaces_ours": ours,
    }
    return PlanItem(
        number=0,
        record_id=one.record_id,
        action=action.name,
        fingerprint=action.fingerprint(row.recording, params),
        reasons=(f"{one.file}: {one.cues} cues, {one.kind} in {one.lang}",),
        undo="a new track can't be removed again",
        params=params,
    )
