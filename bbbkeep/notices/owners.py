"""Tell one owner of all recordings that go soon: whom, where, in which words.  Pure but for reading files."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bbbkeep.counted import many
from bbbkeep.errors import ConfigError
from bbbkeep.notices.send import Message
from bbbkeep.retention.owners import ADDRESS
from bbbkeep.settings_values import Secret

MAX_BYTES = 16 * 1024**2
LONGEST = 20_000
"""Characters of a message's list; what does not fit is told the next night, and kept until then."""

PLACE = "{address}"


@dataclass(frozen=True, slots=True)
class Line:
    """One recording in a message; `key` names the notice in the ledger."""

    record_id: str
    key: str
    text: str


def read_map(path: Path | None) -> dict[str, str]:
    """Return owner in lower case -> address.

    Raises:
        ConfigError: it is missing, unreadable, too large or wrong in a line.
    """
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigError(path, f"can't be read: {error}", "write owner,address in UTF-8") from None
    if len(raw) > MAX_BYTES or rows[:1] != [["owner", "address"]]:
        remedy = f"its first line is owner,address, and it has at most {MAX_BYTES:,} bytes"
        raise ConfigError(path, "is no map of owners", remedy, 1)
    found: dict[str, str] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]) or not ADDRESS.fullmatch(row[1].strip()):
            remedy = "write owner,address with one address of letters, digits and ._+=@:'-"
            raise ConfigError(path, "names no address that can be told", remedy, line)
        found[" ".join(row[0].split()).casefold()] = row[1].strip()
    return found


def url_for(url: Secret, address: str) -> Secret:
    """Put *address* into the Apprise URL, encoded, so that it can be no other part of it.

    Raises:
        ConfigError: the URL can't be had, or has no place for an address.
    """
    text = url.reveal()
    if PLACE not in text:
        raise ConfigError("owners.url", "has no {address}", "write {address} where the owner's address goes")
    return Secret(text.replace(PLACE, quote(address, safe="")))


def read_template(path: Path | None) -> str:
    """Return the text around the list, which goes where {recordings} is, or behind.

    Raises:
        ConfigError: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")[:LONGEST] if path else ""
    except (OSError, ValueError) as error:
        raise ConfigError(str(path), f"can't be read: {error}", "write a text in UTF-8") from None


def fitting(lines: Sequence[Line]) -> Sequence[Line]:
    """Return as many as one message holds, from the first."""
    length = 0
    for count, line in enumerate(lines):
        length += len(line.text) + 1
        if length > LONGEST:
            return lines[:count]
    return lines


def worded(
    server: str, stage: int, lines: Sequence[Line], left: int, template: str, hold_key: str
) -> Message:
    """Word the digest of one owner and stage; *left* recordings did not fit."""
    listed = "\n".join(line.text for line in lines)
    more = f"\n{left} more are named in another message; they stay until then." if left else ""
    exempt = (
        "To keep one, ask the administrators for a hold, or set the recording's metadata\n"
        f"{hold_key} to the last day it is needed, such as 2030-12-31 and a reason."
    )
    around = template or f"These recordings of yours on {server} go soon:\n\n{{recordings}}\n\n{exempt}"
    if "{recordings}" not in around:
        around += "\n\n{recordings}"
    count, days = len(lines), "a day" if stage == 1 else f"{stage} days"
    title = f"{server}: {many(count, 'recording')} of yours to go within {days}"
    return Message(title, around.replace("{recordings}", listed + more), "warning")


def line_of(name: str, record_id: str, day: str, what: str, when: datetime, key: str) -> Line:
    """Word one recording; its texts are on one line already."""
    return Line(record_id, key, f"- {name} ({day}), {record_id}: {what}, not before {when:%Y-%m-%d %H:%M %Z}")
