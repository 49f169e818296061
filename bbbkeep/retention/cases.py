"""Hold a policy to what its author expects: a file of cases, each a recording and its verdict.

Cases are judged by the functions of the night at a fixed `now`.  What a case
does not say of its recording is unknown, as it would be on a server.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bbbkeep.errors import PolicyError
from bbbkeep.model import (
    STATES,
    DateStatus,
    InventoryRow,
    KnownTracks,
    PlaybackFormat,
    Recording,
    TextTrack,
)
from bbbkeep.retention.decide import History, judge
from bbbkeep.retention.edits import edits
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.keeping import Fixed
from bbbkeep.retention.policy import STEPS, Policy
from bbbkeep.strict_yaml import Value, load, shown

MAX_CASES = 10_000
KEEP = "keep"
ID = "0" * 40 + "-0000000000000"
"""Stands for the recording that a case describes."""

RECORDING = (
    *("state", "start", "end", "first_seen", "name", "meeting", "metadata", "size_bytes", "participants"),
    *("unpublished_at", "breakout", "formats", "captions", "captions_asked", "newer"),
)
"""What a case may say of its recording."""


@dataclass(frozen=True, slots=True)
class Case:
    """One recording, and what should become of it; `rule` and `sets` None: whichever.

    `newer`: how many newer ones its meeting has, or its month, for keep rules.
    """

    name: str
    row: InventoryRow
    verdict: str
    rule: str | None
    sets: Mapping[str, str] | None = None
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """A file of cases; `policy` is the one it is written for, if it names one."""

    now: datetime
    policy: Path | None
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case, and why."""

    case: Case
    verdict: str
    rule: str | None
    reasons: tuple[str, ...]
    sets: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        right = self.verdict == self.case.verdict and self.case.rule in (None, self.rule)
        return right and self.case.sets in (None, self.sets)


def load_cases(path: Path) -> Cases:
    """Read a file of cases; a `PolicyError` names the place and the remedy."""
    document = load(path, PolicyError)
    root = document.root.only("now", "policy", "cases")
    now, policy = _moment(root.need("now")), root.get("policy")
    items = root.need("cases").items()
    if not 0 < len(items) <= MAX_CASES:
        raise root.need("cases").fail(f"must hold 1 to {MAX_CASES} cases, not {len(items)}")
    cases = tuple(_case(item, now) for item in items)
    return Cases(now, path.parent / policy.text() if policy else None, cases)


def run_cases(cases: Cases, policy: Policy) -> Iterator[Result]:
    """Judge each case; a rule counts only where it acts."""
    for case in cases.cases:
        facts = facts_of(case.row, policy.zone, cases.now)
        history = History(newest=None if case.newer is None else Fixed(case.newer))
        found = judge(facts, policy, history)
        rule = found.rule if found.act else None
        made = edits(facts, policy, History()).made
        sets = {one.edit.key: one.edit.value or "" for edit in made for one in edit.changes}
        yield Result(case, str(found.action) if found.act else KEEP, rule, found.reasons, sets)


def _case(value: Value, now: datetime) -> Case:
    value.only("name", "recording", "expect")
    expect = value.need("expect").only("verdict", "rule", "sets")
    verdict, rule = expect.need("verdict").choice(KEEP, *STEPS), expect.get("rule")
    if rule is not None and verdict == KEEP:
        raise rule.fail("stands beside `keep`", "no rule acts on what is kept: leave `rule` out")
    described = value.need("recording").only(*RECORDING)
    sets, newer = expect.get("sets"), described.get("newer")
    return Case(
        value.need("name").text(),
        _row(described, now),
        verdict,
        rule.text() if rule else None,
        {key: one.text() for key, one in sets.mapping().items()} if sets else None,
        newer.whole(0, 10**6) if newer else None,
    )


def _row(value: Value, now: datetime) -> InventoryRow:
    start, end, seen = (_optional(value.get(key)) for key in ("start", "end", "first_seen"))
    state, metadata = value.get("state"), value.get("metadata")
    size, participants, breakout = (value.get(key) for key in ("size_bytes", "participants", "breakout"))
    recording = Recording(
        ID,
        meeting_id=_text(value.get("meeting")),
        name=_text(value.get("name")),
        state=state.choice(*STATES) if state else None,
        start=start,
        end=end,
        start_status=_status(start, now),
        end_status=_status(end, now),
        metadata={key: one.text(empty=True) for key, one in metadata.mapping().items()} if metadata else None,
        size_bytes=size.whole(1, 10**15) if size else None,
        participants=participants.whole(1, 10**6) if participants else None,
        is_breakout=breakout.flag() if breakout else None,
        formats=_formats(value.get("formats")),
    )
    ours, tracks = _optional(value.get("unpublished_at")), _tracks(value, now)
    return InventoryRow(recording, seen or now, now, sweep_id=0, unpublished_at=ours, tracks=tracks)


def _formats(value: Value | None) -> tuple[PlaybackFormat, ...]:
    return tuple(_format(item) for item in value.items()) if value else ()


def _format(value: Value) -> PlaybackFormat:
    if isinstance(value.plain, str):
        return PlaybackFormat(value.text())
    length, size = (
        value.only("type", "length_minutes", "size_bytes").get("length_minutes"),
        value.get("size_bytes"),
    )
    return PlaybackFormat(
        value.need("type").text(),
        length_minutes=length.whole(1, 10**6) if length else None,
        size_bytes=size.whole(1, 10**15) if size else None,
    )


def _tracks(value: Value, now: datetime) -> KnownTracks | None:
    """Read languages of text tracks, and when the server was asked: just now, unless the case says so."""
    captions, asked = value.get("captions"), value.get("captions_asked")
    if captions is None:
        return None
    tracks = tuple(TextTrack("captions", item.text()) for item in captions.items())
    return KnownTracks(tracks, _moment(asked) if asked else now)


def _text(value: Value | None) -> str | None:
    return value.text() if value else None


def _optional(value: Value | None) -> datetime | None:
    return _moment(value) if value else None


def _status(moment: datetime | None, now: datetime) -> DateStatus:
    if moment is None:
        return "missing"
    return "ok" if moment <= now else "future"


def _moment(value: Value) -> datetime:
    text = value.text()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        remedy = "write 2026-06-01T12:00:00Z, or +02:00 in place of Z"
        raise value.fail(f"{shown(text)} is no moment with a time zone", remedy)
    return found.astimezone(UTC)
