"""Judge a whole answer: an XML envelope or a JSON response that says SUCCESS, or an error.

Closes what it has read, except where a listing goes on reading.
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from bbbkeep.api import answers, tracks
from bbbkeep.api.documents import Envelope, read_envelope
from bbbkeep.api.transport import Body, unavailable


def successful_envelope(body: Body) -> Envelope:
    """Return the envelope of an XML answer; *body* stays open.

    A failure may come as JSON, whatever was asked.
    """
    if answers.require_words(body) == "json":
        answers.require_success(body.call, tracks.fields_of(tracks.json_response(body.call, body.read())))
        raise unavailable(body.call, "answered JSON where the API answers XML")
    envelope = read_envelope(body)
    answers.require_success(body.call, envelope.fields)
    return envelope


def successful_fields(body: Body) -> Mapping[str, str]:
    """Return the texts of a small XML answer."""
    with closing(body):
        return successful_envelope(body).fields


def successful_response(body: Body) -> Mapping[str, Any]:
    """Return the response of a JSON call; a failure may come as XML.

    The newer text-track calls answer checksum errors in XML, and servers
    without captions answer everything so.
    """
    with closing(body):
        if answers.require_words(body) == "xml":
            answers.require_success(body.call, read_envelope(body).fields)
            raise unavailable(body.call, "answered XML where the API answers JSON")
        response = tracks.json_response(body.call, body.read())
        answers.require_success(body.call, tracks.fields_of(response))
        return response
