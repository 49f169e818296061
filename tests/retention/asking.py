"""Ask one condition, written as a policy has it, of one recording."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bbbkeep.model import InventoryRow, KnownTracks, Recording, TextTrack
from bbbkeep.retention.facts import Facts, facts_of
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.truth import Truth

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
PAST = {
    "end": NOW - timedelta(days=400),
    "start": NOW - timedelta(days=400, hours=1),
    "start_status": "ok",
    "end_status": "ok",
}


def a_policy(when: str, top: str = "") -> Policy:
    """Return a policy whose only rule has this condition."""
    rule = f"- name: r\n  action: delete\n  allow_unbounded: one condition alone\n  when: {when}\n"
    return loads_policy(f"mode: act\ntimezone: Europe/Berlin\n{top}\nrules:\n{rule}", Path("policy.yaml"))


def a_row(*, tracks: KnownTracks | None = None, **known) -> InventoryRow:
    given = {"state": "published", "metadata": {}} | known
    return InventoryRow(Recording("r", **given), NOW - timedelta(days=10), NOW, 1, tracks=tracks)


def facts(row: InventoryRow, now: datetime = NOW) -> Facts:
    return facts_of(row, BERLIN, now)


def answer(when: str, row: InventoryRow, top: str = "", now: datetime = NOW) -> Truth:
    return a_policy(when, top).rules[0].when.truth(facts(row, now))


def tracks_in(*langs: str, asked: datetime = NOW) -> KnownTracks:
    return KnownTracks(tuple(TextTrack("captions", lang) for lang in langs), asked)
