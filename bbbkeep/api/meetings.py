"""The calls for meetings: create, join, end, insertDocument, and what runs right now.

Recordings are out of its reach: the calls that write them are refused here.
A call that changes something is sent exactly once.
"""

import random as randomness
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from types import TracebackType
from typing import Self

from lxml import etree

from bbbkeep.api import meeting_answers as said
from bbbkeep.api import trees
from bbbkeep.api.address import ServerAddress
from bbbkeep.api.calling import ANYTHING, READS, Caller
from bbbkeep.api.catalogue import MEETING_CHANGES, MEETING_READS
from bbbkeep.api.checksum import checksum as signature
from bbbkeep.api.checksum import encode_form, encode_query, signed_query
from bbbkeep.api.hearing import MOST_HEARD, Heard, heard
from bbbkeep.api.meeting_answers import Created, Joined, Meeting, Said
from bbbkeep.api.slides import Slides, slides_body
from bbbkeep.api.transport import Body, Limits, Sending, Transport, unavailable
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbRejectedError

Pairs = Sequence[tuple[str, str]]

FORM, XML = "application/x-www-form-urlencoded", "application/xml"

# A URL that is longer than this is cut or refused by some front end.
LONGEST_QUERY = 4000
_NOT_FOUND = "notfound"


class Meetings:
    """One server's meetings; not for use by several threads at once."""

    def __init__(
        self,
        address: ServerAddress,
        *,
        clock: Clock,
        random: Callable[[], float] = randomness.random,
        tries: int = 4,
        limits: Limits | None = None,
    ) -> None:
        self.address = address
        self._transport = Transport(address, clock, None, limits or Limits())
        calls = READS | MEETING_READS | MEETING_CHANGES
        self._caller = Caller(address, self._transport, calls, clock, random, tries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def is_running(self, meeting_id: str) -> bool:
        """Tell whether somebody is in the meeting; one that is not known is not running."""
        fields = self._caller.read("isMeetingRunning", [("meetingID", meeting_id)], _fields)
        running = said.truth(fields.get("running"))
        if running is None:
            raise unavailable("isMeetingRunning", "answered neither true nor false")
        return running

    def meetings(self) -> tuple[Meeting, ...]:
        """Return the meetings that the server has right now, also those that nobody is in."""
        return self._caller.read("getMeetings", [], said.listed_meetings)

    def meeting(self, meeting_id: str) -> Meeting | None:
        """Return one meeting; None: the server has none of that ID right now.

        Raises:
            BbbUnavailableError: the answer is about another one.
        """
        try:
            found = self._caller.read("getMeetingInfo", [("meetingID", meeting_id)], _one_meeting)
        except BbbRejectedError as problem:
            if problem.message_key.lower() == _NOT_FOUND:
                return None
            raise
        if found is None or found.meeting_id != meeting_id:
            raise unavailable("getMeetingInfo", "answered with another meeting than was asked for")
        return found

    def ask(self, call: str, parameters: Pairs) -> Heard:
        """Return the whole answer to any call that reads, also one that says FAILED; without what opens something.

        Raises:
            BbbAuthError: the server refuses the secret.
            BbbUnavailableError: no answer of the API's, or more than fits into memory.
        """
        json = call == "getRecordingTextTracks"
        return self._caller.read(call, list(parameters), heard, bound=MOST_HEARD, json=json)

    def create(self, parameters: Pairs, documents: Sequence[Slides] = ()) -> Created:
        """Create a meeting; one that exists with the same parameters is left as it is.

        By GET where the URL is short enough, else by a form; *documents* go in
        the body, and the parameters then in the URL.
        """
        return said.created(self.change("create", parameters, documents))

    def end(self, meeting_id: str) -> Said:
        """Ask the server to end a meeting; that it has ended shows in `is_running`, seconds later."""
        return said.said(self.change("end", [("meetingID", meeting_id)]))

    def insert_documents(self, meeting_id: str, documents: Sequence[Slides]) -> Said:
        """Hand documents to a running meeting."""
        return said.said(self.change("insertDocument", [("meetingID", meeting_id)], documents))

    def join(self, parameters: Pairs) -> Joined:
        """Take a place in a meeting for a user, without a browser."""
        asked = [*((key, value) for key, value in parameters if key != "redirect"), ("redirect", "false")]
        return said.joined(self.change("join", asked))

    def join_url(self, parameters: Pairs) -> str:
        """Return the URL that lets a user's browser into a meeting; whoever has it may use it, without end."""
        return self._signed("join", encode_query(parameters))

    def change(self, call: str, parameters: Pairs, documents: Sequence[Slides] = ()) -> Mapping[str, str]:
        """Send one of the calls that change something, once, and return what it says."""
        self._settle()
        query = encode_query(parameters)
        if documents:
            return self._post(call, self._signed(call, query), slides_body(documents), XML)
        if len(query) <= LONGEST_QUERY:
            return self._caller.write(call, query, _fields)
        body = encode_form(parameters)
        signed = signature(call, body, self.address.secret, self._caller.algorithm or "sha256")
        # Not a parameter in the URL: with some on both sides BigBlueButton finds that checksums do not match.
        return self._post(call, f"{self.address.url}/{call}", f"{body}&checksum={signed}".encode(), FORM)

    def _settle(self) -> None:
        """Find out by a read which checksum the server takes, so that a change need not be tried twice."""
        if not self._caller.settled:
            self._caller.read("isMeetingRunning", [("meetingID", "bbbkeep")], _fields)

    def _signed(self, call: str, query: str) -> str:
        algorithm = self._caller.algorithm or "sha256"
        return f"{self.address.url}/{call}?{signed_query(call, query, self.address.secret, algorithm)}"

    def _post(self, call: str, url: str, content: bytes, kind: str) -> Mapping[str, str]:
        headers = {**ANYTHING, "Connection": "close", "Content-Type": kind}
        bound = self._transport.limits.answer_bytes
        body = self._transport.send(Sending(call, url, bound, "POST", headers, content=content))
        return _fields(body)


def _fields(body: Body) -> Mapping[str, str]:
    with closing(body):
        return trees.texts_of(trees.successful_tree(body))


def _one_meeting(body: Body) -> Meeting | None:
    with closing(body):
        root: etree._Element = trees.successful_tree(body)
        return said.meeting(root)
