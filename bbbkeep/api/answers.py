"""What an answer amounts to: the API's own words, or which error.

HTTP status and content type hardly count, because servers send FAILED with
200 and XML as text/html; the first byte and the return code do.  Pure.
"""

import re
from collections.abc import Mapping
from typing import Literal

from bbbkeep.api.retrying import NEVER
from bbbkeep.api.transport import Body, unavailable
from bbbkeep.errors import BbbAuthError, BbbError, BbbRejectedError, BbbUnsupportedError

Shape = Literal["xml", "json", "html", "empty", "text"]

_UNSUPPORTED = {"unsupportedrequest", "notimplemented"}
_TOO_LONG = {413: "what was sent is too large for it", 414: "the URL is too long for it"}
_BAD_REQUEST = (
    "a front end takes the request for malformed, or its URL for too long; name fewer recordings at once"
)
_REMEDIES = {
    401: "a front end wants credentials; let it pass /bigbluebutton/api",
    403: "a front end forbids it; let this machine pass",
    # BigBlueButton's nginx answers time-outs so, because its error page is missing (bigbluebutton#10570).
    404: "the URL is wrong, or BigBlueButton took too long and its front end gave up",
    429: "it asks for fewer requests",
}
_BAD, _NO_METHOD, _TOO_MANY = 400, 405, 429
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_URL = re.compile(r"https?://\S*|\S*(?:checksum|token)=\S*", re.IGNORECASE)
_LONGEST = 300
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return *text* fit for a message: bounded, control characters escaped, URLs left out."""
    shown = _URL.sub("(URL)", " ".join(text[: 4 * longest].split()))
    shown = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def shape_of(head: bytes) -> Shape:
    """Tell by its first bytes what an answer is; the Content-Type is not trusted."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if not start:
        return "empty"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "xml"
    return "json" if start.startswith(b"{") else "text"


def require_words(body: Body) -> Shape:
    """Return whether *body* may be XML or JSON of the API.

    Raises:
        BbbRejectedError: it was too long or too odd for a front end, and so never arrived.
        BbbUnavailableError: a page, an empty body, or a server error.
    """
    shape = shape_of(body.head())
    if body.status in _TOO_LONG:
        raise BbbRejectedError(body.call, f"answered HTTP {body.status}: {_TOO_LONG[body.status]}")
    if shape in ("xml", "json") and body.status < _SERVER_ERROR and body.status != _TOO_MANY:
        return shape
    if body.status == _BAD:
        raise BbbRejectedError(body.call, f"answered HTTP {body.status}: {_BAD_REQUEST}")
    if body.status == _NO_METHOD:
        raise BbbUnsupportedError(
            body.call, f"this kind of server does not offer the call (HTTP {body.status})"
        )
    raise _no_words(body, shape)


def _no_words(body: Body, shape: Shape) -> BbbError:
    what = {
        "html": "an HTML page",
        "empty": "an empty body",
        "text": "plain text",
        "xml": "an error document",
        "json": "an error document",
    }[shape]
    usual = "check the URL" if body.status < _SERVER_ERROR else "it may be starting, or be overloaded"
    remedy = _REMEDIES.get(body.status, usual)
    problem = f"answered with {what} (HTTP {body.status}) instead of the API's words; {remedy}"
    error = unavailable(body.call, problem, body.retry_after)
    error.status = body.status
    return error


def require_success(call: str, fields: Mapping[str, str]) -> None:
    """Raise the error that *fields* of an answer amount to, unless they say SUCCESS.

    Anything but SUCCESS is a failure: bbb-recording-api and old servers say
    FAILURE, others FAILED.
    """
    code = fields.get("returncode", "").strip()
    if not code:
        raise unavailable(call, "answered without a returncode; check the URL")
    if code.upper() != "SUCCESS":
        raise failure(call, fields)


def failure(call: str, fields: Mapping[str, str]) -> BbbError:
    """Return the error for an answer that says FAILED."""
    key = one_line(fields.get("messageKey") or fields.get("key") or "", 80)
    message = one_line(fields.get("message") or fields.get("msg") or "no message")
    if key.lower() == "checksumerror":
        problem = f"the server refuses the secret: {message}; check BBB_SECRET (`bbb-conf --secret`)"
        return BbbAuthError(call, problem, key)
    if key.lower() in _UNSUPPORTED:
        return BbbUnsupportedError(call, f"this kind of server does not offer the call: {message}", key)
    return BbbRejectedError(call, f"the server answered {one_line(fields['returncode'], 20)}: {message}", key)


def require_page(body: Body) -> bytes:
    """Return *body*, the text of a file and not of the API.

    Raises:
        BbbUnavailableError: it is an error page, or empty.
    """
    shape = shape_of(body.head())
    if body.status in (401, 403):
        problem = "the link was refused: it works once, for an hour; list the text tracks again"
        raise unavailable(body.call, f"{problem} (HTTP {body.status})", NEVER)
    if body.status >= _CLIENT_ERROR or shape in ("html", "empty"):
        raise _no_words(body, shape)
    return body.read()
