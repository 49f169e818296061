"""Wait until the server shows the text tracks that it accepted.

A track counts once it is listed and its cues, downloaded, are those that were
sent.  What does not appear in time is unverified, and looked at again on the
following nights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bbbkeep.api.reading import Reader
from bbbkeep.errors import CaptionWorkerError
from bbbkeep.ledger import leases, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.looking import Seen, look
from bbbkeep.operations.our_tracks import OursByTrack
from bbbkeep.operations.refused_uploads import look_at_refused
from bbbkeep.operations.waiting_uploads import (
    LOOKED_AT_FOR,
    Key,
    items_by_key,
    key_of,
    sent_at,
    store,
    uploads_in,
)
from bbbkeep.plans.conclude import conclude
from bbbkeep.plans.run import LEASE_FOR, RunRef
from bbbkeep.site import Site

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between rounds; each pause is twice the one before, and the first again once a track appeared."""

MISSES = 5
"""How many tracks in a row may be missing before the rest of a round is left: the queue works in order."""

GONE = 8
"""Failures in a row until the server counts as gone: some minutes, in which a bbb-web restarts."""

MANY = 5
"""So many accepted and none appearing is no matter of single files: the server's caption worker is dead."""

OVERTAKEN_FOR = timedelta(seconds=30)
"""How long a track may be missing after one behind it in the queue has appeared: it was refused in silence."""

_LEASE_KEPT_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Rounds:
    """Rounds of looks at uploads that wait, oldest first; `run` is None where no run waits for them.

    `failures` counts the looks in a row that the server gave no usable answer
    to, `place` says where in the queue an upload stood, and `reached` how far
    tracks have appeared, and since when.
    """

    site: Site
    reader: Reader
    ours: OursByTrack
    run: RunRef | None = None
    place: Mapping[Key, int] = field(default_factory=dict)
    verified: int = 0
    failures: int = 0
    reached: list[tuple[int, datetime]] = field(default_factory=list)
    lease_kept_at: datetime | None = None

    def settled(self, upload: Upload, seen: Seen) -> None:
        """Keep what became of an upload, in the ledger and in the run if it is one of its items."""
        store(self.site, upload, seen, self.ours)
        now = self.site.clock.now()
        if seen.status == "verified":
            self.verified += 1
            self.reached.append((self.place.get(key_of(upload), -1), now))
        item = items_by_key(self.run.plan_path).get(key_of(upload)) if self.run else None
        if self.run and item is not None and seen.status in {"verified", "unverified"}:
            conclude(self.site, self.run, item, seen.status, seen.because)
        self.keep_lease(now)

    def keep_lease(self, now: datetime) -> None:
        if self.run and (self.lease_kept_at is None or now - self.lease_kept_at > _LEASE_KEPT_EVERY):
            with self.site.ledger.write() as conn:
                leases.renew(conn, self.site.key, self.run.token, now=now, ttl=LEASE_FOR)
            self.lease_kept_at = now

    def overtaken(self, upload: Upload) -> bool:
        """Tell whether one behind it in the queue appeared a while ago."""
        place, now = self.place[key_of(upload)], self.site.clock.now()
        return any(where > place and now - since >= OVERTAKEN_FOR for where, since in self.reached)


def settle(site: Site, run: RunRef, *, leave: int = 0) -> int:
    """Look at the pending tracks until no more than *leave* wait, or the deadline passes; return how many were verified.

    The deadline counts from the last track that appeared.

    Raises:
        CaptionWorkerError: many were accepted, and none of them appeared.
    """
    waiting, ours = uploads_in(site, "pending")
    place = {key_of(one): number for number, one in enumerate(waiting)}
    with site.reader() as reader:
        rounds = _Rounds(site, reader, ours, run, place)
        left = _until(rounds, waiting, leave)
    if len(left) <= leave:
        return rounds.verified
    for upload in left:
        rounds.settled(upload, Seen("unverified", _overdue(site, upload)))
    if not rounds.verified and rounds.failures < GONE and len(left) >= MANY:
        raise CaptionWorkerError(site.server.name, len(left), site.settings.captions.deadline_minutes)
    return rounds.verified


def _until(rounds: _Rounds, waiting: list[Upload], leave: int) -> list[Upload]:
    """Look, with growing pauses; return what still waits once that is few enough, or the time is over."""
    clock, patience = rounds.site.clock, _patience(rounds.site)
    pause, last_sign, number = FIRST_PAUSE, clock.now(), 0
    while len(waiting) > leave and rounds.failures < GONE and clock.now() - last_sign < patience:
        before, number = rounds.verified, number + 1
        waiting = _without_overtaken(rounds, _round(rounds, waiting, number))
        if rounds.verified > before:
            pause, last_sign = FIRST_PAUSE, clock.now()
        if len(waiting) > leave:
            rounds.keep_lease(clock.now())
            clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    return waiting


def _without_overtaken(rounds: _Rounds, waiting: Sequence[Upload]) -> list[Upload]:
    """Settle what the server must have refused in silence: its queue is past it."""
    overtaken = [one for one in waiting if rounds.overtaken(one)]
    for upload in overtaken:
        because = (
            upload.because or "accepted, but later ones appeared and it did not: the server refused the file"
        )
        rounds.settled(upload, Seen("unverified", because + _advice(upload)))
    return [one for one in waiting if one not in overtaken]


def look_again(site: Site) -> int:
    """Look once at what earlier runs left pending, unverified or refused; return how many are there now.

    A run that broke off leaves uploads pending, some of which were never
    sent: past the deadline they count as unverified, so that they can be
    planned again.
    """
    now = site.clock.now()
    open_ones, ours = uploads_in(site, "pending", "unverified")
    left = [one for one in open_ones if sent_at(one, now) > now - LOOKED_AT_FOR]
    verified = 0
    if left:
        with site.reader() as reader:
            rounds = _Rounds(site, reader, ours)
            _round(rounds, left, 1)
            verified = rounds.verified
    for upload in uploads_in(site, "pending")[0]:
        if sent_at(upload, now) <= now - _patience(site):
            store(site, upload, Seen("unverified", _overdue(site, upload)), ours)
    return verified + look_at_refused(site)


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


def _patience(site: Site) -> timedelta:
    return timedelta(minutes=site.settings.captions.deadline_minutes)


def _overdue(site: Site, upload: Upload) -> str:
    minutes = site.settings.captions.deadline_minutes
    late = f"accepted, but not listed {minutes} minutes later; the next night looks again"
    return upload.because or late + _advice(upload)


def _advice(upload: Upload) -> str:
    """Advise a bare language: some versions accept a tag with a region, and throw the track away."""
    bare, region, _ = upload.lang.partition("-")
    if not region:
        return ""
    return f"; some servers accept {upload.lang} and drop the track: use {bare!r}, in the file's name or by lang_map"
