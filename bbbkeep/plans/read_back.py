"""Read back what was written: the server's word alone counts for nothing."""

from collections.abc import Sequence
from itertools import pairwise

from bbbkeep.errors import BbbUnsupportedError
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.applying import Applying, Ready, Sent, reason_to_leave
from bbbkeep.plans.conclude import End
from bbbkeep.plans.send import send

SENDS = 3
"""How often an item may be sent in one run: once, and twice more where it is not known to have had its chance."""

NOT_FOUND = "notfound"
"""The refusal that says why: somebody took the recording away between our look and the request."""


def pauses(deadline: float) -> list[float]:
    """Return the seconds before each look at what was written, *deadline* in all; some servers take their time."""
    at = [0.0]
    while at[-1] < deadline:
        at.append(min(2 * at[-1] + 0.5, deadline))
    return [0.0, *(later - sooner for sooner, later in pairwise(at))]


def read_back(applying: Applying, sent: Sequence[Sent], *, may_send: bool = True) -> None:
    """Look until each item shows on the server or the profile's deadline has passed."""
    waiting = list(sent)
    for pause in pauses(applying.profile.shows_within):
        if not waiting:
            return
        if pause:
            applying.site.clock.sleep(pause)
        waiting = _still_open(applying, waiting, may_send=may_send)
    applying.conclude_all([_given_up(applying, one) for one in waiting])


def _still_open(applying: Applying, waiting: Sequence[Sent], *, may_send: bool) -> list[Sent]:
    shown = applying.looks.shown([(one.item.record_id, ACTIONS[one.item.action]) for one in waiting])
    undone = _without_those_done(applying, waiting, shown)
    if not may_send:
        return undone
    return [left for one in undone for left in _resent(applying, one)]


def _without_those_done(applying: Applying, waiting: Sequence[Sent], shown: dict[str, Found]) -> list[Sent]:
    """Record those that the server shows done, and return the others."""
    undone: list[Sent] = []
    done: list[End] = []
    for one in waiting:
        found = shown.get(one.item.record_id)
        if found is not None and ACTIONS[one.item.action].is_done(found, one.item.params):
            done.append(_done(one, found))
        else:
            undone.append(one)
    applying.conclude_all(done)
    return undone


def _done(one: Sent, found: Found) -> End:
    if one.problem is None:
        return End(one.item, "verified", "read back", found)
    if one.answer_lost or one.sends > 1:
        return End(one.item, "verified", "the answer was lost; the server shows it done", found)
    if not one.alone:
        return End(one.item, "verified", "the server refused the request, but did this part of it", found)
    if getattr(one.problem, "message_key", "").lower() != NOT_FOUND:
        return End(one.item, "verified", f"the server refused it, and shows it done ({one.problem})", found)
    because = f"somebody else was quicker: the server refused, and shows it done ({one.problem})"
    return End(one.item, "unchanged", because, found)


def _resent(applying: Applying, one: Sent) -> list[Sent]:
    """Send again, alone, what may have had no chance; all else just waits for the next look."""
    if not one.may_go_again or one.sends >= SENDS or isinstance(one.problem, BbbUnsupportedError):
        return [one]
    action = ACTIONS[one.item.action]
    found = applying.looks.fresh(one.item.record_id, action)
    if found is None:
        return [one]
    if action.is_done(found, one.item.params):
        applying.conclude_all([_done(one, found)])
        return []
    stop = reason_to_leave(applying, one.item, action, found)
    if stop is not None:
        # It was written to once: whatever stops the next write says nothing about that one.
        applying.conclude(one.item, "unverified", f"the answer was lost; not sent again: {stop[1]}")
        return []
    return send(applying, [Ready(one.item, found, None, one.before, one.sends + 1)])


def _given_up(applying: Applying, one: Sent) -> End:
    action, seconds = ACTIONS[one.item.action], applying.profile.shows_within
    known = action.unstored(applying.profile)
    if one.problem is None:
        because = f"the server accepted it, but does not show it done after {seconds:.0f} s"
        return End(one.item, "unverified", f"{because}; {known}" if known else because)
    if one.answer_lost:
        because = f"{one.problem}; the server does not show it done"
        return End(one.item, "unverified", f"{because}; {known}" if known else because)
    return End(one.item, "failed", f"{one.problem}; {known}" if known else str(one.problem))
