"""The plan to upload caption files: which go up now, which wait, and why others are refused."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bbbkeep.api.uploads import INVALID_LANG
from bbbkeep.ledger import intents, inventory, uploads
from bbbkeep.ledger.attempts import NIGHTS
from bbbkeep.ledger.uploads import Upload
from bbbkeep.model import InventoryRow, Outcome
from bbbkeep.operations.caption_files import Prepared
from bbbkeep.operations.our_tracks import Track, our_tracks, track_of
from bbbkeep.operations.track_support import require_text_tracks
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.actions.upload_text_track import UploadTextTrack
from bbbkeep.plans.document import Plan, PlanItem
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.selection import Selection
from bbbkeep.site import Site

LANG_REFUSED_FOR = timedelta(days=14)
"""How long a language that the server could not parse is not sent to it again, for any recording."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What to do with a file now: upload it (no outcome), leave it ("unchanged"), or why not."""

    file: Prepared
    outcome: Outcome | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of the files' recordings and of what was sent before."""

    rows: Mapping[str, InventoryRow]
    sent: Mapping[tuple[str, Track], Upload]
    twice: Collection[Track]
    refused_langs: Mapping[str, str]
    again: "_Again"
    unpublished_too: bool
    selection: Selection


@dataclass(frozen=True, slots=True)
class _Again:
    """When an upload that the server accepted and never showed may be sent again.

    Sent into a queue that stands still, it would only make that longer.
    """

    accepted_before: datetime
    appeared_at: datetime | None
    """When the server last showed a track that it had not shown before."""
    intended_at: Mapping[str, datetime]
    """record_id -> when an upload to it was last about to be sent; what a killed run never came to is not there."""

    def wait(self, earlier: Upload) -> str:
        """Return why it is not sent again yet; empty: it may go."""
        if earlier.status == "failed" or earlier.sent_at is None or not self._was_sent(earlier):
            return ""
        if earlier.sent_at > self.accepted_before:
            return "not sent again before its deadline has passed"
        if self.appeared_at is None or self.appeared_at <= earlier.sent_at:
            return "not sent again until another track has appeared on this server"
        return ""

    def _was_sent(self, earlier: Upload) -> bool:
        intended = self.intended_at.get(earlier.record_id)
        return intended is not None and earlier.sent_at is not None and intended >= earlier.sent_at


def _again(conn: Connection, site: Site, sent: Sequence[Upload], now: datetime) -> _Again:
    deadline = timedelta(minutes=site.settings.captions.deadline_minutes)
    appeared = (one.checked_at for one in sent if one.status == "verified" and one.checked_at)
    waiting = (one.sent_at for one in sent if one.status == "unverified" and one.sent_at)
    intended = intents.last_sent(conn, site.key, UploadTextTrack.name, min(waiting, default=now))
    return _Again(now - deadline, max(appeared, default=None), intended)


def plan_uploads(
    site: Site, prepared: Sequence[Prepared], selection: Selection, *, now: datetime
) -> tuple[Plan, Path]:
    """Plan to upload what is not on its recording yet.

    Raises:
        BbbUnsupportedError: there is something to upload, and the server has no text tracks.
    """
    with site.ledger.read() as conn:
        rows = inventory.many(conn, site.key, {one.record_id for one in prepared if one.record_id})
        sent = uploads.listing(conn, site.key)
        again = _again(conn, site, sent, now)
    known = _Known(
        rows,
        {(one.digest, track_of(one)): one for one in sent},
        _twice(prepared),
        _refused_langs(sent, now),
        again,
        site.settings.captions.upload_to_unpublished,
        selection,
    )
    judged = [_judge(one, known) for one in prepared]
    files = [one.file for one in judged if one.outcome is None]
    if files:
        require_text_tracks(site, files[0].record_id, waiting=len(files))
    return make_plan(site, _draft(site, judged, files, rows, our_tracks(sent)), now=now)


