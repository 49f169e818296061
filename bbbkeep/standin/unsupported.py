"""What a server answers to a call that it does not have."""

from bbbkeep.standin.answers import Answer, page
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.style import BBBLB, SCALELITE

NOT_FOUND_PAGE = page(404, "Not Found")
NOT_ALLOWED_PAGE = page(405, "Method Not Allowed")
TOO_LONG_PAGE = page(414, "Request-URI Too Large")
NOT_FOUND_EMPTY = Answer(b"", "text/html; charset=UTF-8", 404)
BAD_REQUEST_EMPTY = Answer(b"", "", 400)
NOT_FOUND_TEXT = Answer(b"Not Found", "text/plain; charset=utf-8", 404)
NOT_ALLOWED_TEXT = Answer(b"Method Not Allowed", "text/plain; charset=utf-8", 405)
UNSUPPORTED = SCALELITE.failed("unsupportedRequest", "This request is not supported.")


def not_implemented(site: Site, call: Call) -> Answer:  # noqa: ARG001  # the shape of an operation
    """Refuse without a look at the checksum, as BBBLB does for text tracks."""
    return BBBLB.failed("notImplemented", "This API endpoint or feature is not implemented")


def no_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Have no index, as bbb-recording-api."""
    return NOT_FOUND_EMPTY
