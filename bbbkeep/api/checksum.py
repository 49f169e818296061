"""Sign a call: the checksum over the very bytes that are sent.

BigBlueButton hashes call name + raw query string + secret, before any
decoding (api.md, "Security model"); so what is hashed here must reach the
server unchanged.  Only unreserved characters are left bare, which makes every
later requoting by an HTTP library the identity.
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import quote

from bbbkeep.api.address import Checksum


def encode_query(parameters: Iterable[tuple[str, str]]) -> str:
    """Return the query string of *parameters*, in their order, as it will be sent."""
    return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in parameters)


def checksum(call: str, query: str, secret: str, algorithm: Checksum) -> str:
    """Return the lower-case hex checksum of *call* with its raw *query* string."""
    return hashlib.new(algorithm, f"{call}{query}{secret}".encode()).hexdigest()


def signed_query(call: str, query: str, secret: str, algorithm: Checksum) -> str:
    """Return *query* with its checksum at the end."""
    signature = checksum(call, query, secret, algorithm)
    return f"{query}&checksum={signature}" if query else f"checksum={signature}"
