"""What a call brings with it, read as Tomcat and Grails read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BROWSERS = re.compile("Gecko|WebKit|Presto|Trident")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_MAX_INTEGER = 2**31 - 1


class StrayPercentError(ValueError):
    """Java's URLDecoder threw: bbb-web answers 500."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; `parameters` are decoded once and sanitised."""

    method: str
    name: str
    raw_query: str
    parameters: dict[str, str]
    accept: str = "*/*"
    user_agent: str = ""
    file: bytes = b""

    def get(self, name: str) -> str:
        """Return a parameter, empty if it is absent."""
        return self.parameters.get(name, "")

    @property
    def signed(self) -> dict[str, str]:
        """Every parameter but the checksum."""
        return {name: value for name, value in self.parameters.items() if name != "checksum"}


def parse(*raw_queries: str) -> dict[str, str]:
    """Decode query strings; the first of several values counts, an undecodable pair is left out."""
    found: dict[str, str] = {}
    for pair in "&".join(raw_queries).split("&"):
        name, _, value = pair.partition("=")
        if name and not _STRAY_PERCENT.search(pair):
            found.setdefault(unquote_plus(name), _CONTROL.sub("", unquote_plus(value)).strip())
    return found


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
