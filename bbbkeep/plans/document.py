"""The plan: an immutable document of everything a run would write, and why.

It is written once, to a file that its owner alone reads; the ledger holds its
id, digest and status, and whoever applies it compares with that.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bbbkeep.errors import PlanRefusedError

PlanKind = Literal["metadata", "captions", "retention", "undo", "publish", "unpublish"]
FRESH_FOR = timedelta(hours=24)
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One write to one recording.

    `fingerprint` is what the recording looked like to this action; a
    recording that looks different just before the write has drifted.
    `params` hold what the action needs, never a secret or a URL.
    """

    number: int
    record_id: str
    action: str
    fingerprint: str
    reasons: tuple[str, ...]
    rule: str | None = None
    due: str | None = None
    size_bytes: int | None = None
    undo: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardResult:
    """What a guard allows, what it found, and whether it stops the plan."""

    name: str
    limit: float | str
    actual: float | str
    tripped: bool

    def __str__(self) -> str:
        return f"{self.name}: {_short(self.actual)}, limit {_short(self.limit)}"


@dataclass(frozen=True, slots=True)
class Total:
    """How many items of one action a plan holds, and how large their recordings are, each counted once.

    `unknown_sizes` counts the recordings that `size_bytes` says nothing of.
    """

    count: int
    size_bytes: int
    unknown_sizes: int


def totals_of(items: Iterable[PlanItem]) -> dict[str, Total]:
    """Return the totals of *items* by action."""
    by_action: dict[str, list[PlanItem]] = {}
    for item in items:
        by_action.setdefault(item.action, []).append(item)
    return {action: _total(some) for action, some in sorted(by_action.items())}


def _total(items: Sequence[PlanItem]) -> Total:
    sizes = {item.record_id: item.size_bytes for item in items}
    known = [size for size in sizes.values() if size]
    return Total(len(items), sum(known), len(sizes) - len(known))


def _short(value: float | str) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run would write to one server."""

    plan_id: str
    kind: PlanKind
    created_at: str
    expires_at: str
    server: str
    server_key: str
    profile: str
    version: str
    complete: bool
    incomplete_because: str
    sweep_id: int | None
    policy_digest: str | None
    configuration_digest: str
    reports_only: bool
    guards: tuple[GuardResult, ...]
    items: tuple[PlanItem, ...]
    kept: int
    anomalies: tuple[Mapping[str, str], ...]
    totals: Mapping[str, Total]
    """By action."""
    refused: tuple[Mapping[str, str], ...] = ()
    source: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    """What it saw of the server (`baseline.Values`): what later plans are compared with."""
    never_seen: Mapping[str, str] = field(default_factory=dict)
    """Metadata keys that its policy keeps by and that no recording ever had -> what asks for them."""
    schema: int = SCHEMA

    @property
    def tripped(self) -> tuple[GuardResult, ...]:
        return tuple(guard for guard in self.guards if guard.tripped)

    def to_bytes(self) -> bytes:
        """Return the file's bytes: canonical, so that the digest is the content's.

        Items are spelled one by one: together they take six times the room, and a first night may have many.
        """
        head, tail = _spelled(asdict(replace(self, items=()))).split(_NO_ITEMS)
        items = b",\n  ".join(_spelled(asdict(item)).replace("\n", "\n  ").encode() for item in self.items)
        listed = b"[\n  %b\n ]" % items if items else b"[]"
        return b'%b\n "items": %b,%b' % (head.encode(), listed, tail.encode())

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()


_NO_ITEMS = '\n "items": [],'
"""How a plan's text names them at its outermost level; deeper ones are indented further."""


def _spelled(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def read_plan(path: Path) -> tuple[Plan, str]:
    """Read a plan file; return the plan and the digest of its bytes.

    Raises:
        PlanRefusedError: the file is missing or not a plan of this version.
    """
    try:
        raw = path.read_bytes()
        content = json.loads(raw)
        if content.get("schema") != SCHEMA:
            raise PlanRefusedError(f"{path}: written by another version of bbbkeep; plan again")
        return _from_content(content), hashlib.sha256(raw).hexdigest()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PlanRefusedError(f"{path}: not a plan that can be read; plan again") from None


def _from_content(content: dict[str, Any]) -> Plan:
    content["guards"] = tuple(GuardResult(**guard) for guard in content["guards"])
    content["items"] = tuple(_item(item) for item in content["items"])
    content["totals"] = {action: Total(**total) for action, total in content["totals"].items()}
    content["anomalies"] = tuple(content["anomalies"])
    content["refused"] = tuple(content["refused"])
    return Plan(**content)


def _item(content: dict[str, Any]) -> PlanItem:
    content["reasons"] = tuple(content["reasons"])
    return PlanItem(**content)


def expiry(created_at: datetime) -> datetime:
    """Return when a plan made at *created_at* is too old to be applied."""
    return created_at + FRESH_FOR


def fingerprint(facts: Iterable[object]) -> str:
    """Return a short stable digest of *facts*, in order."""
    return hashlib.sha256(json.dumps(list(facts), default=str, ensure_ascii=False).encode()).hexdigest()[:32]
