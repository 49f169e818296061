"""Paths, methods and the way of a request: from Starlette in, through a call, out again."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bbbkeep.standin import changes, faults, inbox, recordings, text_tracks
from bbbkeep.standin.answers import Answer, checksum_error, page, xml
from bbbkeep.standin.fault import Proceed
from bbbkeep.standin.parameters import Call, parse
from bbbkeep.standin.sending import response
from bbbkeep.standin.site import BASE_PATH, Site
from bbbkeep.standin.write_faults import catch_up

Operation = Callable[[Site, Call], Answer]


def _meetings(site: Site, call: Call) -> Answer:
    if not site.accepts(call):
        return checksum_error("Checksums do not match")
    return xml(
        "<meetings/><messageKey>noMeetings</messageKey>"
        "<message>no meetings were found on this server</message>"
    )


CALLS: dict[str, tuple[frozenset[str], Operation]] = {
    "getMeetings": (frozenset({"GET", "POST"}), _meetings),
    "getRecordings": (frozenset({"GET", "POST"}), recordings.get_recordings),
    "publishRecordings": (frozenset({"GET"}), changes.publish_recordings),
    "deleteRecordings": (frozenset({"GET"}), changes.delete_recordings),
    "updateRecordings": (frozenset({"GET", "POST"}), changes.update_recordings),
    "getRecordingTextTracks": (frozenset({"GET", "POST"}), text_tracks.get_text_tracks),
    "putRecordingTextTrack": (frozenset({"POST"}), text_tracks.put_text_track),
}
"""Call -> its methods and what answers it."""

_METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]
_MAX_TARGET = 8_192  # nginx: one header line holds 8 KB
_MAX_UPLOAD = 64 * 2**20


def application(site: Site) -> Starlette:
    """Make the ASGI application of one local server."""

    async def index(request: Request) -> Response:
        return await _through(site, request, Call("GET", "", "", {}), lambda _: _version(site))

    async def api(request: Request) -> Response:
        call = await _call(request)
        return await _through(site, request, call, lambda one: _answer(site, one))

    async def track(request: Request) -> Response:
        token, record_id, file = (request.path_params[name] for name in ("token", "record_id", "file"))
        logged = Call(request.method, "textTrack", "", {"recordID": record_id, "file": file})
        return await _through(
            site, request, logged, lambda _: text_tracks.download(site, token, record_id, file)
        )

    async def refused(request: Request, error: Exception) -> Response:
        status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
        return await response(site, request, page(status, status.phrase))

    routes = [
        Route(f"{BASE_PATH}/api", index),
        Route(f"{BASE_PATH}/api/", index),
        Route(f"{BASE_PATH}/api/{{call}}", api, methods=_METHODS),
        Route(f"{BASE_PATH}/textTrack/{{token}}/{{record_id}}/{{file}}", track),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: refused})
    app.router.redirect_slashes = False
    return app


async def _through(site: Site, request: Request, call: Call, answer: Proceed) -> Response:
    """Note the request, wait, do whatever is due, then answer or misbehave."""
    if call.name:
        site.requests.append((call.method, call.name, call.signed))
    if site.latency_ms:
        await asyncio.sleep(site.latency_ms / 1000)
    if len(_target(request)) > _MAX_TARGET:
        return await response(site, request, page(414, "Request-URI Too Large"))
    catch_up(site)
    inbox.incorporate(site)
    return await response(site, request, faults.answered(site, call, answer))


def _target(request: Request) -> bytes:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path + b"?" + query


def _version(site: Site) -> Answer:
    return xml(
        f"<version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>{site.dialect.version}</bbbVersion>"
    )


def _answer(site: Site, call: Call) -> Answer:
    if call.name not in CALLS:
        return page(404, "Not Found")
    methods, operation = CALLS[call.name]
    return operation(site, call) if call.method in methods else page(405, "Method Not Allowed")


async def _call(request: Request) -> Call:
    """Read a request; parameters of a form are merged in, though the checksum covers the URL alone."""
    raw_query = request.scope["query_string"].decode("latin-1")
    form, file = await _body(request)
    return Call(
        method=request.method,
        name=request.path_params["call"],
        raw_query=raw_query,
        parameters=parse(raw_query, form),
        accept=request.headers.get("accept", ""),
        user_agent=request.headers.get("user-agent", ""),
        file=file,
    )


async def _body(request: Request) -> tuple[str, bytes]:
    """Return an URL-encoded form as text, or the multipart field `file`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return (await request.body()).decode("latin-1"), b""
    if kind != "multipart/form-data":
        return "", b""
    async with request.form(max_files=10, max_part_size=_MAX_UPLOAD) as form:
        upload = form.get("file")
        return "", await upload.read() if isinstance(upload, UploadFile) else b""
