"""Sign a call: the checksum over the very bytes that are sent.

BigBlueButton hashes call name + raw query string + secret, before any
decoding (api.md, "Security model"); so what is hashed here must reach the
server unchanged.  Only unreserved characters are left bare, which makes every
later requoting by an HTTP library the identity.
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from bbbkeep.api.address import Checksum
from bbbkeep.errors import UsageError

_FORM_KEY = re.compile(r"[A-Za-z0-9*._-]+")


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


def encode_form(parameters: Iterable[tuple[str, str]]) -> str:
    """Return *parameters* as a form's body, in the one spelling that BigBlueButton hashes.

    It rebuilds a query string from a body: keys sorted and as they are, values
    by Java's URLEncoder, which keeps `*` and writes `~` as %7E (bbb-web,
    GetChecksumValidator).

    Raises:
        UsageError: a key twice, or one that is written in two ways.
    """
    found: dict[str, str] = {}
    for key, value in parameters:
        if not _FORM_KEY.fullmatch(key) or key in found:
            raise UsageError(
                f"parameter {key[:80]!r} can't be sent in a form: use letters and digits, each key once"
            )
        found[key] = quote_plus(value, safe="*").replace("~", "%7E")
    return "&".join(f"{key}={found[key]}" for key in sorted(found))
