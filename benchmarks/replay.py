"""A server that does nothing but send: `python -m benchmarks.replay --recordings N --latency MS`.

It speaks like BigBlueButton 3.0, with recordings that the local server made
up; their IDs are put in as they are sent, which costs it next to nothing, so
that a client is what a measurement shows.  It notes what was asked, so that a
peer can ask for the same bytes.
"""

import argparse
import bisect
import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests

from bbbkeep.standin.server import LocalServer

BASE = "/bigbluebutton/api"
LOG = "/log"
TEMPLATES = 2_000
_BATCH = 500
_RECORDING = re.compile(rb"<recording>.*?</recording>", re.DOTALL)
_ID = re.compile(rb"<recordID>([^<]*)</recordID>")
_VERSION = b"<response><returncode>SUCCESS</returncode><version>2.0</version></response>"
_NO_TRACKS = (
    b'{"response":{"returncode":"FAILED","messageKey":"noRecordings","message":"No recording found"}}'
)
_HEAD, _TAIL = b"<response><returncode>SUCCESS</returncode><recordings>", b"</recordings></response>"


@dataclass
class Recordings:
    """So many recordings, sorted by ID; each is one of a few printed ones under an ID of its own."""

    count: int
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._printed = [(_id_in(one), one) for one in _printed()]
        self._ids = sorted((self._id(number), number) for number in range(self.count))

    def _id(self, number: int) -> bytes:
        own = self._printed[number % len(self._printed)][0]
        return hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest().encode() + own[40:]

    def matching(self, prefixes: list[str]) -> list[tuple[bytes, int]]:
        """Return the recordings whose ID begins with one of *prefixes*; all without any."""
        if not prefixes:
            return self._ids
        return [one for prefix in prefixes for one in self._under(prefix.encode())]

    def _under(self, prefix: bytes) -> list[tuple[bytes, int]]:
        first = bisect.bisect_left(self._ids, (prefix, -1))
        return self._ids[first : bisect.bisect_left(self._ids, (prefix + b"~", -1))]

    def length(self, chosen: list[tuple[bytes, int]]) -> int:
        return sum(len(self._printed[number % len(self._printed)][1]) for _, number in chosen)

    def chunks(self, chosen: list[tuple[bytes, int]]) -> Iterator[bytes]:
        for first in range(0, len(chosen), _BATCH):
            yield b"".join(map(self._text, chosen[first : first + _BATCH]))

    def _text(self, one: tuple[bytes, int]) -> bytes:
        own, printed = self._printed[one[1] % len(self._printed)]
        return printed.replace(own, one[0])


def _id_in(printed: bytes) -> bytes:
    found = _ID.search(printed)
    return found[1] if found else b""


def _printed() -> list[bytes]:
    with LocalServer(recordings=TEMPLATES, seed=1) as server:
        query = "state=any"
        checksum = hashlib.sha256(f"getRecordings{query}{server.secret}".encode()).hexdigest()
        answer = requests.get(f"{server.url}/getRecordings?{query}&checksum={checksum}", timeout=120)
    # IDs of another form than BigBlueButton's own can't be exchanged for one of the same length.
    return [one for one in _RECORDING.findall(answer.content) if len(_id_in(one)) == 54]  # noqa: PLR2004


class _Handler(BaseHTTPRequestHandler):
    """Answers from `recordings`, each answer after `latency` seconds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    recordings: Recordings
    latency: float

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == LOG:
            asked, self.recordings.asked = self.recordings.asked, []
            self._send(["\n".join(asked).encode()])
            return
        self.recordings.asked.append(self.path)
        time.sleep(self.latency)
        if parts.path == BASE:
            self._send([_VERSION])
        elif parts.path.endswith("/getRecordingTextTracks"):
            self._send([_NO_TRACKS])
        else:
            self._list(parse_qs(parts.query))

    def _list(self, query: dict[str, list[str]]) -> None:
        chosen = self.recordings.matching(query["recordID"][0].split(",") if "recordID" in query else [])
        total = b""
        if "limit" in query:
            first = int(query.get("offset", ["0"])[0])
            total = b"<totalElements>%d</totalElements>" % len(chosen)
            chosen = chosen[first : first + min(100, int(query["limit"][0]))]
        tail = _TAIL.replace(b"</response>", total + b"</response>")
        self._begin(len(_HEAD) + self.recordings.length(chosen) + len(tail))
        self.wfile.write(_HEAD)
        for chunk in self.recordings.chunks(chosen):
            self.wfile.write(chunk)
        self.wfile.write(tail)

    def _send(self, pieces: list[bytes]) -> None:
        self._begin(sum(map(len, pieces)))
        self.wfile.writelines(pieces)

    def _begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml;charset=utf-8")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until killed; the first line printed names URL and secret."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recordings", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0)
    given = parser.parse_args()
    _Handler.recordings, _Handler.latency = Recordings(given.recordings), given.latency / 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_address[1]}{BASE}"
    print(f"BBB_URL={address} BBB_SECRET={secrets.token_hex(20)}", flush=True)  # noqa: T201  # its answer to whoever started it
    server.serve_forever()


if __name__ == "__main__":
    main()
