"""Ask which text tracks recordings have: the new and the changed ones, and by turns all others.

A question a recording is too much for every night; what is known is as old as
its last question, and says so.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bbbkeep.api.reading import Reader
from bbbkeep.api.record_ids import is_whole
from bbbkeep.api.sweep import require_answer
from bbbkeep.errors import BbbAuthError, BbbError, BbbUnavailableError, BbbUnsupportedError
from bbbkeep.ledger import inventory, tracks
from bbbkeep.model import Recording, TextTrack
from bbbkeep.operations.known_tracks import known_tracks
from bbbkeep.operations.track_support import require_text_tracks
from bbbkeep.plans.document import fingerprint
from bbbkeep.site import Site

ROUND_DAYS = 14
"""In so many nights every recording is asked about once, where that is no more than MOST a night."""

MOST = 10_000
"""Questions a night at the most; at 20 ms each they take some minutes."""

RESTS_FOR = timedelta(hours=20)
"""What was asked about this night needs no turn."""

_STATES = ("published", "unpublished")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chunk of questions came to; `problem` is one of those that failed, for people."""

    answered: int = 0
    failed: int = 0
    problem: str = ""


def looks_like(recording: Recording) -> str:
    """Return what changes where a recording was processed again or published: its tracks may have changed too."""
    formats = sorted((one.type, one.length_minutes or 0) for one in recording.formats)
    return fingerprint([recording.state, formats])


def remember_tracks(site: Site, record_id: str, listed: Sequence[TextTrack] | None) -> None:
    """Keep what the server listed, and what the recording looks like now."""
    with site.ledger.write() as conn:
        row = inventory.get(conn, site.key, record_id)
        looked_like = looks_like(row.recording) if row else None
        tracks.remember(conn, site.key, record_id, listed, site.clock.now(), looked_like=looked_like)


def to_ask(site: Site, *, now: datetime) -> list[str]:
    """Return the recordings to ask about: new and changed ones first, then those asked longest ago.

    One whose ID must not go into a request is not asked about: its tracks stay unknown.

    Raises:
        BbbUnsupportedError: there are recordings, and the server has no text tracks.
    """
    news: list[str] = []
    turns: list[tuple[datetime, str]] = []
    count = 0
    for row, known in known_tracks(site, _STATES):
        record_id = row.recording.record_id
        if not is_whole(record_id, site.settings.other_ids):
            continue
        count += 1
        if known is None or known.looked_like != looks_like(row.recording):
            news.append(record_id)
        elif now - known.asked_at > RESTS_FOR:
            turns.append((known.asked_at, record_id))
    share = min(-(-count // ROUND_DAYS), max(0, MOST - len(news)))
    chosen = [*news[:MOST], *(record_id for _, record_id in heapq.nsmallest(share, turns))]
    if chosen:
        require_text_tracks(site, chosen[0])
    return chosen


def ask_chunk(site: Site, record_ids: Sequence[str]) -> Asked:
    """Ask about each of these recordings; one that can't be asked about stops no other.

    Raises:
        BbbUnsupportedError: the server has no text tracks.
        BbbAuthError, BbbUnavailableError: it refuses the secret, or answers nothing.
    """
    answered, problems = 0, []
    with site.reader() as reader:
        for record_id in record_ids:
            try:
                remember_tracks(site, record_id, _asked(reader, record_id))
                answered += 1
            except (BbbAuthError, BbbUnsupportedError, _SilentError):
                raise
            except BbbError as error:
                problems.append(f"{record_id}: {error}")
    return Asked(answered, len(problems), problems[0] if problems else "")


class _SilentError(BbbUnavailableError):
    """The server answers nothing at all."""


def _asked(reader: Reader, record_id: str) -> tuple[TextTrack, ...]:
    try:
        return reader.text_tracks(record_id)
    except BbbUnavailableError:
        try:
            require_answer(reader)
        except BbbUnavailableError as silence:
            raise _SilentError(silence.call, silence.problem) from None
        raise
