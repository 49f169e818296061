"""What a server makes of a checksum.

Over the raw query string as it came in: nothing is decoded or put in order
before it is hashed.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

_BY_LENGTH = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}

Flaw = Literal["missing", "length", "no hex", "wrong", "strange host"]
"""What is wrong with a checksum, or with the name that the server was called by."""


def by_value(raw_query: str, given: str) -> str:
    """Take the checksum out of the text, by its value and wherever it stands.

    BigBlueButton replaces text (ParamsProcessorUtil.isChecksumSame), so a
    second checksum with another value stays in and spoils the hash.
    """
    for spelling in (f"&checksum={given}", f"checksum={given}&", f"checksum={given}"):
        raw_query = raw_query.replace(spelling, "")
    return raw_query


def by_pattern(raw_query: str, given: str) -> str:
    """Take the checksum out as bbb-recording-api does: one at the start, then any other of that value."""
    value = re.escape(given)
    return re.sub(f"&?checksum={value}", "", re.sub(f"^checksum={value}&?", "", raw_query))


def by_name(raw_query: str, given: str) -> str:  # noqa: ARG001  # the shape of a removal
    """Take out every part that is named checksum, and nothing else, as BBBLB does."""
    return "&".join(part for part in raw_query.split("&") if part.partition("=")[0] != "checksum")


@dataclass(frozen=True, slots=True)
class ChecksumRules:
    """One server's way with checksums."""

    algorithms: Collection[str]
    any_case: bool = True
    removed: Callable[[str, str], str] = by_value

    def flaw(self, call: str, raw_query: str, given: str, secret: str) -> Flaw | None:
        """Say what is wrong with *given*, None if it signs the call; its length picks the algorithm."""
        if not given:
            return "missing"
        algorithm = _BY_LENGTH.get(len(given))
        if algorithm is None or algorithm not in self.algorithms:
            return "length"
        if not re.fullmatch("[0-9A-Fa-f]+", given):
            return "no hex"
        signed = f"{call}{self.removed(raw_query, given)}{secret}"
        expected = hashlib.new(algorithm, signed.encode()).hexdigest()
        spelled = given.lower() if self.any_case else given
        return None if hmac.compare_digest(expected.encode(), spelled.encode()) else "wrong"
