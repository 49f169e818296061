"""Wait until the server shows the text tracks that it accepted.

A track counts once it is listed and its cues, downloaded, are those that were
sent.  What does not appear in time is unverified, and looked at again on the
following nights.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bbbkeep.api.reading import Reader
from bbbkeep.ledger import leases, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.looking import Seen, look
from bbbkeep.operations.our_tracks import OursByTrack, others, our_tracks, retire
from bbbkeep.plans.begin import LEASE_FOR, RunRef
from bbbkeep.plans.conclude import conclude
from bbbkeep.plans.document import PlanItem, read_plan
from bbbkeep.site import Site

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between rounds; each pause is twice the one before, and the first again once a track appeared."""

MISSES = 5
"""How many tracks in a row may be missing before the rest of a round is left: the queue works in order."""

GONE = 8
"""Failures in a row until the server counts as gone: some minutes, in which a bbb-web restarts."""

LOOKED_AT_FOR = timedelta(days=14)
"""How long a track that did not appear is looked for."""

_LEASE_KEPT_EVERY = timedelta(minutes=1)

Key = tuple[str, str, str, str]
Settle = Callable[[Upload, Seen], None]


@dataclass(slots=True)
class _Rounds:
    """What each look of a round needs; `settled` is told of every upload that a look settles.

    `failures` counts the looks in a row that the server gave no usable answer to.
    """

    site: Site
    reader: Reader
    ours: OursByTrack
    settled: Settle
    failures: int = 0


