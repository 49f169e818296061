"""Documents for a meeting as create and insertDocument take them: an XML body.  Pure."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from bbbkeep.errors import UsageError

LARGEST = 64 * 1024**2
"""Bytes of one request; BigBlueButton's own limit is 2 MB unless its administrator raised it."""


@dataclass(frozen=True, slots=True)
class Slides:
    """One document: fetched from `url` by the server, or its `content`; the name's ending tells its type.

    A flag that is None is left to the server.
    """

    name: str
    url: str | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    current: bool | None = None
    downloadable: bool | None = None
    removable: bool | None = None


def slides_body(documents: Sequence[Slides]) -> bytes:
    """Return the body that hands *documents* over, the first one shown first.

    Raises:
        UsageError: none, one without name, with neither or both of URL and
            content, or more than LARGEST bytes.
    """
    if not documents:
        raise UsageError("no document was given")
    if sum(len(one.content or b"") for one in documents) > LARGEST * 3 // 4:
        raise UsageError(f"the documents are larger than the {LARGEST:,} bytes of one request")
    modules = etree.Element("modules")
    module = etree.SubElement(modules, "module", name="presentation")
    for one in documents:
        _add(module, one)
    return etree.tostring(modules, xml_declaration=True, encoding="UTF-8")


def _add(module: etree._Element, one: Slides) -> None:
    if not one.name.strip() or not one.name.isprintable():
        raise UsageError(f"document {one.name[:80]!r} needs a printable name; its ending tells the type")
    if (one.url is None) == (one.content is None):
        raise UsageError(f"document {one.name!r} needs a URL or content, and not both")
    element = etree.SubElement(module, "document")
    for flag in ("current", "downloadable", "removable"):
        value: bool | None = getattr(one, flag)
        if value is not None:
            element.set(flag, "true" if value else "false")
    if one.content is not None:
        element.set("name", one.name)
        element.text = b64encode(one.content).decode()
    else:
        element.set("url", _web(one.url or ""))
        element.set("filename", one.name)


def _web(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https") or not url.isprintable():
        raise UsageError("a document's URL begins with http:// or https://")
    return url
