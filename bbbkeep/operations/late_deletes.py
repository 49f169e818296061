"""Look again at deletes that could not be verified: a server may carry one out once nobody waits for it any more.

What is gone by then was deleted by us: guards must not take it for a jump, nor
people for vanished, and the proof of deletions holds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bbbkeep.api.reading import Reader
from bbbkeep.ledger import attempts, inventory
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.action import Found
from bbbkeep.plans.actions.delete import Delete
from bbbkeep.plans.conclude import write_down
from bbbkeep.plans.looks import Looks, witnesses
from bbbkeep.plans.run import may_be_taken_up
from bbbkeep.site import Site

LOOKED_AT_FOR = timedelta(days=14)
"""How long a delete that did not show is looked at again."""

DONE_LATE = "done after its deadline: the server no longer shows it"

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Done:
    """A delete that shows done, and what the server showed."""

    tried: ItemOutcome
    found: Found


def verify_late_deletes(site: Site, *, now: datetime) -> int:
    """Make those unverified deletes verified that the server shows done by now; return how many.

    Raises:
        BbbUnavailableError: the server answers nothing.
    """
    with site.ledger.read() as conn:
        tried = attempts.unverified(conn, site.key, Delete.name, now - LOOKED_AT_FOR)
    left = [one for one in tried if not may_be_taken_up(one)]  # those a run may take up are read by it
    if not left:
        return 0
    with site.reader() as reader:
        return sum(_verify(site, part) for part in _done(site, reader, left))


def _done(site: Site, reader: Reader, left: Sequence[ItemOutcome]) -> Iterator[list[_Done]]:
    action = Delete()
    for first in range(0, len(left), _AT_ONCE):
        part = left[first : first + _AT_ONCE]
        ids = [one.record_id for one in part]
        looks = Looks(reader, site.clock, ids, partial(witnesses, site, set(ids)))
        shown = looks.shown([(record_id, action) for record_id in ids])
        yield [_Done(one, shown[one.record_id]) for one in part if _is_done(action, one, shown)]


def _is_done(action: Delete, one: ItemOutcome, shown: Mapping[str, Found]) -> bool:
    return one.record_id in shown and action.is_done(shown[one.record_id], {})


def _verify(site: Site, done: Sequence[_Done]) -> int:
    """Write down what is done; the time stays that of the delete, as guards count it."""
    with site.ledger.write() as conn:
        write_down(conn, site, [replace(one.tried, outcome="verified", because=DONE_LATE) for one in done])
        for one in done:
            if one.found.recording is None:
                inventory.mark_gone(conn, site.key, one.tried.record_id, site.clock.now())
    return len(done)
