"""Read the API's XML as a stream: strictly, else repaired and then strictly again, else not at all.

A first pass proves that a document is whole and collects what stands beside
the recordings; only then a second pass hands them out.  So nothing of a
truncated answer is ever believed.  Knows elements, not recordings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from bbbkeep.api.repair import Repaired, encoding_of
from bbbkeep.api.retrying import NEVER
from bbbkeep.api.transport import Body, unavailable

_FIELDS = (
    "returncode",
    "messageKey",
    "message",
    "totalElements",
    "published",
    "deleted",
    "updated",
    "version",
    "apiVersion",
    "bbbVersion",
)
_TAGS = (*_FIELDS, "error", "recordings", "recording")

_WIDEST = 4 * 1024**2
"""Bytes that may pass without a recording's end: the tree never grows beyond them."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a document says beside its recordings; `totalElements` as `pagination/totalElements` where it is there.

    `lenient`: it was no XML until it was repaired.
    """

    fields: Mapping[str, str]
    has_recordings: bool
    lenient: bool


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def read_envelope(body: Body) -> Envelope:
    """Read all of *body*, to the end of its root element.

    Raises:
        BbbUnavailableError: truncated, malformed, or not the API's XML.
    """
    try:
        return _scan(body, lenient=False)
    except etree.XMLSyntaxError:
        pass  # whether characters alone are to blame shows when they are repaired
    try:
        return _scan(body, lenient=True)
    except etree.XMLSyntaxError as caught:
        line = caught.lineno or 0
    raise unavailable(body.call, f"answered with XML that breaks off or is malformed (line {line})")


def recording_elements(body: Body, *, lenient: bool) -> Iterator[etree._Element]:
    """Hand out each `<recording>` of a document that `read_envelope` has passed; it is emptied afterwards."""
    for element in _Elements(body, ("recording",), lenient=lenient).events():
        # BigBlueButton's 2.0 betas printed a second <recording> around each.
        if _is_recording(element) and next(element.iterchildren("recording"), None) is None:
            yield element


def _scan(body: Body, *, lenient: bool) -> Envelope:
    fields: dict[str, str] = {}
    has_recordings = False
    stream = _Elements(body, _TAGS, lenient=lenient)
    for element in stream.events():
        parent = element.getparent()
        place = parent.tag if parent is not None else ""
        if element.tag == "recordings":
            has_recordings |= place == "response"
        elif element.tag == "error" and place == "errors":
            _add_error(fields, element)
        elif element.tag in _FIELDS and place in ("response", "pagination"):
            name = element.tag if place == "response" else f"pagination/{element.tag}"
            fields.setdefault(name, element.text or "")
    stream.require_response(body.call)
    return Envelope(fields, has_recordings, lenient)


def _add_error(fields: dict[str, str], element: etree._Element) -> None:
    """Take the first of several errors, in either form that BigBlueButton has printed."""
    fields.setdefault("messageKey", element.get("key") or element.findtext("key") or "")
    fields.setdefault("message", element.get("message") or element.findtext("message") or "")


def _is_recording(element: etree._Element) -> bool:
    """Whether this is a recording, not a metadata key of that name."""
    parent = element.getparent()
    return element.tag == "recording" and parent is not None and parent.tag in ("recordings", "recording")


class _Elements:
    """The end events of some elements, with everything before them forgotten."""

    def __init__(self, body: Body, tags: tuple[str, ...], *, lenient: bool) -> None:
        head = body.head()
        body.spool.seek(len(head) - len(head.lstrip()))
        source = Repaired(body.spool, encoding_of(head)) if lenient else body.spool
        self._source = _Paced(body.call, source)
        self._parser = etree.iterparse(
            self._source,
            tag=tags,
            encoding="utf-8" if lenient else None,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def events(self) -> Iterator[etree._Element]:
        for _, element in self._parser:
            yield element
            if _is_recording(element):
                _forget(element)
                self._source.unbroken = 0

    def require_response(self, call: str) -> None:
        root = self._parser.root
        if root is None or root.tag != "response":
            raise unavailable(call, "answered with XML that is not the API's; check the URL")
        if root.getroottree().docinfo.internalDTD is not None:
            raise unavailable(call, "answered with a document type, which the API never sends", NEVER)


def _forget(element: etree._Element) -> None:
    """Empty *element* and drop what lies before it, so that memory stays as it is."""
    element.clear()
    node: etree._Element | None = element
    while node is not None and (parent := node.getparent()) is not None:
        while node.getprevious() is not None:
            del parent[0]
        node = parent


class _Paced:
    """A source that ends in an error when no recording comes to its end for too long."""

    def __init__(self, call: str, source: _Readable) -> None:
        self._call, self._source, self.unbroken = call, source, 0

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(size)
        self.unbroken += len(chunk)
        if self.unbroken > _WIDEST:
            raise unavailable(self._call, f"answered with an element of more than {_WIDEST:,} bytes", NEVER)
        return chunk
