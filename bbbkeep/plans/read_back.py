"""Read back what was written: the server's word alone counts for nothing."""

from collections.abc import Sequence

from bbbkeep.ledger import inventory
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.applying import Applying, Sent, reason_to_leave
from bbbkeep.plans.send import send
from bbbkeep.site import Site

READ_BACK_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at what was written; some servers finish in the background."""

SENDS = 3
"""How often an item may be sent in one run: once, and twice more where the answer was lost and nothing happened."""


def read_back(applying: Applying, sent: Sequence[Sent], *, may_send: bool = True) -> None:
    """Look until each item shows on the server or the pauses are used up."""
    waiting = list(sent)
    for pause in READ_BACK_PAUSES:
        if not waiting:
            return
        if pause:
            applying.site.clock.sleep(pause)
        waiting = _still_open(applying, waiting, may_send=may_send)
    for one in waiting:
        _give_up(applying, one)


def _still_open(applying: Applying, waiting: Sequence[Sent], *, may_send: bool) -> list[Sent]:
    shown = applying.looks.again([one.item.record_id for one in waiting])
    undone = [one for one in waiting if not _shows(applying, one, shown[one.item.record_id])]
    if not may_send:
        return undone
    return [left for one in undone for left in _resent(applying, one)]


def _shows(applying: Applying, one: Sent, found: Found) -> bool:
    """Tell whether the server shows the item done, and record it if so."""
    if not ACTIONS[one.item.action].is_done(found, one.item.params):
        return False
    _refresh(applying.site, one.item.record_id, found)
    if one.problem is None:
        applying.conclude(one.item, "verified", "read back")
    elif one.answer_lost or one.sends > 1:
        applying.conclude(one.item, "verified", "the answer was lost; the server shows it done")
    else:
        because = f"somebody else was quicker: the server refused, and shows it done ({one.problem})"
        applying.conclude(one.item, "unchanged", because)
    return True


def _resent(applying: Applying, one: Sent) -> list[Sent]:
    """Send again what a lost answer left undone; all else just waits for the next look."""
    if not one.answer_lost or one.sends >= SENDS:
        return [one]
    action = ACTIONS[one.item.action]
    found = applying.looks.fresh(one.item.record_id, action)
    if found is None:
        return [one]
    if _shows(applying, one, found):
        return []
    stop = reason_to_leave(applying, one.item, action, found)
    if stop is not None:
        # It was written to once: whatever stops the next write says nothing about that one.
        applying.conclude(one.item, "unverified", f"the answer was lost; not sent again: {stop[1]}")
        return []
    again = send(applying, one.item, action, found, one.sends + 1)
    return [again] if again is not None else []


def _give_up(applying: Applying, one: Sent) -> None:
    waited = sum(READ_BACK_PAUSES)
    if one.problem is None:
        because = f"the server accepted it, but does not show it after {waited:.0f} s"
        applying.conclude(one.item, "unverified", because)
    elif one.answer_lost:
        applying.conclude(one.item, "unverified", f"{one.problem}; the server does not show it done")
    else:
        applying.conclude(one.item, "failed", str(one.problem))


def _refresh(site: Site, record_id: str, found: Found) -> None:
    """Bring the inventory up to what was read back."""
    with site.ledger.write() as conn:
        if found.recording is None:
            inventory.mark_gone(conn, site.key, record_id, site.clock.now())
        else:
            inventory.refresh(conn, site.key, found.recording, site.clock.now())