def _draft(
    site: Site,
    judged: Sequence[_Judged],
    files: Sequence[Prepared],
    rows: Mapping[str, InventoryRow],
    ours: Collection[Track],
) -> Draft:
    left = [one for one in judged if one.outcome not in {None, "unchanged"}]
    return Draft(
        "captions",
        tuple(_item(site, one, rows[one.record_id], ours=one.track in ours) for one in files),
        kept=len(judged) - len(left) - len(files),
        refused=tuple(_left(one) for one in left),
    )


def _twice(prepared: Sequence[Prepared]) -> Collection[Track]:
    counts = Counter(one.track for one in prepared if not one.problem)
    return {track for track, count in counts.items() if count > 1}


def _refused_langs(sent: Sequence[Upload], now: datetime) -> Mapping[str, str]:
    """Return the languages that the server could not parse in any spelling, each with what was said then."""
    return {
        one.lang: one.because
        for one in sent
        if one.status == "failed"
        and INVALID_LANG in one.because
        and one.sent_at
        and now - one.sent_at < LANG_REFUSED_FOR
    }


def _judge(one: Prepared, known: _Known) -> _Judged:
    if one.problem:
        return _Judged(one, one.outcome, one.problem)
    if one.track in known.twice:
        because = f"two files for the {one.kind} track in {one.lang} of this recording; leave one"
        return _Judged(one, "refused", because)
    row, earlier = known.rows.get(one.record_id), known.sent.get((one.digest, one.track))
    if row is None:
        return _Judged(one, "skipped", "no sweep has seen this recording; the file waits for it")
    if row.recording not in known.selection or (earlier and earlier.status == "verified"):
        return _Judged(one, "unchanged")
    if one.lang in known.refused_langs:
        return _Judged(one, "refused", f"not sent again: {known.refused_langs[one.lang]}")
    return _judge_state(one, row.recording.state, unpublished_too=known.unpublished_too) or _judge_again(
        one, earlier, known.again
    )


def _judge_state(one: Prepared, state: str | None, *, unpublished_too: bool) -> _Judged | None:
    if state == "deleted":
        return _Judged(one, "refused", "the recording is deleted")
    if state in {"processing", "processed"}:
        return _Judged(one, "skipped", f"the recording is still {state}; the file waits for it")
    if state == "unpublished" and not unpublished_too:
        because = "the recording is unpublished: an upload to it would block the server's caption queue"
        return _Judged(one, "refused", f"{because}; the file waits until it is published")
    return None


def _judge_again(one: Prepared, earlier: Upload | None, again: "_Again") -> _Judged:
    """Judge a file by what became of it when it was sent before."""
    if earlier is not None and earlier.status == "pending":
        return _Judged(one, "skipped", "sent already; the server does not show it yet")
    if earlier is None or earlier.status not in {"failed", "unverified"}:
        return _Judged(one)
    ended: Outcome = "failed" if earlier.status == "failed" else "unverified"
    if earlier.tries >= NIGHTS:
        because = f"tried {earlier.tries} times, last: {earlier.because}; not tried again"
        return _Judged(one, ended, because)
    wait = again.wait(earlier)
    return _Judged(one, ended, f"{earlier.because}; {wait}") if wait else _Judged(one)


def _left(judged: _Judged) -> Mapping[str, str]:
    return {
        "file": judged.file.file,
        "record_id": judged.file.record_id,
        "outcome": str(judged.outcome),
        "because": judged.because,
    }


def _item(site: Site, one: Prepared, row: InventoryRow, *, ours: bool) -> PlanItem:
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
        "replace_foreign": site.settings.captions.replace_foreign,
        "upload_to_unpublished": site.settings.captions.upload_to_unpublished,
    }
    mapped = (f"{one.named} is sent as {one.lang} (lang_map)",) if one.named else ()
    return PlanItem(
        number=0,
        record_id=one.record_id,
        action=action.name,
        fingerprint=action.fingerprint(row.recording, params),
        reasons=(f"{one.file}: {one.cues} cues, {one.kind} in {one.lang}", *mapped),
        size_bytes=row.recording.whole_size,
        undo="a new track can't be removed again",
        params=params,
    )
