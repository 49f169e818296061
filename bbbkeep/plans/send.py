"""Send one request: its intents durable first, the request once, its answer noted for each item."""

import re
from collections.abc import Sequence
from datetime import datetime

from bbbkeep.api.uploads import INVALID_LANG
from bbbkeep.errors import BbbAuthError, BbbError, CaptionError, KeepError, LeaseHeldError, UsageError
from bbbkeep.ledger import before_images, intents, leases
from bbbkeep.ledger.intents import Intent
from bbbkeep.model import Outcome
from bbbkeep.plans.action import Action
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.applying import Answered, Applying, Ready, Sent
from bbbkeep.plans.conclude import End
from bbbkeep.plans.run import LEASE_FOR

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")

_TOO_MANY = 429

ACCEPTED, LOST, REFUSED = "accepted", "lost", "refused"


def send(applying: Applying, batch: Sequence[Ready]) -> list[Sent]:
    """Send items of one kind in one request, after their intents are durable.

    A lost or refused answer is for reading back; what is not returned has its
    outcome already.
    """
    action = ACTIONS[batch[0].item.action]
    before = _intend(applying, batch, action)
    going = _still_fresh(applying, batch, action)
    if not going:
        return []
    alone = len(going) == 1
    sent = [Sent(one.item, before[one.item.number], None, one.sends, alone) for one in going]
    for one in sent:
        applying.looks.forget(one.item.record_id)
        applying.sent[one.item.number] = one
    if not _request(applying, action, sent):
        return []
    _note_answers(applying, sent)
    return _unless_refused_for_good(applying, sent, action)


def _still_fresh(applying: Applying, batch: Sequence[Ready], action: Action) -> list[Ready]:
    fresh = [one for one in batch if applying.looks.is_fresh(one.item.record_id, action)]
    because = "not sent: the look at it was too old once the ledger was free"
    late = [one for one in batch if one not in fresh]
    applying.conclude_all([End(one.item, _without(one.sends), because) for one in late])
    return fresh


def _request(applying: Applying, action: Action, sent: Sequence[Sent]) -> bool:
    """Send the one request; False where all have their outcome, because nothing went out.

    Raises:
        BbbAuthError: the server refuses the secret.
    """
    try:
        action.send(applying.wire, [one.item.record_id for one in sent], sent[0].item.params)
    except CaptionError as error:
        applying.conclude_all([End(one.item, "failed", str(error)) for one in sent])
        return False
    except BbbAuthError as error:
        applying.conclude_all([End(one.item, _without(one.sends), str(error)) for one in sent])
        raise
    except (BbbError, UsageError) as error:
        for one in sent:
            one.problem = error
    return True


def _without(sends: int) -> Outcome:
    """Return the outcome of an item that this sending did nothing for; an earlier one may still have worked."""
    return "failed" if sends == 1 else "unverified"


def _unless_refused_for_good(applying: Applying, sent: list[Sent], action: Action) -> list[Sent]:
    """A refused text track has no later state to be read back: its refusal is the outcome."""
    if not action.settles_later:
        return sent
    refused = [one for one in sent if one.problem is not None and (not one.answer_lost or _turned_away(one))]
    applying.conclude_all([End(one.item, "failed", str(one.problem)) for one in refused])
    return [one for one in sent if one not in refused]


def _turned_away(one: Sent) -> bool:
    """Tell whether the answer came from a limiter in front: then the request got nowhere."""
    return getattr(one.problem, "status", None) == _TOO_MANY


def _intend(applying: Applying, batch: Sequence[Ready], action: Action) -> dict[int, str]:
    """Make the intents durable; what is to be written stays out of them: the plan's digest vouches for that.

    Returns the digests of the before-images, by the number of the item.

    Raises:
        LeaseHeldError: the lease is lost, or it ran out while the ledger took its time.
    """
    site, run, now = applying.site, applying.run, applying.site.clock.now()
    before: dict[int, str] = {}
    with applying.writing() as conn:
        leases.renew(conn, site.key, run.token, now=now, ttl=LEASE_FOR)
        for one in batch:
            image = {**action.before_image(one.found, one.item.params), "archive": one.archived}
            before[one.item.number] = one.before or before_images.keep(conn, site.key, image, now)
        intents.intend(conn, site.key, [_intent(run.run_id, one, before) for one in batch], now)
        applying.begin(conn, [one.item for one in batch])
    _require_time(applying, now)
    return before


def _require_time(applying: Applying, renewed_at: datetime) -> None:
    """Look at the clock once more: a process that was paused since then may have lost its lease."""
    site, now = applying.site, applying.site.clock.now()
    if now >= renewed_at + LEASE_FOR:
        until = (renewed_at + LEASE_FOR).isoformat(timespec="seconds")
        raise LeaseHeldError(site.key, "perhaps another run (this one was paused)", until)


def _intent(run_id: str, ready: Ready, before: dict[int, str]) -> Intent:
    item = ready.item
    return Intent(
        run_id, item.number, item.record_id, item.action, item.rule, before[item.number], ready.sends
    )


def _note_answers(applying: Applying, sent: Sequence[Sent]) -> None:
    if any(one.answer_lost for one in sent):
        applying.looks.forget_all()
    run_id, now = applying.run.run_id, applying.site.clock.now()
    answers = {one.item.number: _answer(one.problem, lost=one.answer_lost) for one in sent}
    # Each spelling of a text track's language was a request of its own.
    earlier = [
        {"run_id": run_id, "number": one.item.number, "answer": INVALID_LANG, "lang": spelling}
        for one in sent
        for spelling in applying.wire.writer.refused_spellings
    ]
    applying.unnoted.append(Answered(now, answers, earlier))
    if any(ACTIONS[one.item.action].settles_later for one in sent):
        applying.note_answers()  # no outcome follows soon that would take it along


def _answer(problem: KeepError | None, *, lost: bool) -> str:
    """Name the answer; a server's own words may hold anything, so only what looks like a key is kept."""
    if problem is None:
        return ACCEPTED
    if lost:
        return LOST
    key = getattr(problem, "message_key", "")
    return key if _KEY.fullmatch(key) else REFUSED
