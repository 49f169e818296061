"""How a kind of server writes XML: on one line or indented, declared or not, and its word for failure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from bbbkeep.standin.answers import Answer

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_DECLARATION = '<?xml version="1.0"?>\n'


class Markup(str):
    """Text that is XML already."""

    __slots__ = ()


class Element(NamedTuple):
    """One element with text in it, or with others."""

    name: str
    content: "str | tuple[Element, ...]" = ""
    attributes: Mapping[str, str] = _NO_ATTRIBUTES


def quoting(text: str) -> str:
    """Escape as Scala does: quotation marks, too."""
    return sparing(text).replace('"', "&quot;")


def sparing(text: str) -> str:
    """Escape as Ruby's Builder does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ascii_only(text: str) -> str:
    """Escape as lxml does when nobody names an encoding."""
    return sparing(text).encode("ascii", "xmlcharrefreplace").decode()


@dataclass(frozen=True, slots=True)
class Style:
    """One server's handwriting.

    `declared`: refusals and the version begin with an XML declaration.
    `empty_parent` and `empty_text`: how an element without children, and
    one without text, closes.
    """

    content_type: str
    escape: Callable[[str], str]
    failure: str = "FAILED"
    indented: bool = True
    declared: bool = False
    empty_parent: Literal["closed", "lines"] = "closed"
    empty_text: Literal["closed", "pair"] = "pair"

    def success(self, *elements: Element, declared: bool = False) -> Answer:
        """Answer SUCCESS with *elements* after the returncode."""
        return self._answer("SUCCESS", elements, declared=declared and self.declared)

    def failed(self, key: str, message: str, status: int = 200) -> Answer:
        """Answer that the call was refused; the HTTP status is 200 all the same."""
        told = (Element("messageKey", key), Element("message", message))
        return self._answer(self.failure, told, status, declared=self.declared)

    def _answer(
        self, returncode: str, elements: tuple[Element, ...], status: int = 200, *, declared: bool
    ) -> Answer:
        text = self.write(Element("response", (Element("returncode", returncode), *elements)))
        return Answer(((_DECLARATION if declared else "") + text).encode(), self.content_type, status)

    def write(self, element: Element, depth: int = 0) -> str:
        """Write an element and all within; where indented, with a line end behind it."""
        start, end = ("  " * depth, "\n") if self.indented else ("", "")
        name, content, attributes = element
        tag = name + "".join(f' {key}="{quoting(value)}"' for key, value in attributes.items())
        if isinstance(content, tuple):
            if not content and self.empty_parent == "closed":
                return f"{start}<{tag}/>{end}"
            inner = "".join([self.write(child, depth + 1) for child in content])
            return f"{start}<{tag}>{end}{inner}{start}</{name}>{end}"
        if not content and self.empty_text == "closed":
            return f"{start}<{tag}/>{end}"
        text = content if isinstance(content, Markup) else self.escape(content)
        return f"{start}<{tag}>{text}</{name}>{end}"


BBB = Style("text/xml;charset=utf-8", quoting, indented=False)
"""bbb-web: Scala's Elem.toString."""

SCALELITE = Style("application/xml; charset=utf-8", sparing, declared=True, empty_parent="lines")
"""Scalelite: Ruby's Builder, behind a declaration where something is refused."""

RECORDING_API = Style("application/xml; charset=utf-8", sparing, failure="FAILURE", empty_parent="lines")
"""bbb-recording-api: Ruby's Builder."""

BBBLB = Style("application/xml;charset=utf-8", ascii_only, empty_text="closed")
"""BBBLB: lxml, pretty-printed."""
