"""A real proxy in front of the local server that meddles with chosen requests."""

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

WRITES = {"publishRecordings", "deleteRecordings", "updateRecordings", "putRecordingTextTrack"}

LOST_BEFORE, LOST_AFTER, SWALLOWED = "lost before it arrives", "lost after it worked", "accepted, not done"
REFUSED_AFTER, SHOWS_NOTHING = "refusedAfterItWorked", "an empty list"
"""What the proxy can do to a request; anything else is a message key that it answers FAILED with."""

Meddle = Callable[[str, str], str | None]
"""Call and record_id -> what to do to the request; None: pass it on.  May alter anything first."""


class Meddler:
    """Passes requests on to *target*; `seen` lists (call, record_id) of everything that came."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.seen: list[tuple[str, str]] = []
        self.date = ""
        self.meddle: Meddle = lambda *_: None
        self._server = _Quiet(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.target.path}"

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(call, record_id) for call, record_id in self.seen if call in WRITES]

    def on_write(self, fates: dict[int, str]) -> None:
        """Meddle with the writes of these numbers, counted from 1."""
        self.meddle = lambda call, _: fates.get(len(self.writes)) if call in WRITES else None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes | None:
        """Return the body to answer with; None: hang up."""
        query = parse_qs(urlsplit(path).query)
        call, record_id = urlsplit(path).path.rsplit("/", 1)[-1], query.get("recordID", [""])[0]
        self.seen.append((call, record_id))
        fate = self.meddle(call, record_id)
        if fate == LOST_BEFORE:
            return None
        if fate == SWALLOWED:
            return b"<response><returncode>SUCCESS</returncode></response>"
        if fate == SHOWS_NOTHING:
            return b"<response><returncode>SUCCESS</returncode><recordings></recordings></response>"
        if fate not in {None, LOST_AFTER}:
            if fate == REFUSED_AFTER:
                self._forward(method, path, headers, body)
            return f"<response><returncode>FAILED</returncode><messageKey>{fate}</messageKey><message>No.</message></response>".encode()
        forwarded = self._forward(method, path, headers, body)
        return None if fate == LOST_AFTER else forwarded

    def _forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        kept = {name: value for name, value in headers.items() if name.lower() in {"content-type", "accept"}}
        connection = http.client.HTTPConnection(str(self.target.hostname), self.target.port, timeout=10)
        try:
            connection.request(method, path, body or None, kept)
            response = connection.getresponse()
            self.date = response.headers["Date"] or ""
            # Text tracks are fetched through here too: the client trusts no other port.
            return response.read().replace(self.target.netloc.encode(), urlsplit(self.url).netloc.encode())
        finally:
            connection.close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that go away are the point."""


def _handler(meddler: Meddler) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = meddler.answer(self.command, self.path, dict(self.headers), body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response_only(200)
            if meddler.date:
                self.send_header("Date", meddler.date)
            self.send_header(
                "Content-Type", "application/json" if answer.startswith(b"{") else "text/xml;charset=utf-8"
            )
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 -- the name the parent looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
