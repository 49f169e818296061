"""Metadata changes as parameters of updateRecordings, and which of them a server would drop.  Pure."""

import re
from collections.abc import Mapping

from bbbkeep.errors import UsageError

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LONGEST_KEY = 200

# Control characters are cut out on the way in, and the others make the listing unreadable as XML.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def metadata_parameters(changes: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Return one `meta_` parameter for each change, keys in lower case as BigBlueButton stores them.

    An empty value is how a key is removed; so a value has to say something.

    Raises:
        UsageError: no change, a key that is ignored silently, one key twice,
            or a value that would not be stored as given.
    """
    if not changes:
        raise UsageError("no metadata changes were given")
    found: dict[str, str] = {}
    for key, value in changes.items():
        name = _checked_key(key)
        if name in found:
            raise UsageError(f"metadata key {name!r} is given twice: a server knows keys in lower case only")
        found[name] = "" if value is None else _checked_value(name, value)
    return [(f"meta_{name}", value) for name, value in found.items()]


def _checked_key(key: str) -> str:
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise UsageError(
            f"metadata key {key[:80]!r} would be ignored by the server; "
            "use a letter first, then letters, digits and hyphens"
        )
    return key.lower()


def _checked_value(key: str, value: str) -> str:
    stripped = value.strip()
    if not stripped:
        raise UsageError(
            f"the value of metadata key {key!r} is empty, which removes it; say None to remove a key"
        )
    if _UNSTORABLE.search(stripped):
        raise UsageError(
            f"the value of metadata key {key!r} holds control characters, which a server cuts out"
        )
    return stripped
