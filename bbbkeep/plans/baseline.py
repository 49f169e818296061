"""Compare a server with its own past: jump, identity, holds that shrank, protections that vanished.  Pure.

The baseline is the last plan that was applied or approved; before there is
one, the last complete sweep that nothing spoke against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bbbkeep.plans.document import GuardResult

GROWTH_ALLOWED = 50
"""So many more recordings are no jump, whatever their share: a small site doubles within a busy week."""

LOSS_ALLOWED = 5
"""So many fewer are no jump and no other server, as long as some are left: of three recordings, one is a third."""

SWEEP_COUNTS_FOR = timedelta(days=7)
"""How long a mere sweep is something to compare with; a person's approval never ages."""

COMPARING = frozenset({"jump in percent", "known recordings in percent", "holds", "protections that match"})
"""The guards that an approval with a reason takes new values for."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a server may be from its baseline, in percent."""

    jump_percent: float = 20.0
    identity_percent: float = 50.0
    hold_list_shrunk_percent: float = 5.0


@dataclass(frozen=True, slots=True)
class Values:
    """What a plan saw of its server.

    `listed` counts recordings in any state, `standing` published and
    unpublished ones, `holds` recordings on hold and ids in hold lists,
    `protections` what each one matches by name; None: not looked at.
    """

    listed: int
    standing: int | None = None
    holds: int | None = None
    protections: Mapping[str, int] | None = None
    lapsed: int = 0
    """Holds whose last day has passed since the baseline: they were not lost."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a server is compared with: values, when they were seen, and what is still there of it now.

    `known` counts the recordings of the last sweep that were there at `seen_at`
    too, `deleted` those that we deleted since: what we did ourselves is no surprise.
    """

    values: Values
    seen_at: datetime
    known: int = 0
    deleted: int = 0


def compare(values: Values | None, baseline: Baseline | None, bounds: Bounds) -> tuple[GuardResult, ...]:
    """Return what the guards find that compare with the past; none where there is no past."""
    if values is None or baseline is None:
        return ()
    return (
        _jump(values, baseline, bounds.jump_percent),
        _identity(baseline, bounds.identity_percent),
        *_holds(values, baseline.values, bounds.hold_list_shrunk_percent),
        *_protections(values, baseline.values),
    )


def _jump(now: Values, baseline: Baseline, limit: float) -> GuardResult:
    before = baseline.values
    if now.standing is not None and before.standing is not None:
        here, there = now.standing, max(0, before.standing - baseline.deleted)
    else:
        here, there = now.listed, before.listed
    percent = 100 * abs(here - there) / there if there else 0.0
    usual = 0 <= here - there <= GROWTH_ALLOWED or _few(there - here, here)
    jumped = percent > limit and not usual
    return GuardResult("jump in percent", limit, f"{percent:.1f} (from {there:,} to {here:,})", jumped)


def _identity(baseline: Baseline, limit: float) -> GuardResult:
    listed = baseline.values.listed
    known = min(baseline.known + baseline.deleted, listed)
    percent = 100 * known / listed if listed else 100.0
    actual = f"{percent:.1f} ({baseline.known:,} of {listed:,} are still listed)"
    another = percent < limit and not _few(listed - known, known)
    return GuardResult("known recordings in percent", limit, actual, another)


def _few(lost: int, left: int) -> bool:
    return left > 0 and 0 <= lost <= LOSS_ALLOWED


def _holds(now: Values, before: Values, limit: float) -> tuple[GuardResult, ...]:
    if now.holds is None or before.holds is None:
        return ()
    lost = before.holds - now.holds - now.lapsed
    shrunk = lost > 0 and 100 * lost / before.holds > limit
    least = f"at most {limit:g} % fewer than {before.holds:,}"
    ended = f" ({now.lapsed:,} more have ended)" if now.lapsed else ""
    return (GuardResult("holds", least, f"{now.holds:,}{ended}", shrunk),)


def _protections(now: Values, before: Values) -> tuple[GuardResult, ...]:
    """A protection that was renamed or taken out is a changed policy, which waits for an approval anyway."""
    if now.protections is None or before.protections is None:
        return ()
    matched = {name for name, count in before.protections.items() if count}
    idle = sorted(name for name in matched if now.protections.get(name) == 0)
    actual = f"no longer: {', '.join(idle)}" if idle else "all that did"
    return (GuardResult("protections that match", "all that did", actual, bool(idle)),)
