"""What a BigBlueButton server makes of a checksum.

Over the raw query string as it came in: nothing is decoded or put in order
before it is hashed.
"""

import hashlib
import hmac
from collections.abc import Collection

_BY_LENGTH = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


def without_checksum(raw_query: str, given: str) -> str:
    """Take the checksum out of the text, by its value and wherever it stands.

    BigBlueButton replaces text (ParamsProcessorUtil.isChecksumSame), so a
    second checksum with another value stays in and spoils the hash.
    """
    for spelling in (f"&checksum={given}", f"checksum={given}&", f"checksum={given}"):
        raw_query = raw_query.replace(spelling, "")
    return raw_query


def accepts(call: str, raw_query: str, given: str, secret: str, algorithms: Collection[str]) -> bool:
    """Say whether *given* signs the call; its length picks the algorithm, its letter case is free."""
    algorithm = _BY_LENGTH.get(len(given))
    if algorithm is None or algorithm not in algorithms:
        return False
    signed = f"{call}{without_checksum(raw_query, given)}{secret}"
    expected = hashlib.new(algorithm, signed.encode()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.lower().encode())
