"""A real local HTTP server that says exactly what a test scripts, and a clock that only jumps."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from bbbkeep.api.slices import Slice
from bbbkeep.model import Recording

SECRET = "sentinel-639259d4-secret"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class JumpingClock:
    """A clock that stands still but for its sleeps, which it remembers."""

    def __init__(self) -> None:
        self.time, self.sleeps = NOW, []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += timedelta(seconds=seconds)


@dataclass
class Reply:
    """One scripted answer; `length` claims another Content-Length, `stall` keeps the line open."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    hang_up: bool = False
    stall: bool = False


@dataclass
class Request:
    """One request as it arrived: `target` is the raw path with its query string."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    port: int = 0

    @property
    def call(self) -> str:
        return urlsplit(self.target).path.rsplit("/", 1)[-1]

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    @property
    def parameters(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.query, keep_blank_values=True).items()}


class _Quiet(ThreadingHTTPServer):
    """Clients that go away in the middle are the point of some tests."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class ScriptedServer:
    """Answers with `replies` in turn, the last one for ever; or with what `route` returns."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.route: Callable[[Request], Reply] | None = None
        self.closing = threading.Event()
        self._server = _Quiet(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bigbluebutton/api"

    def says(self, *bodies: str | bytes | Reply) -> None:
        self.replies = [_reply(body) for body in bodies]

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if self.route:
            return self.route(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _reply(body: str | bytes | Reply) -> Reply:
    if isinstance(body, Reply):
        return body
    return Reply(body.encode() if isinstance(body, str) else body)


def _handler(script: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            port = self.client_address[1]
            reply = script.answer(Request(self.command, self.path, dict(self.headers), body, port))
            if reply.hang_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            headers = {"Content-Type": "text/xml;charset=utf-8", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            if reply.stall:
                script.closing.wait(10)
            self.close_connection = reply.length is not None

        do_POST = do_GET  # noqa: N815 - the name the parent looks for

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


class Sink:
    """Where recordings go, as a ledger would take them."""

    def __init__(self) -> None:
        self.record_ids: list[str] = []

    def __call__(self, _part: Slice, recordings: Sequence[Recording]) -> None:
        self.record_ids.extend(one.record_id for one in recordings)
