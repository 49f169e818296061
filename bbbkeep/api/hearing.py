"""A whole answer for people and scripts, whatever the call: as it came, but without what opens something.

Masked are passwords and tokens, callbacks, signed and single-use addresses,
and the addresses of protected recordings.
"""

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from lxml import etree

from bbbkeep.api import answers, tracks, trees
from bbbkeep.api.transport import Body
from bbbkeep.api.values import MASK, masked
from bbbkeep.errors import BbbAuthError, BbbError

MOST_HEARD = 64 * 1024**2
"""Bytes of an answer that is kept in memory as a whole."""

HIDDEN = f"{MASK}hidden"

_SECRETS = frozenset({"attendeepw", "moderatorpw", "password", "auth_token", "session_token", "href"})
_OPENS = re.compile(r"(?:token|checksum|ticket)=|/ticket/|/textTrack/|://[^/\s]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: `content` as plain values, `text` in the server's own form, `problem` where it says FAILED."""

    content: Mapping[str, Any]
    text: str
    pretty: str
    problem: BbbError | None


def heard(body: Body) -> Heard:
    """Read all of *body*, in whichever form it came; closes it.

    Raises:
        BbbAuthError: it refuses the secret.
        BbbUnavailableError: it is not the API's.
    """
    with closing(body):
        if answers.require_words(body) == "json":
            response = tracks.json_response(body.call, body.read())
            return _json(response, _problem(body.call, tracks.fields_of(response)))
        root = trees.whole_tree(body)
        return _xml(root, _problem(body.call, trees.failure_fields(root)))


def _problem(call: str, fields: Mapping[str, str]) -> BbbError | None:
    try:
        answers.require_success(call, fields)
    except BbbAuthError:
        raise
    except BbbError as problem:
        return problem
    return None


def _json(response: Mapping[str, Any], problem: BbbError | None) -> Heard:
    content = {"response": _without_secrets("", response)}
    text = json.dumps(content, ensure_ascii=False)
    return Heard(content["response"], text, json.dumps(content, ensure_ascii=False, indent=2), problem)


def _without_secrets(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_secrets(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(key, inner) for inner in value]
    return shown(key, value) if isinstance(value, str) else value


def _xml(root: etree._Element, problem: BbbError | None) -> Heard:
    _mask(root, protected=False)
    text = etree.tostring(root, encoding="unicode")
    content = _plain(root)
    etree.indent(root)
    found = content if isinstance(content, dict) else {}
    return Heard(found, text, etree.tostring(root, encoding="unicode"), problem)


def _mask(element: etree._Element, *, protected: bool) -> None:
    told = element.findtext("protected") if element.tag == "recording" else None
    protected = protected or (told or "").strip().lower() == "true"
    key = str(element.tag)
    if element.text and element.text.strip():
        hidden = protected and "://" in element.text
        element.text = HIDDEN if hidden else shown(key, element.text)
    for name, value in element.attrib.items():
        element.set(name, shown(str(name), str(value)))
    for child in element.iterchildren("*"):
        _mask(child, protected=protected)


def shown(key: str, value: str) -> str:
    """Return *value*, masked where it opens something."""
    if not value or (key.lower() not in _SECRETS and not _OPENS.search(value)):
        return masked(key, value)
    return HIDDEN


def _plain(element: etree._Element) -> Any:
    """Return texts as text, elements with children as a mapping, a child that comes again as a list."""
    found: dict[str, Any] = {f"@{name}": str(value) for name, value in element.attrib.items()}
    text = (element.text or "").strip() if len(element) or found else element.text or ""
    for child in element.iterchildren("*"):
        name, value = str(child.tag), _plain(child)
        if name not in found:
            found[name] = value
        else:
            twins = found[name] if isinstance(found[name], list) else [found[name]]
            found[name] = [*twins, value]
    if not found:
        return text
    return found | ({"#text": text} if text else {})
