"""Who owns a recording, and whether that owner was told in time.

Pure: the map of addresses and the notices that were sent go in.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from bbbkeep.retention.facts import Facts

# Narrow on purpose: no character here has a meaning in a URL, a header or a list of addresses.
ADDRESS = re.compile(r"[A-Za-z0-9._+=@:'-]{1,254}", re.ASCII)
_MAIL = re.compile(r"[A-Za-z0-9._+='-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Owners:
    """How owners are found, and which notices they were given.

    `addresses`: owner in lower case -> address.  `stages`: days before the
    action, the earliest first.  `told`: notice key -> when it was sent.
    """

    metadata_key: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[int, ...] = (30, 7, 1)
    required: bool = True
    told: Mapping[str, datetime] = field(default_factory=dict)

    def address(self, facts: Facts) -> str | None:
        """Return where the owner is told; None where there is no owner, more than one, or no address."""
        values = (facts.metadata or {}).get(self.metadata_key, frozenset())
        if len(values) != 1:
            return None
        (owner,) = values
        listed = self.addresses.get(owner.casefold())
        return listed or (owner if _MAIL.fullmatch(owner) else None)

    def stage(self, due: datetime | None, now: datetime) -> int | None:
        """Return the stage that something due then is in; overdue is in the last one, None is none yet."""
        left = (due - now) / timedelta(days=1) if due else -inf
        return min((one for one in self.stages if left <= one), default=None)

    def why_not(self, facts: Facts, action: str, due: datetime | None) -> str | None:
        """Say why nothing may be done yet, because the owner was not told in time, or return None."""
        if not self.required:
            return None
        address = self.address(facts)
        if address is None:
            remedy = f"set metadata {self.metadata_key}, add it to owners.map, or set owners.required: false"
            return f"its owner could not be told, no address is known: {remedy}"
        last = self.stages[-1]
        sent = self.told.get(notice_key(facts, action, due, last, address))
        if sent is None:
            return "its owner could not be told: the last notice was not given"
        if facts.now - sent < timedelta(days=last):
            return (
                f"its owner could not be told in time: told {sent:%Y-%m-%d %H:%M} UTC, {last} days ago counts"
            )
        return None


def notice_key(facts: Facts, action: str, due: datetime | None, stage: int, address: str) -> str:
    """Return the name of one notice: another due day, action or owner is another notice.

    The address is in it as a hash: the ledger keeps notices longer than names.
    """
    day = f"{due.astimezone(facts.zone):%Y-%m-%d}" if due else "any day"
    whom = hashlib.sha256(address.encode()).hexdigest()[:16]
    return f"{facts.recording.record_id} {action} {day} {stage} {whom}"
