"""The local server as a thing to start and stop: uvicorn in a thread, on the loopback interface only."""

import asyncio
import secrets
import socket
import threading
from collections.abc import Iterable
from typing import Self, cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bbbkeep.clock import Clock, SystemClock
from bbbkeep.errors import UsageError
from bbbkeep.standin import inbox
from bbbkeep.standin.dialects import DIALECTS
from bbbkeep.standin.faults import checked
from bbbkeep.standin.ffmpeg import require_ffmpeg
from bbbkeep.standin.meeting import Attendee, Meeting, internal_id
from bbbkeep.standin.routes import application
from bbbkeep.standin.seeding import seeded
from bbbkeep.standin.site import BASE_PATH, WRITES, Request, Site
from bbbkeep.standin.state import State
from bbbkeep.standin.write_faults import catch_up

_START_SECONDS = 30.0
_KEEP_ALIVE_SECONDS = 75  # nginx's own
_LONGEST_HEAD = 2**20  # longer than any URL this server has an answer for


class LocalServer:
    """A BigBlueButton server on 127.0.0.1, for as long as the `with` block lasts.

    `state` is the truth, open to tests; `requests` lists (method, call,
    parameters without the checksum), downloads of tracks as `textTrack`.
    """

    def __init__(  # noqa: PLR0913  # one per thing that can be asked of the server
        self,
        *,
        recordings: int = 0,
        seed: int = 1,
        secret: str = "",
        profile: str = "bbb30",
        latency_ms: int = 0,
        faults: Iterable[str] = (),
        clock: Clock | None = None,
        caption_delay: float = 2.0,
        ffmpeg: bool = False,
        fetch_all: bool = True,
        recording_delay: float = 5.0,
        port: int = 0,
    ) -> None:
        if profile not in DIALECTS:
            raise UsageError(f"no such profile: {profile}; there are {', '.join(DIALECTS)}")
        chosen = checked(faults)
        if ffmpeg:
            require_ffmpeg()
        self.clock = clock or SystemClock()
        self._site = Site(
            state=State(DIALECTS[profile].store),
            secret=secret or secrets.token_hex(20),
            clock=self.clock,
            dialect=DIALECTS[profile],
            faults=chosen,
            latency_ms=latency_ms,
            caption_delay=caption_delay,
            real_ffmpeg=ffmpeg,
            fetch_all=fetch_all,
            recording_delay=recording_delay,
        )
        self._port = port
        self._site.state.fill(seeded(recordings, seed, self.clock.now()))

    @property
    def url(self) -> str:
        """The API's base URL."""
        return f"{self._site.address}{BASE_PATH}/api"

    @property
    def secret(self) -> str:
        """The shared secret."""
        return self._site.secret

    @property
    def state(self) -> State:
        """The truth, after whatever is due was done."""
        catch_up(self._site)
        inbox.incorporate(self._site)
        return self._site.state

    @property
    def requests(self) -> list[Request]:
        """Every request so far."""
        return self._site.requests

    @property
    def writes(self) -> list[Request]:
        """Those requests that ask for a change."""
        return [request for request in self.requests if request[1] in WRITES]

    @property
    def meetings(self) -> dict[str, Meeting]:
        """The meetings that were created and not yet ended, by their meeting IDs."""
        return self._site.meetings

    def run_meeting(self, meeting_id: str, record_id: str = "", *, recorded: bool = True) -> Meeting:
        """Have a meeting with somebody in it, whose recording has, or will have, this record ID."""
        now = self._site.now_ms()
        meeting = Meeting(meeting_id, record_id or internal_id(meeting_id, now), meeting_id, now, "ap", "mp")
        meeting.recorded = recorded
        meeting.attendees.append(Attendee("w_1", "Ada", "MODERATOR"))
        self._site.meetings[meeting_id] = meeting
        return meeting

    def end_meeting(self, meeting_id: str) -> None:
        """End a meeting as if the last one had left."""
        self._site.end_meeting(self._site.meetings[meeting_id])

    def set_faults(self, *names: str) -> None:
        """Misbehave in these ways from now on, and in no others."""
        self._site.faults = checked(names)

    def __enter__(self) -> Self:
        try:
            listener = _listener(self._port)
        except UsageError:
            self._site.state.close()
            raise
        self._site.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        bound = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(listener, bound), name="standin", daemon=True
        )
        self._thread.start()
        if not bound.wait(_START_SECONDS):
            raise UsageError(f"the local server did not start within {_START_SECONDS:.0f} s")
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._site.state.close()

    def _serve(self, listener: socket.socket, bound: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(_until_stopped(application(self._site), listener, bound, self._stop))


def _listener(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named: without it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"port {port} on 127.0.0.1 can't be used ({error.strerror}); leave out --port"
        ) from error
    return listener


class _Protocol(H11Protocol):
    """uvicorn's protocol, with the connection at hand for answers that break off."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


async def _until_stopped(
    app: Starlette, listener: socket.socket, bound: threading.Event, stop: asyncio.Event
) -> None:
    """Run uvicorn's own steps without its signal handlers and its ticking loop, which takes 0.1 s to notice."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    bound.set()
    await stop.wait()
    await _close(server)


async def _close(server: uvicorn.Server) -> None:
    """Hang up on everybody, and let each answer notice that nobody listens."""
    for one in server.servers:
        one.close()
    for connection in list(server.server_state.connections):
        cast("_Protocol", connection).transport.abort()
    await asyncio.sleep(0)
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks)