def settle(site: Site, run: RunRef) -> int:
    """Look at the pending tracks until all are settled or the deadline passes; return how many were verified.

    The deadline counts from the last track that appeared.
    """
    waiting, ours = _pending(site)
    verified: list[Upload] = []
    concluded = _conclude_in(site, run, ours, verified)
    pause, last_sign, number = FIRST_PAUSE, site.clock.now(), 0
    with site.reader() as reader:
        rounds = _Rounds(site, reader, ours, concluded)
        while waiting and rounds.failures < GONE and site.clock.now() - last_sign < _patience(site):
            before, number = len(waiting), number + 1
            waiting = _round(rounds, waiting, number)
            if len(waiting) < before:
                pause, last_sign = FIRST_PAUSE, site.clock.now()
            if waiting:
                _wait(site, run, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
    for upload in waiting:
        concluded(upload, Seen("unverified", _overdue(site, upload)))
    return len(verified)


def look_again(site: Site) -> int:
    """Look once at what earlier runs left pending or unverified; return how many are there now.

    A run that broke off leaves uploads pending, some of which were never
    sent: past the deadline they count as unverified, so that they can be
    planned again.
    """
    now = site.clock.now()
    everything, ours = _known(site)
    open_ones = [one for one in everything if one.status in {"pending", "unverified"}]
    left = [one for one in open_ones if _sent_at(one, now) > now - LOOKED_AT_FOR]
    verified: list[Upload] = []
    if left:
        with site.reader() as reader:
            _round(_Rounds(site, reader, ours, _store_in(site, ours, verified)), left, 1)
    for upload in _pending(site)[0]:
        if _sent_at(upload, now) <= now - _patience(site):
            _store(site, upload, Seen("unverified", _overdue(site, upload)), ours)
    return len(verified)


def _round(rounds: _Rounds, waiting: Sequence[Upload], number: int) -> list[Upload]:
    """Look at each upload, oldest first; return those that nothing settled yet.

    After MISSES in a row one of the rest is tried: if it is there, the
    missing ones were refused in silence, and the round goes on.
    """
    rest, still = list(reversed(waiting)), []
    misses = 0
    while rest:
        probing = misses >= MISSES
        place = _probe(number, len(rest)) if probing else len(rest) - 1
        upload = rest.pop(place)
        seen = look(rounds.site, rounds.reader, upload, rounds.ours)
        rounds.failures = rounds.failures + 1 if seen.server_failed else 0
        if seen.status is not None:
            rounds.settled(upload, seen)
            misses = 0
            continue
        upload = _noted(rounds.site, upload, seen)
        if probing or seen.server_failed:
            rest.insert(place, upload)
            break
        still.append(upload)
        misses += 1
    return [*still, *reversed(rest)]


def _probe(number: int, count: int) -> int:
    """Return which of *count* to try in this round: by turns the one sent last, and another one each time."""
    return 0 if number % 2 else number * 7919 % count


def _noted(site: Site, upload: Upload, seen: Seen) -> Upload:
    if not seen.because or seen.because == upload.because:
        return upload
    changed = replace(upload, because=seen.because, checked_at=site.clock.now())
    with site.ledger.write() as conn:
        uploads.put(conn, changed)
    return changed


def _known(site: Site) -> tuple[list[Upload], OursByTrack]:
    """Return all uploads, those sent first first, and which of them are ours on the server."""
    now = site.clock.now()
    with site.ledger.read() as conn:
        everything = uploads.listing(conn, site.key)
    return sorted(everything, key=lambda upload: _sent_at(upload, now)), our_tracks(everything)


def _pending(site: Site) -> tuple[list[Upload], OursByTrack]:
    everything, ours = _known(site)
    return [one for one in everything if one.status == "pending"], ours


def _sent_at(upload: Upload, now: datetime) -> datetime:
    return upload.sent_at or now


def _patience(site: Site) -> timedelta:
    return timedelta(minutes=site.settings.captions.deadline_minutes)


def _overdue(site: Site, upload: Upload) -> str:
    minutes = site.settings.captions.deadline_minutes
    return upload.because or f"accepted, but not listed {minutes} minutes later; the next night looks again"


def _wait(site: Site, run: RunRef, pause: float) -> None:
    _keep_lease(site, run)
    site.clock.sleep(pause)


def _keep_lease(site: Site, run: RunRef) -> None:
    with site.ledger.write() as conn:
        leases.renew(conn, site.key, run.token, now=site.clock.now(), ttl=LEASE_FOR)


def _store(site: Site, upload: Upload, seen: Seen, ours: OursByTrack) -> None:
    now = site.clock.now()
    status = seen.status or upload.status
    with site.ledger.write() as conn:
        uploads.put(conn, replace(upload, status=status, because=seen.because, checked_at=now))
        if status == "verified":
            retire(conn, others(ours, upload), now)


def _store_in(site: Site, ours: OursByTrack, verified: list[Upload]) -> Settle:
    """Return what settles an upload in the ledger, and counts it."""

    def settled(upload: Upload, seen: Seen) -> None:
        _store(site, upload, seen, ours)
        verified.extend([upload] if seen.status == "verified" else [])

    return settled


def _conclude_in(site: Site, run: RunRef, ours: OursByTrack, verified: list[Upload]) -> Settle:
    """Return what settles an upload in the ledger, and in the run if it is one of its items."""
    items, store = _items_by_key(run), _store_in(site, ours, verified)
    kept_at = site.clock.now()

    def settled(upload: Upload, seen: Seen) -> None:
        nonlocal kept_at
        store(upload, seen)
        item = items.get((upload.digest, upload.record_id, upload.kind, upload.lang))
        if item is not None and seen.status in {"verified", "unverified"}:
            conclude(site, run, item, seen.status, seen.because)
        if site.clock.now() - kept_at > _LEASE_KEPT_EVERY:
            _keep_lease(site, run)
            kept_at = site.clock.now()

    return settled


def _items_by_key(run: RunRef) -> Mapping[Key, PlanItem]:
    plan, _ = read_plan(Path(run.plan_path))
    return {
        (item.params["digest"], item.record_id, item.params["kind"], item.params["lang"]): item
        for item in plan.items
    }


def empty_spool(site: Site, *, older_than: datetime) -> None:
    """Remove converted files that no upload waits for any more."""
    with site.ledger.read() as conn:
        sent = uploads.listing(conn, site.key)
    wanted = {one.webvtt_digest for one in sent if one.status in {"pending", "unverified"}}
    for path in site.spool_dir.glob("*.vtt"):
        if path.stem not in wanted and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)
