"""What a call brings with it, read as Tomcat and Grails read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote, unquote_plus

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BROWSERS = re.compile("Gecko|WebKit|Presto|Trident")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_MAX_INTEGER = 2**31 - 1


class StrayPercentError(ValueError):
    """Java's URLDecoder threw: bbb-web answers 500."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a server reads parameters.

    `tidied`: control characters and spaces around a value go. `form`: its
    fields count beside those of the URL, or stand in for an empty query,
    checksum and all.
    """

    tidied: bool = True
    form: Literal["beside the query", "for an empty query"] = "beside the query"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; `parameters` are decoded once.

    `raw_query` is what the checksum covers; `body` is all that was sent,
    `form` the same as text if it is an URL-encoded form, and `file` the
    field of that name of a multipart form.
    """

    method: str
    name: str
    raw_query: str
    parameters: dict[str, str]
    accept: str = "*/*"
    user_agent: str = ""
    file: bytes = b""
    form: str = ""
    body: bytes = b""
    content_type: str = ""
    host: str = ""

    def get(self, name: str) -> str:
        """Return a parameter, empty if it is absent."""
        return self.parameters.get(name, "")

    def tidied(self) -> "Call":
        """Return the call without control characters and spaces around its values."""
        return replace(self, parameters={name: _tidy(value) for name, value in self.parameters.items()})

    @property
    def media_type(self) -> str:
        """The type of the body, without what is said about it."""
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def signed(self) -> dict[str, str]:
        """Every parameter but the checksum."""
        return {name: value for name, value in self.parameters.items() if name != "checksum"}


def parse(*raw_queries: str, tidied: bool = True) -> dict[str, str]:
    """Decode query strings; the first of several values counts, an undecodable pair is left out."""
    found: dict[str, str] = {}
    for pair in "&".join(raw_queries).split("&"):
        name, _, value = pair.partition("=")
        if name and not _STRAY_PERCENT.search(pair):
            decoded = unquote_plus(value)
            found.setdefault(unquote_plus(name), _tidy(decoded) if tidied else decoded)
    return found


def _tidy(value: str) -> str:
    return _CONTROL.sub("", value).strip()


def ids(value: str) -> list[str]:
    """Split a list of IDs as ParamsProcessorUtil.decodeIds does.

    It is URL-decoded a second time, and Java's split drops empty parts at
    the end only: an empty part in front stays, and is a prefix of everything.

    Raises:
        StrayPercentError: a percent sign that encodes nothing.
    """
    if _STRAY_PERCENT.search(value):
        raise StrayPercentError(value)
    parts = unquote(value.replace("+", " ")).split(",")
    while parts and not parts[-1]:
        parts.pop()
    return parts


def ids_once(value: str) -> list[str]:
    """Split a list of IDs as Ruby does: decoded once, empty parts at the end dropped."""
    parts = value.split(",")
    while parts and not parts[-1]:
        parts.pop()
    return parts


def first_hundred_ids(value: str) -> list[str]:
    """Split a list of IDs as BBBLB does: trimmed, without empty parts, and none beyond the hundredth."""
    return [part.strip() for part in value.split(",") if part.strip()][:100]


def states(value: str) -> tuple[str, ...]:
    """Read the states asked for; `any` among them asks for all, which is ()."""
    wanted = tuple(value.split(",")) if value else ("published", "unpublished")
    return () if "any" in wanted else wanted


def first_five_states(value: str) -> tuple[str, ...]:
    """Read the states as BBBLB does, which asks for all unless told."""
    return states(",".join(value.split(",")[:5])) if value else ()


def whatever_state(value: str) -> tuple[str, ...]:  # noqa: ARG001  # the shape of a reading
    """Ask for all states, as bbb-recording-api does."""
    return ()


def integer(value: str) -> int | None:
    """Read a number as Integer.parseInt does, None where it throws."""
    if not _INTEGER.fullmatch(value):
        return None
    number = int(value)
    return number if -_MAX_INTEGER - 1 <= number <= _MAX_INTEGER else None


def accepted(call: Call, offered: Iterable[str] = ("xml", "json")) -> str:
    """Pick the first of *offered* that the Accept header likes best, "" if it likes none.

    Grails takes a browser for somebody who accepts anything.
    """
    header = "*/*" if not call.accept or _BROWSERS.search(call.user_agent) else call.accept
    liked = {offer: _liking(header, offer) for offer in offered}
    best = max(liked, key=lambda offer: liked[offer])
    return best if liked[best] > 0 else ""


def _liking(header: str, offer: str) -> float:
    wanted = [(media.strip().lower(), _quality(rest)) for media, _, rest in _ranges(header)]
    for names in ({f"application/{offer}", f"text/{offer}"}, {"application/*"}, {"*/*"}):
        qualities = [quality for media, quality in wanted if media in names]
        if qualities:
            return max(qualities)
    return 0.0


def _ranges(header: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in header.split(",")]


def _quality(rest: str) -> float:
    found = re.search(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", rest)
    return float(found[1]) if found else 1.0
