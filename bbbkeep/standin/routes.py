"""Paths, methods and the way of a request: from Starlette in, through a call, out again."""

import asyncio
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bbbkeep.standin import faults, inbox, text_tracks
from bbbkeep.standin.answers import Answer, page
from bbbkeep.standin.dialect import Lengths
from bbbkeep.standin.fault import Proceed
from bbbkeep.standin.parameters import Call, parse
from bbbkeep.standin.sending import response
from bbbkeep.standin.site import BASE_PATH, Site
from bbbkeep.standin.write_faults import catch_up

_METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]
_FORM = "application/x-www-form-urlencoded"
_MAX_UPLOAD = 64 * 2**20


def application(site: Site) -> Starlette:
    """Make the ASGI application of one local server."""

    async def api(request: Request) -> Response:
        call = await _call(site, request)
        return await _through(site, request, call, lambda one: _answer(site, one, request.url.path))

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
        Route(f"{BASE_PATH}/api", api, methods=_METHODS),
        Route(f"{BASE_PATH}/api/{{call:path}}", api, methods=_METHODS),
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
    too_long = site.dialect.front.too_long(_lengths(request))
    if too_long is not None:
        return await response(site, request, too_long)
    catch_up(site)
    inbox.incorporate(site)
    return await response(site, request, faults.answered(site, call, answer))


def _lengths(request: Request) -> Lengths:
    query = len(request.scope["query_string"])
    headers = sum(len(name) + len(value) + len(": \r\n") for name, value in request.headers.raw)
    return Lengths(query, len(request.scope["raw_path"]) + 1 + query, headers)


def _answer(site: Site, call: Call, path: str) -> Answer:
    """Find the call, and answer what is none as this kind of server does."""
    front, calls = site.dialect.front, site.dialect.calls
    if not call.name:
        return front.index(site, call)
    if call.name not in calls:
        return front.unknown
    if path.endswith("/") and front.slash == "redirected":
        address = f"{site.address}{path.removesuffix('/')}?{call.raw_query}"
        return Answer(b"", "", 307, {"Location": address})
    route = calls[call.name]
    return route.operation(site, call) if call.method in route.methods else front.wrong_method


async def _call(site: Site, request: Request) -> Call:
    """Read a request, its form as this kind of server does."""
    reading, front = site.dialect.reading, site.dialect.front
    raw_query = request.scope["query_string"].decode("latin-1")
    body, form, file = await _body(request)
    kind = request.headers.get("content-type", "")
    if reading.form == "for an empty query":
        raw_query, form = raw_query or (form if kind == _FORM else ""), ""
    name = request.path_params.get("call", "")
    return Call(
        method=request.method,
        name=name if front.slash == "unknown" else name.rstrip("/"),
        raw_query=raw_query,
        parameters=parse(raw_query, form, tidied=reading.tidied),
        accept=request.headers.get("accept", ""),
        user_agent=request.headers.get("user-agent", ""),
        file=file,
        form=form,
        body=body,
        content_type=kind,
        host=request.headers.get("host", ""),
    )


async def _body(request: Request) -> tuple[bytes, str, bytes]:
    """Return the body, the same as text if it is an URL-encoded form, and the multipart field `file`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == _FORM:
        return body, body.decode("latin-1"), b""
    if kind != "multipart/form-data":
        return body, "", b""
    async with request.form(max_files=10, max_part_size=_MAX_UPLOAD) as form:
        upload = form.get("file")
        return body, "", await upload.read() if isinstance(upload, UploadFile) else b""
