"""An answer on its way out: at once or after a while, whole, in pieces, or broken off."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.site import Site

_PIECES = 10
_STEP_SECONDS = 1.0


async def response(site: Site, request: Request, answer: Answer) -> Response:
    """Make what Starlette sends, after waiting as long as the answer asks for."""
    await _wait(site, request, answer.after_seconds)
    date = site.clock.now() + timedelta(days=answer.clock_off_days)
    headers = {
        "Date": format_datetime(date, usegmt=True),
        "Cache-Control": "no-cache",
        **({"Content-Type": answer.content_type} if answer.content_type else {}),
        **answer.headers,
    }
    if answer.cut is not None:
        return _BrokenOff(answer, headers)
    if answer.drip_seconds:
        return StreamingResponse(_dripping(site, request, answer), answer.status, headers)
    if answer.rest is not None:
        return StreamingResponse(_stream(answer.body, answer.rest), answer.status, headers)
    return Response(answer.body, answer.status, headers)


async def _wait(site: Site, request: Request, seconds: float) -> None:
    """Let the site's clock run, in steps, so that a server that stops need not wait for it."""
    while seconds > 0 and not await request.is_disconnected():
        await asyncio.to_thread(site.clock.sleep, min(seconds, _STEP_SECONDS))
        seconds -= _STEP_SECONDS


async def _dripping(site: Site, request: Request, answer: Answer) -> AsyncIterator[bytes]:
    body = answer.whole()
    size = len(body) // _PIECES + 1
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await _wait(site, request, answer.drip_seconds / _PIECES)


async def _stream(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    for part in rest:
        yield part
        await asyncio.sleep(0)  # lets the loop notice that the client has gone


class _BrokenOff(Response):
    """An answer whose connection closes before its end, or before its beginning."""

    def __init__(self, answer: Answer, headers: dict[str, str]) -> None:
        super().__init__(answer.whole(), answer.status, headers)
        self.cut = answer.cut or 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.cut >= 0:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            await send(
                {"type": "http.response.body", "body": bytes(self.body)[: self.cut], "more_body": True}
            )
        scope["state"]["transport"].close()
        while (await receive())["type"] != "http.disconnect":
            pass
