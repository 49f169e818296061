"""Send one request and spool its answer: time, size and trust are bounded here.

Knows HTTP but neither checksums nor documents.  No redirect is followed, no
proxy, netrc or cookie is used, and nothing that a library says about a
failure gets out, because it would hold the signed URL.
"""

import logging
import re
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

import requests
from urllib3.exceptions import HTTPError, NameResolutionError, ReadTimeoutError

from bbbkeep import __version__
from bbbkeep.api.address import ServerAddress
from bbbkeep.api.retrying import NEVER
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbUnavailableError, UsageError

_LOST = (requests.RequestException, HTTPError, HTTPException, OSError)
_CHUNK = 64 * 1024
_WARM = timedelta(seconds=1)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?=[/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one answer may be: bytes (a listing, anything else), memory before a file is used, seconds."""

    listing_bytes: int = 512 * 1024**2
    answer_bytes: int = 16 * 1024**2
    memory_bytes: int = 4 * 1024**2
    seconds: float = 900


@dataclass(frozen=True, slots=True)
class Sending:
    """One request, ready to go; `url` is signed, so it stays out of repr."""

    call: str
    url: str = field(repr=False)
    bound: int
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes, str] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class Body:
    """What came back, spooled; whoever holds it closes it."""

    call: str
    status: int
    spool: IO[bytes]
    retry_after: float | None = None
    seconds: float = 0

    def read(self) -> bytes:
        self.spool.seek(0)
        return self.spool.read()

    def head(self) -> bytes:
        self.spool.seek(0)
        return self.spool.read(4096)

    def close(self) -> None:
        self.spool.close()


def _unlogged(_: logging.LogRecord) -> bool:
    return False


class _Session(requests.Session):
    """A session that has no idea of redirects.

    `allow_redirects=False` alone still reads a redirect's whole body into
    memory, to prepare the next request.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the parent's signature
        return None


class Transport:
    """One server's connection; not for use by several threads at once."""

    def __init__(self, address: ServerAddress, clock: Clock, spool_dir: Path | None, limits: Limits) -> None:
        self._address, self._clock, self.limits = address, clock, limits
        self._spool_dir = str(spool_dir) if spool_dir else None
        # Its debug lines and its warnings name whole URLs, and a checksum never expires.
        logging.getLogger("urllib3.connectionpool").addFilter(_unlogged)
        self._session = _Session()
        self._session.trust_env = False
        self.server_date: datetime | None = None
        self._answered_at: datetime | None = None

    def close(self) -> None:
        """Hang up; a request after that has a connection of its own."""
        self._session.close()

    def freshen(self) -> None:
        """Hang up unless it answered within the last second.

        What stays idle may be closed at the other end, and a request that
        meets this is lost: nobody could tell whether a write arrived.  Servers
        wait for seconds at least, and a new TLS connection for each write
        would take longer than the write.
        """
        answered = self._answered_at
        if answered is None or not timedelta() <= self._clock.now() - answered < _WARM:
            self.close()

    def send(self, sending: Sending) -> Body:
        """Send *sending* exactly once and spool the whole answer.

        Raises:
            BbbUnavailableError: no answer, a redirect, or more than is allowed.
        """
        started = self._clock.now()
        try:
            response = self._session.send(_prepared(sending), **self._options())
        except _LOST as caught:
            problem = self._lost(sending.call, caught)
        else:
            with closing(response):
                return self._received(sending, response, started)
        raise problem

    def _options(self) -> dict[str, Any]:
        address = self._address
        return {
            "stream": True,
            "allow_redirects": False,
            "verify": str(address.ca_file) if address.ca_file else True,
            "timeout": (address.connect_timeout, address.read_timeout),
        }

    def _received(self, sending: Sending, response: requests.Response, started: datetime) -> Body:
        self.server_date = _http_date(response.headers.get("Date"))
        if response.is_redirect or 300 <= response.status_code < 400:  # noqa: PLR2004 - HTTP's own classes
            raise _redirected(sending.call, response)
        retry_after = self._retry_after(response.headers.get("Retry-After"))
        spool = self._spooled(sending, response, started + timedelta(seconds=self.limits.seconds))
        self._answered_at = self._clock.now()
        seconds = (self._answered_at - started).total_seconds()
        return Body(sending.call, response.status_code, spool, retry_after, seconds)

    def _spooled(self, sending: Sending, response: requests.Response, deadline: datetime) -> IO[bytes]:
        # Body closes it.
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(self.limits.memory_bytes, dir=self._spool_dir)  # noqa: SIM115
        size = 0
        try:
            while chunk := self._chunk(sending.call, response):
                size += len(chunk)
                self._check(sending, size, deadline)
                _keep(spool, chunk)
        except BaseException:
            spool.close()
            raise
        return spool

    def _chunk(self, call: str, response: requests.Response) -> bytes:
        try:
            # read1 returns what has arrived, so that a server that drips is held to the deadline.
            chunk: bytes = response.raw.read1(_CHUNK, decode_content=True)
        except _LOST as caught:
            silent = isinstance(caught, ReadTimeoutError | TimeoutError)
            what = f"paused for {self._address.read_timeout:g} s" if silent else "broke off before its end"
            problem = unavailable(call, f"the answer {what}")
        else:
            return chunk
        raise problem

    def _check(self, sending: Sending, size: int, deadline: datetime) -> None:
        if size > sending.bound:
            raise unavailable(sending.call, f"the answer is larger than {sending.bound:,} bytes", NEVER)
        if self._clock.now() > deadline:
            raise unavailable(sending.call, f"the answer took longer than {self.limits.seconds:g} s", NEVER)

    def _lost(self, call: str, caught: BaseException) -> BbbUnavailableError:
        address, reason = self._address, _reason(caught)
        if isinstance(caught, requests.exceptions.SSLError):
            text = "the TLS connection failed: certificate not trusted or not the host's; set ca_file for a private CA"
        elif isinstance(reason, NameResolutionError):
            text = "the host's name can't be resolved; check the URL"
        elif isinstance(caught, requests.ConnectTimeout):
            text = f"no connection within {address.connect_timeout:g} s; check the URL and the network"
        elif isinstance(caught, requests.Timeout):
            text = f"no answer within {address.read_timeout:g} s"
        else:
            text = "the connection was refused or broke off before an answer; check the URL and the server"
        return unavailable(call, text)

    def _retry_after(self, header: str | None) -> float | None:
        if header and header.isascii() and header.isdigit():
            return float(header[:6])
        date = _http_date(header)
        return max(0.0, (date - self._clock.now()).total_seconds()) if date else None


def unavailable(call: str, problem: str, retry_after: float | None = None) -> BbbUnavailableError:
    """Return the error for "no usable answer"; `retry_after` NEVER: trying again can't help."""
    error = BbbUnavailableError(call, problem)
    error.retry_after = retry_after
    return error


def _redirected(call: str, response: requests.Response) -> BbbUnavailableError:
    # A checksum covers the call's name in the path, so following could only fail, or give the secret's use away.
    place = _ORIGIN.match(response.headers.get("Location", ""))
    where = f" to {place[0].lower()}" if place else ""
    return unavailable(
        call,
        f"answered with a redirect{where} (HTTP {response.status_code}), which is never followed; "
        "give the URL it leads to, with https where the server wants it",
        NEVER,
    )


def _prepared(sending: Sending) -> requests.PreparedRequest:
    headers = {"User-Agent": f"bbbkeep/{__version__}", "Accept-Encoding": "gzip", **sending.headers}
    files = {"file": sending.file} if sending.file else None
    request = requests.Request(sending.method, sending.url, headers, files, sending.content)
    return request.prepare()


def _reason(caught: BaseException) -> object:
    """Return what urllib3 gives as the cause, out of what requests wraps around it."""
    inner = caught.args[0] if caught.args else None
    return getattr(inner, "reason", inner)


def _keep(spool: IO[bytes], chunk: bytes) -> None:
    try:
        spool.write(chunk)
    except OSError as caught:
        raise UsageError(
            f"can't spool an answer to disk: {caught.strerror}; make room in the state folder"
        ) from None


def _http_date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
    return date.astimezone(UTC) if date and date.tzinfo else None
