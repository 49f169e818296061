"""Check a server's chain of events, and put it into lines for other programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bbbkeep.errors import UsageError
from bbbkeep.ledger import events
from bbbkeep.site import Site

Head = tuple[int, str]
"""Number and hash of the newest event."""


def noted_head(written: str) -> Head:
    """Read a head as `audit verify` prints it.

    Raises:
        UsageError: it is not SEQ:HASH.
    """
    seq, _, digest = written.partition(":")
    if not (seq.isascii() and seq.isdigit() and digest):
        raise UsageError(f"--head {written!r}: write SEQ:HASH as `bbbkeep audit verify` prints it")
    return int(seq), digest


def verified(site: Site, head: Head | None) -> dict[str, Any]:
    """Check the chain, up to *head* where one was noted; return the finding as a document."""
    with site.ledger.read() as conn:
        fault = events.verify(conn, site.key, head=head)
        seq, digest = events.head(conn, site.key)
    return {
        "server": site.server.name,
        "whole": fault is None,
        "head": f"{seq}:{digest}",
        "record": fault.seq if fault else None,
        "problem": fault.problem if fault else None,
    }


def event_lines(site: Site) -> Iterator[str]:
    """Yield each event as one line of JSON, oldest first."""
    with site.ledger.read() as conn:
        for event in events.events(conn, site.key):
            yield json.dumps(asdict(event), default=str, ensure_ascii=False, sort_keys=True)
