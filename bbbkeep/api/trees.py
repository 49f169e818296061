"""Read a whole answer that is no listing, as a tree: hardened, bounded, strictly, else repaired.

Knows neither meetings nor recordings.  What is read here fits into memory;
listings are streamed by `documents.py`.
"""

from collections.abc import Mapping

from lxml import etree

from bbbkeep.api import answers
from bbbkeep.api.repair import Repaired, encoding_of
from bbbkeep.api.retrying import NEVER
from bbbkeep.api.transport import Body, unavailable


def whole_tree(body: Body) -> etree._Element:
    """Return the `<response>` of *body*, whatever its return code; *body* stays open.

    Raises:
        BbbUnavailableError: truncated, malformed, or not the API's XML.
    """
    try:
        root = etree.fromstring(body.read().lstrip(), _parser())
    except etree.XMLSyntaxError:
        root = _repaired(body)
    if root.getroottree().docinfo.internalDTD is not None:
        raise unavailable(body.call, "answered with a document type, which the API never sends", NEVER)
    if root.tag != "response":
        raise unavailable(body.call, "answered with XML that is not the API's; check the URL")
    return root


def texts_of(element: etree._Element) -> Mapping[str, str]:
    """Return the texts of an element's children by name, the first of each."""
    found: dict[str, str] = {}
    for child in element.iterchildren("*"):
        found.setdefault(str(child.tag), child.text or "")
    return found


def failure_fields(root: etree._Element) -> Mapping[str, str]:
    """Return what a whole answer says of its success; a failure of early servers stands in `<errors>`."""
    fields = dict(texts_of(root))
    error = root.find("errors/error")
    if error is not None:
        fields.setdefault("messageKey", error.get("key") or error.findtext("key") or "")
        fields.setdefault("message", error.get("message") or error.findtext("message") or "")
    return fields


def successful_tree(body: Body) -> etree._Element:
    """Return the `<response>` of an answer that says SUCCESS; *body* stays open.

    Raises:
        BbbError: it says anything else.
    """
    if answers.require_words(body) != "xml":
        raise unavailable(body.call, "answered JSON where the API answers XML")
    root = whole_tree(body)
    answers.require_success(body.call, failure_fields(root))
    return root


def _parser(encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _repaired(body: Body) -> etree._Element:
    head = body.head()
    body.spool.seek(len(head) - len(head.lstrip()))
    source, parser = Repaired(body.spool, encoding_of(head)), _parser("utf-8")
    try:
        while chunk := source.read():
            parser.feed(chunk)
        root = parser.close()
    except etree.XMLSyntaxError as caught:
        line = caught.lineno or 0
    else:
        return root
    raise unavailable(body.call, f"answered with XML that breaks off or is malformed (line {line})")
