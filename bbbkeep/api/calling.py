"""Make one call: sign it, send it, judge the answer; reads again, writes once.

Settles on the checksum's algorithm where none was configured: SHA-256, and
SHA-1 if the server refuses that.
"""

from collections.abc import Callable
from typing import TypeVar

from bbbkeep.api.address import Checksum, ServerAddress
from bbbkeep.api.checksum import encode_query, signed_query
from bbbkeep.api.retrying import retried
from bbbkeep.api.transport import Body, Sending, Transport
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbAuthError, UsageError

T = TypeVar("T")
Judge = Callable[[Body], T]

INDEX = ""
"""The call without a name: it answers with the server's version and takes no checksum."""

READS = frozenset({INDEX, "getRecordings", "getRecordingTextTracks", "getMeetings"})
WRITES = frozenset({"publishRecordings", "deleteRecordings", "updateRecordings", "putRecordingTextTrack"})

ANYTHING = {"Accept": "*/*"}
# Without a preference for JSON, BigBlueButton answers checksum errors of its JSON calls in XML.
JSON_FIRST = {"Accept": "application/json, */*;q=0.1"}

_TRIED: tuple[Checksum, ...] = ("sha256", "sha1")

_taken: dict[str, Checksum] = {}
"""Server's key -> the algorithm that it took last: a run makes many clients of one server, and settles it once."""


class Caller:
    """Calls one server, none but the *calls* it was made for."""

    def __init__(
        self,
        address: ServerAddress,
        transport: Transport,
        calls: frozenset[str],
        clock: Clock,
        random: Callable[[], float],
        tries: int,
    ) -> None:
        self._address, self.transport, self._calls = address, transport, calls
        self._clock, self._random, self._tries = clock, random, tries
        self._algorithms = _algorithms(address)

    @property
    def settled(self) -> bool:
        """Whether it is known which algorithm the server takes."""
        return len(self._algorithms) == 1

    @property
    def algorithm(self) -> Checksum | None:
        """The algorithm that the server takes; None: not known yet."""
        return self._algorithms[0] if self.settled else None

    def read(
        self,
        call: str,
        parameters: list[tuple[str, str]],
        judge: Judge[T],
        *,
        bound: int | None = None,
        tries: int | None = None,
        json: bool = False,
    ) -> T:
        """Return what *judge* makes of the answer, asking again while the server is unavailable."""
        query = encode_query(parameters)
        headers = JSON_FIRST if json else ANYTHING

        def ask(algorithm: Checksum) -> T:
            return self._once(self._get(call, query, algorithm, headers, bound), judge)

        def attempt() -> T:
            # An answer without a checksum says nothing of which one the server takes.
            return ask(self._algorithms[0]) if call == INDEX else self._settling(ask)

        return retried(attempt, tries=tries or self._tries, clock=self._clock, random=self._random)

    def write(
        self,
        call: str,
        query: str,
        judge: Judge[T],
        *,
        file: tuple[str, bytes, str] | None = None,
        post: bool = False,
    ) -> T:
        """Send a write exactly once; by POST with a *file*, or where told to.

        What is posted has a connection of its own: an upload that is lost on a
        connection that the server was just closing can't be read back.
        """
        posted = post or file is not None
        headers = {**JSON_FIRST, "Connection": "close"} if posted else dict(ANYTHING)
        sending = Sending(
            call,
            self._url(call, query, self._algorithms[0]),
            self.transport.limits.answer_bytes,
            "POST" if posted else "GET",
            headers,
            file,
        )
        if posted:
            self.transport.close()
        else:
            self.transport.freshen()
        return self._once(sending, judge)

    def _settling(self, attempt: Callable[[Checksum], T]) -> T:
        for algorithm in self._algorithms[:-1]:
            try:
                answer = attempt(algorithm)
            except BbbAuthError:
                continue
            self._settle(algorithm)
            return answer
        answer = attempt(self._algorithms[-1])
        self._settle(self._algorithms[-1])
        return answer

    def _settle(self, algorithm: Checksum) -> None:
        self._algorithms = (algorithm,)
        _taken[self._address.key] = algorithm

    def _get(
        self, call: str, query: str, algorithm: Checksum, headers: dict[str, str], bound: int | None
    ) -> Sending:
        limit = bound or self.transport.limits.answer_bytes
        return Sending(call or "index", self._url(call, query, algorithm), limit, headers=headers)

    def _url(self, call: str, query: str, algorithm: Checksum) -> str:
        if call not in self._calls:
            raise UsageError(f"{call} is not a call for this: reading and writing are kept apart")
        if call == INDEX:
            return self._address.url
        return f"{self._address.url}/{call}?{signed_query(call, query, self._address.secret, algorithm)}"

    def _once(self, sending: Sending, judge: Judge[T]) -> T:
        body = self.transport.send(sending)
        try:
            return judge(body)
        except BaseException:
            body.close()
            raise


def _algorithms(address: ServerAddress) -> tuple[Checksum, ...]:
    """Return what to try, in order: the configured one alone, else what the server took last and then the others."""
    if address.checksum:
        return (address.checksum,)
    first = _taken.get(address.key, _TRIED[0])
    return (first, *(one for one in _TRIED if one != first))
