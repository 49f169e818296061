"""Send one item: its intent durable first, its request once, its answer noted."""

import re

from bbbkeep.errors import BbbAuthError, BbbError, CaptionError, UsageError
from bbbkeep.ledger import before_images, events, leases
from bbbkeep.model import Outcome
from bbbkeep.plans.action import Action, Found
from bbbkeep.plans.applying import Applying, Sent
from bbbkeep.plans.begin import LEASE_FOR
from bbbkeep.plans.document import PlanItem

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def send(applying: Applying, item: PlanItem, action: Action, found: Found, sends: int = 1) -> Sent | None:
    """Send one item after its intent is durable; a lost or refused answer is for reading back.

    None: it has its outcome already.
    """
    _intend(applying, item, action, found, sends)
    if not applying.looks.is_fresh(item.record_id, action):
        applying.conclude(
            item, _without(sends), "not sent: the look at it was too old once the ledger was free"
        )
        return None
    applying.looks.forget(item.record_id)
    sent = applying.sent[item.number] = Sent(item, sends=sends)
    try:
        action.send(applying.wire, item.record_id, item.params)
    except CaptionError as error:
        applying.conclude(item, "failed", str(error))
        return None
    except BbbAuthError as error:
        applying.conclude(item, _without(sends), str(error))
        raise
    except (BbbError, UsageError) as error:
        sent.problem = error
    _note_answer(applying, sent)
    return _unless_refused_for_good(applying, sent, action)


def _without(sends: int) -> Outcome:
    """Return the outcome of an item that this sending did nothing for; an earlier one may still have worked."""
    return "failed" if sends == 1 else "unverified"


def _unless_refused_for_good(applying: Applying, sent: Sent, action: Action) -> Sent | None:
    """A refused text track has no later state to be read back: its refusal is the outcome."""
    if action.settles_later and sent.problem is not None and not sent.answer_lost:
        applying.conclude(sent.item, "failed", str(sent.problem))
        return None
    return sent


def _intend(applying: Applying, item: PlanItem, action: Action, found: Found, sends: int) -> None:
    """Make the intent durable; what is to be written stays out of it: the plan's digest vouches for that."""
    site, run = applying.site, applying.run
    now = site.clock.now()
    with site.ledger.write() as conn:
        leases.renew(conn, site.key, run.token, now=now, ttl=LEASE_FOR)
        image = before_images.keep(conn, site.key, action.before_image(found, item.params), now)
        body = {
            "run_id": run.run_id,
            "number": item.number,
            "record_id": item.record_id,
            "action": item.action,
            "rule": item.rule,
            "before": image,
            "sends": sends,
        }
        events.append(conn, site.key, "intent", body, now)


def _note_answer(applying: Applying, sent: Sent) -> None:
    if sent.answer_lost:
        applying.looks.forget_all()
    site, body = applying.site, {"run_id": applying.run.run_id, "number": sent.item.number}
    with site.ledger.write() as conn:
        events.append(conn, site.key, "answer", body | {"answer": _answer(sent)}, site.clock.now())


def _answer(sent: Sent) -> str:
    """Name the answer; a server's own words may hold anything, so only what looks like a key is kept."""
    if sent.problem is None:
        return "accepted"
    if sent.answer_lost:
        return "lost"
    key = getattr(sent.problem, "message_key", "")
    return key if _KEY.fullmatch(key) else "refused"
