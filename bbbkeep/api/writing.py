"""Write to a server: only plans/ makes a Writer.

Every write names whole record IDs, is sent exactly once (a text track once for
each spelling of its language that the server can't parse), and says nothing
about what became of it: SUCCESS is an answer, not a fact.  A lost answer is
BbbUnavailableError; then nobody knows until the recording is read back.
"""

import random as randomness
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bbbkeep.api import judging, uploads
from bbbkeep.api.address import ServerAddress
from bbbkeep.api.calling import READS, WRITES, Caller
from bbbkeep.api.checksum import encode_query
from bbbkeep.api.profiles import profile_named
from bbbkeep.api.record_ids import whole_ids
from bbbkeep.api.transport import Body, Limits, Transport
from bbbkeep.api.wire_metadata import metadata_parameters
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbRejectedError
from bbbkeep.model import Kind

# No recording has this ID: it lets the algorithm be settled by a read.
_NOBODY = f"{'0' * 40}-{'0' * 13}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a write it accepted."""

    call: str
    message_key: str
    message: str


class Writer:
    """One server's writing side; not for use by several threads at once."""

    def __init__(
        self,
        address: ServerAddress,
        *,
        clock: Clock,
        spool_dir: Path | None = None,
        limits: Limits | None = None,
        other_ids: re.Pattern[str] | None = None,
    ) -> None:
        self.address, self.profile, self._other_ids = address, profile_named(address.profile), other_ids
        self._separators = self.profile.lang_spellings
        self.refused_spellings: tuple[str, ...] = ()
        """Spellings of a language that the server could not parse in the last write: each was sent, nothing stored."""
        self._transport = Transport(address, clock, spool_dir, limits or Limits())
        calls = READS | WRITES
        self._caller = Caller(address, self._transport, calls, clock, randomness.random, tries=4)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def publish(self, record_ids: Sequence[str], *, published: bool) -> Answer:
        """Ask the server to publish these recordings, or to unpublish them."""
        wanted = ("publish", "true" if published else "false")
        return self._send("publishRecordings", record_ids, [wanted])

    def delete(self, record_ids: Sequence[str]) -> Answer:
        """Ask the server to delete these recordings; no call brings them back."""
        return self._send("deleteRecordings", record_ids, [])

    def update_metadata(self, record_ids: Sequence[str], changes: Mapping[str, str | None]) -> Answer:
        """Ask the server to set metadata keys to new values; None removes a key.

        Raises:
            UsageError: a key or value that a server drops without a word.
        """
        return self._send("updateRecordings", record_ids, metadata_parameters(changes))

    def upload_text_track(self, record_id: str, kind: Kind, lang: str, label: str, webvtt: str) -> Answer:
        """Hand over the file of a text track; the server works it in later, or drops it silently.

        A spelling of *lang* that the server can't parse stored nothing, so the
        next one is tried.

        Raises:
            UsageError: text without a cue, or a label, kind or language that
                would be refused or break the player's list of captions.
        """
        call = "putRecordingTextTrack"
        [whole] = whole_ids([record_id], self._other_ids)
        parameters = uploads.parameters(whole, kind, lang, label)
        file = uploads.file(webvtt)

        def put(query: str) -> Answer:
            response = self._caller.write(call, query, judging.successful_response, file=file)
            return Answer(call, *uploads.require_stored(call, response))

        return self._in_any_spelling(call, lang, parameters, put)

    def remove_text_track(self, record_id: str, kind: Kind, lang: str) -> Answer:
        """Send the request that the API documents for removing a text track: an upload without a file.

        The only path that sends one.  Whatever comes back, list the tracks
        again: what an answer says of it proves nothing.

        Raises:
            BbbRejectedError: the server refused it; `empty_uploaded_text_track`
                and HTTP 500 are what every known BigBlueButton answers, and it
                keeps the track.
        """
        call = "putRecordingTextTrack"
        [whole] = whole_ids([record_id], self._other_ids)
        parameters = uploads.identity(whole, kind, lang)

        def ask(query: str) -> Answer:
            return Answer(call, *self._caller.write(call, query, uploads.removal_answer, post=True))

        return self._in_any_spelling(call, lang, parameters, ask)

    def _in_any_spelling(
        self, call: str, lang: str, parameters: list[tuple[str, str]], put: Callable[[str], Answer]
    ) -> Answer:
        """Send with each spelling of *lang* until the server can parse one."""
        spelled = uploads.spellings(lang, self._separators)
        queries = [self._query(call, [*parameters, ("lang", spelling)]) for spelling in spelled]
        self.refused_spellings = ()
        self.settle()
        for number, query in enumerate(queries):
            try:
                answer = put(query)
            except BbbRejectedError as problem:
                if not uploads.is_invalid_lang(problem):
                    raise
                self.refused_spellings = spelled[: number + 1]
                continue
            if number:  # this server parses the other one; a wrong guess costs a request each time
                self._separators = (*self._separators[number:], *self._separators[:number])
            return answer
        raise uploads.unspeakable(call, lang, spelled)

    def _send(self, call: str, record_ids: Sequence[str], parameters: list[tuple[str, str]]) -> Answer:
        """Send by GET: a POST's checksum covers the URL only, so its body would be unsigned."""
        whole = whole_ids(record_ids, self._other_ids)
        if len(whole) > self.profile.max_ids:
            raise BbbRejectedError(
                call, f"{len(whole)} IDs are more than the {self.profile.max_ids} of one request"
            )
        query = self._query(call, [("recordID", ",".join(whole)), *parameters])
        self.refused_spellings = ()
        self.settle()
        return self._caller.write(call, query, _judge)

    def _query(self, call: str, parameters: list[tuple[str, str]]) -> str:
        query = encode_query(parameters)
        if len(query) > self.profile.max_query:
            problem = f"the URL would hold {len(query):,} characters, more than the {self.profile.max_query:,} that pass"
            raise BbbRejectedError(call, f"{problem} every front end; nothing was sent, ask for less at once")
        return query

    def settle(self) -> None:
        """Find out by a read which checksum the server takes, so that a write need not be tried twice.

        Called by each write; whoever must write soon after a look calls it
        before that look, because a read may be retried for minutes.
        """
        if not self._caller.settled:
            asked = [("state", "any"), ("recordID", _NOBODY)]
            self._caller.read("getRecordings", asked, judging.successful_fields)


def _judge(body: Body) -> Answer:
    fields = judging.successful_fields(body)
    # Scalelite answers SUCCESS with updated=false when one of the IDs is unknown, and changes none.
    refused = next((name for name in ("updated", "deleted") if fields.get(name, "").lower() == "false"), None)
    if refused:
        raise BbbRejectedError(
            body.call, f"the server answered SUCCESS with {refused}=false: nothing was changed"
        )
    return Answer(body.call, fields.get("messageKey", ""), fields.get("message", ""))
