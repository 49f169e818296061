"""What a server answers to a call that it does not have, or that is too long."""

from bbbkeep.standin.answers import Answer, page
from bbbkeep.standin.dialect import Lengths
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.style import BBBLB, SCALELITE

NOT_FOUND_PAGE = page(404, "Not Found")
NOT_ALLOWED_PAGE = page(405, "Method Not Allowed")
NOT_FOUND_EMPTY = Answer(b"", "text/html; charset=UTF-8", 404)
NOT_FOUND_TEXT = Answer(b"Not Found", "text/plain; charset=utf-8", 404)
NOT_ALLOWED_TEXT = Answer(b"Method Not Allowed", "text/plain; charset=utf-8", 405)
UNSUPPORTED = SCALELITE.failed("unsupportedRequest", "This request is not supported.")

_LONGEST_LINE = 8_192
_LONGEST_QUERY = 10_240


def nginx_and_tomcat(lengths: Lengths) -> Answer | None:
    """Refuse a line over 8 KB as nginx does, and as Tomcat behind it a head over 8 KB."""
    if lengths.target > _LONGEST_LINE:
        return page(414, "Request-URI Too Large")
    return page(400, "Bad Request") if lengths.target + lengths.headers > _LONGEST_LINE else None


def puma(lengths: Lengths) -> Answer | None:
    """Refuse a query over 10 KB without a word."""
    return Answer(b"", "", 400) if lengths.query > _LONGEST_QUERY else None


def uvicorn(lengths: Lengths) -> Answer | None:  # noqa: ARG001  # the shape of a limit
    """Take 71 KB, and more was not tried."""
    return None


def not_implemented(site: Site, call: Call) -> Answer:  # noqa: ARG001  # the shape of an operation
    """Refuse without a look at the checksum, as BBBLB does for text tracks."""
    return BBBLB.failed("notImplemented", "This API endpoint or feature is not implemented")


def no_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Have no index, as bbb-recording-api."""
    return NOT_FOUND_EMPTY
