"""Read from a server: what every room but plans/ is given.

A Reader has no method that writes, and its transport refuses the calls that
do.  Reads are retried here and nowhere else.
"""

import random as randomness
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bbbkeep.api import answers, judging, meeting_answers, tracks
from bbbkeep.api.address import Checksum, ServerAddress
from bbbkeep.api.calling import INDEX, READS, Caller
from bbbkeep.api.hosts import trusted
from bbbkeep.api.listing import Listing
from bbbkeep.api.parse import merged_by_id
from bbbkeep.api.probing import Finding, probe
from bbbkeep.api.profiles import profile_named
from bbbkeep.api.record_ids import whole_ids
from bbbkeep.api.transport import Body, Limits, Sending, Transport, unavailable
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbRejectedError, BbbUnsupportedError, UsageError
from bbbkeep.model import Recording, TextTrack

_PREFIX = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_NO_TRACKS = {"nocaptionsfound", "norecordings"}


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """What the server says of itself, without any secret: the API's version, BigBlueButton's if it tells."""

    api: str | None
    bbb: str | None


class Reader:
    """One server's reading side; not for use by several threads at once."""

    def __init__(
        self,
        address: ServerAddress,
        *,
        clock: Clock,
        spool_dir: Path | None = None,
        random: Callable[[], float] = randomness.random,
        tries: int = 4,
        limits: Limits | None = None,
        other_ids: re.Pattern[str] | None = None,
    ) -> None:
        self.address, self.profile = address, profile_named(address.profile)
        self._clock, self.other_ids = clock, other_ids
        self._transport = Transport(address, clock, spool_dir, limits or Limits())
        self._caller = Caller(address, self._transport, READS, clock, random, tries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    @property
    def server_date(self) -> datetime | None:
        """The Date header of the last answer, to know how far the clocks are apart."""
        return self._transport.server_date

    def version(self) -> ServerVersion:
        """Return what answers at the URL; needs no secret and proves none."""
        fields = self._caller.read(INDEX, [], judging.successful_fields)
        return ServerVersion(api=fields.get("version") or None, bbb=fields.get("bbbVersion") or None)

    @property
    def checksum(self) -> Checksum | None:
        """The checksum's algorithm that the server takes; None: not known yet."""
        return self._caller.algorithm

    def probe(self) -> Finding:
        """Find out what kind of server this is, by three small reads."""
        return probe(self._caller)

    def listing(self, prefixes: Sequence[str], *, offset: int = 0, tries: int | None = None) -> Listing:
        """Return all recordings, in any state, whose ID begins with one of *prefixes*.

        One request without `limit`, and therefore without pages.  Close what
        is returned.

        Raises:
            UsageError: no prefix, or one that no ID can begin with.
        """
        if isinstance(prefixes, str) or not prefixes or not all(map(_PREFIX.fullmatch, prefixes)):
            raise UsageError("a listing needs prefixes of record IDs: letters, digits and -_.:, none empty")
        return self._list([("recordID", ",".join(prefixes)), *_from(offset)], tries)

    def listing_all(self, *, offset: int = 0, tries: int | None = None) -> Listing:
        """Return all recordings, in any state, by one unfiltered request.  Close what is returned."""
        return self._list(_from(offset), tries)

    def recordings(self, record_ids: Sequence[str]) -> dict[str, Recording]:
        """Return the recordings with exactly these IDs, in any state, formats merged.

        An ID that is missing from the result is one the server does not have.

        Raises:
            BbbUnavailableError: an answer that proves nothing about what is not in it.
        """
        found: dict[str, Recording] = {}
        whole = whole_ids(record_ids, self.other_ids)
        waiting = list(_cut(whole, self.most_ids(whole)))
        while waiting:
            batch = waiting.pop(0)
            with self.listing(batch) as listing:
                everything = merged_by_id(listing)
                if not listing.complete:
                    raise unavailable("getRecordings", listing.because)
            shown = _asked_for(batch, everything)
            if (
                listing.lenient and len(shown) > 1
            ):  # one odd recording must not leave the others' metadata unknown
                waiting = [*_cut(batch, (len(batch) + 1) // 2), *waiting]
            else:
                found |= shown
        return found

    def most_ids(self, record_ids: Sequence[str]) -> int:
        """Return how many of *record_ids* one request may name."""
        longest = max(map(len, record_ids)) + len("%2C")
        return max(1, min(self.profile.max_ids_read, self.profile.max_query // longest))

    def total(self) -> tuple[int, bool] | None:
        """Return how many there are in all, and whether recordings are counted (else formats); None: not told.

        Asked once, without retries: on a large server it takes as long as a listing of everything.
        """
        with self._list([("limit", "1")], tries=1) as listing:
            return listing.total

    def text_tracks(self, record_id: str) -> tuple[TextTrack, ...]:
        """Return the text tracks the server lists for one recording; their hrefs work once.

        Empty also where it knows nothing of captions for this recording:
        `noRecordings` is about the captions' folder, which imported
        recordings lack.
        """
        call = "getRecordingTextTracks"
        [whole] = whole_ids([record_id], self.other_ids)
        try:
            response = self._caller.read(call, [("recordID", whole)], judging.successful_response, json=True)
        except BbbRejectedError as problem:
            if problem.message_key.lower() in _NO_TRACKS:
                return ()
            raise
        return tracks.text_tracks(call, response)

    def running_meetings(self) -> frozenset[str] | None:
        """Return the internal IDs of the meetings that run right now; None: the server can't tell.

        The recording of a meeting has that ID as its record ID.

        Raises:
            BbbRejectedError, BbbUnavailableError: it has the call, and fails.
        """
        if not self.profile.tells_meetings:
            return None
        try:
            return self._caller.read("getMeetings", [], meeting_answers.running)
        except BbbUnsupportedError:
            return None

    def download(self, track: TextTrack) -> bytes:
        """Fetch the file of a text track, once and never again: its href is spent by the attempt.

        Raises:
            BbbRejectedError: the href leads to a host that is not the server's, or gives up https.
            BbbUnavailableError: refused, broken off, or not a text file.
        """
        call = "download of a text track"
        if not trusted(self.address, track.href or ""):
            raise BbbRejectedError(
                call, "its address is not on the server's own hosts, or not on https; allow the host in hosts"
            )
        sending = Sending(call, track.href or "", self._transport.limits.answer_bytes)
        with closing(self._transport.send(sending)) as body:
            return answers.require_page(body)

    def _list(self, parameters: list[tuple[str, str]], tries: int | None) -> Listing:
        def judge(body: Body) -> Listing:
            return Listing(body, judging.successful_envelope(body), self._clock.now())

        bound = self._transport.limits.listing_bytes
        asked = [("state", "any"), *parameters]
        return self._caller.read("getRecordings", asked, judge, bound=bound, tries=tries)


def _asked_for(record_ids: tuple[str, ...], everything: dict[str, Recording]) -> dict[str, Recording]:
    """Return the recordings with these IDs.

    Raises:
        BbbUnavailableError: some are missing, and others stand in their place: that answers another question.
    """
    shown = {record_id: everything[record_id] for record_id in record_ids if record_id in everything}
    # BBBLB compares without regard to case: a twin in capitals belongs to the answer, and is not what was asked.
    asked = tuple(map(str.lower, record_ids))
    foreign = next((one for one in everything if not one.lower().startswith(asked)), None)
    if foreign is not None and len(shown) < len(record_ids):
        raise unavailable(
            "getRecordings", f"the answer shows {foreign}, which was not asked for, and not all that was"
        )
    return shown


def _cut(record_ids: tuple[str, ...], size: int) -> Iterable[tuple[str, ...]]:
    return (record_ids[start : start + size] for start in range(0, len(record_ids), size))


def _from(offset: int) -> list[tuple[str, str]]:
    """Return the parameter for all entries from *offset* on; BBBLB takes it without a limit."""
    return [("offset", str(offset))] if offset else []
