"""A retention policy: what is protected, what is due, and what may happen in one night.

Pure values; `load.py` reads them from a file, `decide.py` obeys them.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from bbbkeep.errors import PolicyError
from bbbkeep.retention.combining import All, AnyOf, leaves
from bbbkeep.retention.conditions import Before, Condition
from bbbkeep.retention.contents import CaptionsAre
from bbbkeep.retention.facts import Facts, plainly
from bbbkeep.retention.keeping import Keep
from bbbkeep.retention.spans import Span
from bbbkeep.retention.truth import Truth
from bbbkeep.retention.words import Context
from bbbkeep.settings_values import STANDARD, Caps

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask

Mode = Literal["act", "report"]
MODES: tuple[Mode, ...] = ("act", "report")

Action = Literal["delete", "unpublish", "set"]
"""What a rule is for; see `Rule.grace` for unpublishing before a delete."""

Step = Literal["delete", "unpublish", "begin_grace"]
"""What is done to a recording in one night: an action of `plans/`, by its name."""
STEPS: tuple[Step, ...] = ("delete", "unpublish", "begin_grace")

HOLD_KEY = "bbbkeep-hold"


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How much the policy lets one run, and any 24 hours, do to one server; None: it does not say.

    Limits can be tightened freely, and loosened only with a reason.  Where
    bbbkeep.yaml names one too, the tighter one counts.
    """

    max_deletes: int | None = None
    max_unpublishes: int | None = None
    max_share_percent: float | None = None
    reason: str = ""

    @property
    def loosened(self) -> tuple[str, ...]:
        """The limits that are looser than the defaults."""
        standard = dict(_STANDARD_LIMITS)
        return tuple(name for name in standard if (getattr(self, name) or 0) > standard[name])

    def caps(self) -> dict[Step, Caps]:
        """Return the limits by action."""
        return {
            "delete": Caps(self.max_deletes, self.max_share_percent),
            "unpublish": Caps(self.max_unpublishes, self.max_share_percent),
        }

    def in_force(self, name: str) -> float:
        """Return the limit called *name*, or the default."""
        said = getattr(self, name)
        return float(dict(_STANDARD_LIMITS)[name] if said is None else said)


_STANDARD_LIMITS = (
    ("max_deletes", STANDARD.delete.count or 0),
    ("max_unpublishes", STANDARD.unpublish.count or 0),
    ("max_share_percent", STANDARD.delete.share_percent or 0),
)


@dataclass(frozen=True, slots=True)
class Protection:
    """What no rule acts on, whatever else is true of it, through the day `until`."""

    name: str
    when: Condition
    until: date | None = None
    reason: str = ""

    def truth(self, facts: Facts) -> Truth:
        """Tell whether the recording is protected as of `facts.at`."""
        return Truth.NO if self.ended(facts) else self.when.truth(facts)

    def mask(self, columns: "Columns") -> "Mask":
        """Answer for many recordings what `truth` answers for each."""
        return columns.same(Truth.NO) if self.ended(columns) else self.when.mask(columns)

    def ended(self, seen: "Facts | Columns") -> bool:
        """Tell whether the last day is over in the policy's time zone."""
        return self.until is not None and seen.at.astimezone(seen.zone).date() > self.until

    def sentence(self) -> str:
        until = f" through {self.until}" if self.until else ""
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.name}: never act on recordings where {self.when.sentence()}{until}{because}"


