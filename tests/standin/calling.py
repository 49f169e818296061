"""A tiny caller of the local server's API, with a signature of its own making."""

import hashlib
import http.client
from datetime import UTC, datetime, timedelta

import requests

from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.server import LocalServer

RECORD = "a" * 40 + "-1700000000000"
SISTER = "a" * 40 + "-1710000000000"
OTHER = "b" * 40 + "-1720000000000"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


class TurnedClock:
    """A clock that only moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def a_recording(record_id: str = RECORD, **facts: object) -> SeedRecording:
    facts = {"meeting_id": "course-1", "name": "Algebra", "metadata": {"category": "lecture"}, **facts}
    return SeedRecording(record_id, **facts)


def signed(
    server: LocalServer, call: str, query: str = "", algorithm: str = "sha256", secret: str | None = None
) -> str:
    digest = hashlib.new(algorithm, f"{call}{query}{secret or server.secret}".encode()).hexdigest()
    return f"{query}{'&' if query else ''}checksum={digest}"


def ask(
    server: LocalServer, call: str, query: str = "", method: str = "GET", **options: object
) -> requests.Response:
    return requests.request(
        method, f"{server.url}/{call}?{signed(server, call, query)}", timeout=10, **options
    )


def ask_raw(server: LocalServer, call: str, query: str = "", method: str = "GET") -> tuple[int, str]:
    """Send bytes that a client library would tidy up; return status and text."""
    return ask_unsigned(server, call, signed(server, call, query), method)


def ask_unsigned(server: LocalServer, call: str, query: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(server.url.split(":")[2].split("/")[0]), timeout=10
    )
    connection.request(method, f"/bigbluebutton/api/{call}?{query}")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def upload(
    server: LocalServer,
    webvtt: str,
    record_id: str = RECORD,
    query: str = "&kind=captions&lang=en",
    **options: object,
) -> requests.Response:
    return ask(
        server,
        "putRecordingTextTrack",
        f"recordID={record_id}{query}",
        "POST",
        files={"file": ("track.vtt", webvtt)},
        **options,
    )


def tracks(server: LocalServer, record_id: str = RECORD) -> list[dict[str, str]]:
    return ask(server, "getRecordingTextTracks", f"recordID={record_id}").json()["response"]["tracks"]
