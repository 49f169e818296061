"""Sizes and durations as policies write them: `500MB`, `1.5GiB`, `90min`, `4h`; and as sentences say them."""

import re
from decimal import Decimal

SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Za-z]{1,3})", re.ASCII)
DURATION = re.compile(r"([0-9]{1,6}) ?(s|min|h)", re.ASCII)

BYTES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
"""kB to TB count in thousands, KiB to TiB in 1024s."""

SECONDS = {"s": 1, "min": 60, "h": 3600}
_LARGEST = 10**15
_THOUSAND = 1000


def read_size(text: str) -> int | None:
    """Return bytes, or None where *text* is no size above 0."""
    found = SIZE.fullmatch(text.strip())
    unit = BYTES.get(found[2]) if found else None
    size = int(Decimal(found[1]) * unit) if found and unit else 0
    return size if 0 < size <= _LARGEST else None


def read_duration(text: str) -> int | None:
    """Return seconds, or None where *text* is no duration above 0."""
    found = DURATION.fullmatch(text.strip())
    return (int(found[1]) * SECONDS[found[2]] or None) if found else None


def said_size(size: float) -> str:
    """Say a size in thousands: `612.3 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < _THOUSAND:
            return f"{size:.4g} {unit}"
        size /= _THOUSAND
    return f"{size:.4g} TB"


def said_duration(seconds: float) -> str:
    """Say a duration: `4h`, `1h 30min`, `59min 30s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