@dataclass(frozen=True)
class Rule:
    """One action and the condition under which it is due.

    A rule that names dates starts after the last of them: "delete what is
    from before 2030" does nothing before 2030.

    With a `grace`, a delete has two steps: the recording is unpublished first,
    and deleted so long after that was verified.
    """

    name: str
    action: Action
    when: Condition
    allow_unbounded: str = ""
    grace: Span | None = None
    accept_leftovers: str = ""
    """Why files of unpublished recordings may stay behind on the server's disk."""
    sets: tuple[tuple[str, str], ...] = ()
    """Metadata keys and the values that `set` gives them."""
    place: tuple[Path, int, int] | None = field(default=None, compare=False)
    """File, line and column in which it is written, for errors."""

    @cached_property
    def starts(self) -> datetime | None:
        """The last date that the rule names."""
        dates = [leaf.moment for leaf in leaves(self.when) if isinstance(leaf, Before)]
        return max(dates, default=None)

    def truth(self, facts: Facts) -> Truth:
        """Tell whether the rule asks for its action as of `facts.at`, all else apart."""
        return Truth.NO if self.pending(facts) else self.when.truth(facts)

    def mask(self, columns: "Columns") -> "Mask":
        """Answer for many recordings what `truth` answers for each."""
        from bbbkeep.retention.columns import except_where

        starts = self.starts
        if starts is not None and columns.at <= starts:
            return columns.same(Truth.NO)
        asked = self.when.mask(columns)
        return except_where(asked, columns.unpublished) if self.action == "unpublish" else asked

    def pending(self, facts: Facts) -> str:
        """Say why the rule asks nothing of this recording, whatever its condition says; else ""."""
        if self.action == "unpublish" and facts.recording.is_unpublished:
            return "it is unpublished"
        starts = self.starts
        if starts is not None and facts.at <= starts:
            return f"the rule starts on {starts.astimezone(facts.zone):%Y-%m-%d}, a date it names"
        return ""

    def error(self, problem: str, remedy: str) -> PolicyError:
        """Build the error that this rule can't be obeyed."""
        path, *place = self.place or ("policy",)
        return PolicyError(path, problem, remedy, *place)

    @cached_property
    def only_step(self) -> Step | None:
        """What it asks for of whatever it matches; None: it has a grace, so that depends."""
        if self.grace is not None:
            return None
        return "unpublish" if self.action == "unpublish" else "delete"

    def step(self, facts: Facts) -> Step | None:
        """Return what it asks for now of a recording that it matches; None: to wait for the end of the grace."""
        if self.only_step is not None:
            return self.only_step
        if not facts.recording.is_unpublished:
            return "unpublish"
        ends = self.grace_ends(facts)
        if ends is None:
            return "begin_grace"
        return "delete" if facts.at > ends else None

    def grace_ends(self, facts: Facts) -> datetime | None:
        """Return just after when it may delete; None: there is no grace, or it has not begun."""
        since = facts.row.unpublished_at
        return None if self.grace is None or since is None else self.grace.after(since, facts.zone)

    def turns(self, facts: Facts) -> list[datetime]:
        """Return the moments just after which `truth` may differ, earliest first."""
        starts = self.starts
        return sorted(self.when.turns(facts) | ({starts} if starts is not None else set()))

    def sentence(self) -> str:
        unbounded = f" (of any age: {self.allow_unbounded})" if self.allow_unbounded else ""
        return f"{self.name}: {self.deed} recordings where {self.when.sentence()}{unbounded}"

    @property
    def deed(self) -> str:
        """Say what it does: `unpublish, and 30d later delete`."""
        if self.sets:
            values = ", ".join(f"{key} to {plainly(value)}" for key, value in self.sets)
            return f"set metadata ({values}) of"
        if self.grace is None:
            return self.action
        left = f" (files may stay on the server: {self.accept_leftovers})" if self.accept_leftovers else ""
        return f"unpublish, and {self.grace.text} later delete{left}"


@dataclass(frozen=True, slots=True)
class Policy:
    """Protections beat rules; of the rules, the first one that matches decides.

    `edits` are the rules that set metadata: they neither keep a recording
    from the other rules nor are kept from it by them.
    """

    mode: Mode
    zone: ZoneInfo
    hold_key: str = HOLD_KEY
    hold_files: tuple[Path, ...] = ()
    guards: GuardLimits = GuardLimits()
    protections: tuple[Protection, ...] = ()
    rules: tuple[Rule, ...] = ()
    edits: tuple[Rule, ...] = ()
    keeps: tuple[Keep, ...] = ()
    context: Context = field(default_factory=Context, repr=False, compare=False)
    """What its words mean: for conditions that are read later; no meaning of its own."""

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition that holds no other."""
        whens = [one.when for one in self.protections] + [one.when for one in (*self.rules, *self.edits)]
        for when in (*whens, *(keep.when for keep in self.keeps if keep.when is not None)):
            yield from leaves(when)

    @property
    def asks_for_tracks(self) -> bool:
        """Whether any condition needs what the ledger knows of text tracks."""
        return any(isinstance(one, CaptionsAre) for one in self.conditions)

    @property
    def digest(self) -> str:
        """SHA-256 of what the policy means: comments, layout and short forms don't change it."""
        canonical = json.dumps(_canonical(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def sentences(self) -> Iterator[str]:
        """Say the policy, one line for each thing it does."""
        yield f"mode {self.mode}; dates in {self.zone.key}; held by metadata key {self.hold_key}"
        yield from (f"held by each recording that {path} lists" for path in self.hold_files)
        limits = self.guards
        because = f" ({limits.reason})" if limits.reason else ""
        yield (
            f"at most {limits.in_force('max_deletes'):g} deletes, {limits.in_force('max_unpublishes'):g} unpublishes "
            f"and {limits.in_force('max_share_percent'):g} % of the recordings in one plan{because}"
        )
        yield from (protection.sentence() for protection in self.protections)
        yield from (keep.sentence() for keep in self.keeps)
        yield from (rule.sentence() for rule in (*self.rules, *self.edits))
        if not self.rules:
            yield "no rules: nothing is deleted or unpublished"


def _canonical(value: Any) -> Any:
    if isinstance(value, Condition):
        return {value.word: _fields(value)}
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return value.name  # moving a list elsewhere changes nothing
    return value.key if isinstance(value, ZoneInfo) else value


def _fields(value: Any) -> dict[str, Any]:
    found = {each.name: _canonical(getattr(value, each.name)) for each in fields(value) if each.compare}
    if isinstance(value, All | AnyOf):
        found["conditions"].sort(key=json.dumps)  # their order means nothing
    return found
