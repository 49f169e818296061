"""Tell owners which of their recordings retention takes soon, once for each stage.

A notice is noted after it was sent: a crash between the two repeats a
message, and never lets go what nobody was told of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bbbkeep.counted import many
from bbbkeep.ledger import inventory, notices
from bbbkeep.model import InventoryRow
from bbbkeep.notices.owners import LONGEST, Line, fitting, line_of, read_template, url_for, worded
from bbbkeep.notices.send import LONGEST_TEXT, Message, send
from bbbkeep.operations.keys_never_seen import never_seen
from bbbkeep.operations.owners import KIND
from bbbkeep.operations.retention import history
from bbbkeep.plans.approving import is_approved
from bbbkeep.plans.population import population_of
from bbbkeep.retention.coming import Coming
from bbbkeep.retention.decide import History, coming
from bbbkeep.retention.facts import Facts, plainly
from bbbkeep.retention.owners import Owners, notice_key
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site

ORPHAN = "orphan"
UNSENT = 3


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due; no address: it goes to the administrators."""

    address: str | None
    message: Message
    lines: tuple[Line, ...]
    stage: int | None = None


@dataclass(slots=True)
class Told:
    """What became of the messages; `waiting` says why none was sent."""

    sent: int = 0
    problems: list[str] = field(default_factory=list)
    waiting: str = ""


def due_messages(site: Site, policy: Policy, *, now: datetime) -> list[Due]:
    """Return the messages that are due and were not sent: one for each owner and stage, in order.

    Raises:
        ConfigError: the map of owners or the template can't be read.
    """
    known = history(site, policy, now=now)
    if known.owners is None:
        return []
    groups: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for address, stage, line in _lines(site, policy, known, known.owners, now=now):
        groups[address, stage].append(line)
    orphans = [line for (address, _), lines in groups.items() if not address for line in lines]
    found = [_digest(site, policy, *whom, lines) for whom, lines in sorted(groups.items()) if whom[0]]
    with site.ledger.read() as conn:
        told = notices.sent(conn, site.key, ORPHAN, [line.key for line in orphans])
    fresh = [line for line in orphans if line.key not in told]
    return [*found, *([_for_administrators(site, fresh)] if fresh else [])]


def _lines(
    site: Site, policy: Policy, known: History, owners: Owners, *, now: datetime
) -> Iterator[tuple[str, int, Line]]:
    with site.ledger.read() as conn:
        rows = inventory.rows(conn, site.key, tracks=policy.asks_for_tracks)
        for facts in _soon(rows, policy, known, owners, now=now):
            following = coming(facts, policy, known)
            # A grace that begins changes nothing for anybody.
            found = next((one for one in following if one.step != "begin_grace"), None)
            stage = owners.stage(found.due, now) if found else None
            if found is None or stage is None:
                continue
            address = owners.address(facts) or ""
            key = notice_key(facts, found.step, found.due, stage, address)
            if key not in owners.told:
                earliest = now + timedelta(days=owners.stages[-1])
                when = max(found.due or earliest, earliest)
                yield address, stage, _line(facts, _what(found), when, key)


def _soon(
    rows: Iterable[InventoryRow], policy: Policy, known: History, owners: Owners, *, now: datetime
) -> Iterator[Facts]:
    """Yield the recordings that something may become of before the first stage is over."""
    from bbbkeep.retention.columns import chunks
    from bbbkeep.retention.forecast import may_come

    within = timedelta(days=max(owners.stages))
    for columns in chunks(rows, policy.zone, now=now):
        for place in may_come(columns, policy, known, within).nonzero()[0].tolist():
            yield columns.facts(place)


def _what(found: Coming) -> str:
    later = found.rule.grace if found.step == "unpublish" else None
    return f"{found.step} by rule {found.rule.name}" + (f", delete {later.text} later" if later else "")


def _line(facts: Facts, what: str, when: datetime, key: str) -> Line:
    recording, start = facts.recording, facts.date("start")
    day = f"of {start.astimezone(facts.zone):%Y-%m-%d}" if start else "of an unknown day"
    name = plainly(recording.name or "without a name")
    return line_of(name, plainly(recording.record_id), day, what, when.astimezone(facts.zone), key)


def _digest(site: Site, policy: Policy, address: str, stage: int, lines: list[Line]) -> Due:
    fit = fitting(lines)
    settings = site.settings.owners
    template = read_template(settings.template if settings else None)
    message = worded(site.server.name, stage, fit, len(lines) - len(fit), template, policy.hold_key)
    return Due(address, message, tuple(fit), stage)


def _for_administrators(site: Site, lines: list[Line]) -> Due:
    title = f"bbbkeep, {site.server.name}: {many(len(lines), 'recording')} without an owner who can be told"
    remedy = "Add their owners to owners.map; or set owners.required: false, and they go untold.\n"
    text = remedy + "\n".join(line.text for line in lines[:1000])
    return Due(None, Message(title, text[:LONGEST_TEXT], "warning"), tuple(lines))


def tell_owners(site: Site, policy: Policy, *, now: datetime) -> Told:
    """Send what is due; one message that is not taken keeps no other back, and is sent again the next time.

    Nothing is sent under a policy that only reports or that nobody approved,
    or on an incomplete listing.
    """
    if site.settings.owners is None or policy.mode == "report":
        return Told()
    due = due_messages(site, policy, now=now)
    if not due or not population_of(site, now=now).complete:
        return Told()
    if not is_approved(site, policy.digest, never_seen(site, policy)):
        remedy = "see: bbbkeep retention notices --dry-run; approve: bbbkeep retention plan, then approve"
        return Told(
            waiting=f"{many(len(due), 'notice to owners waits', 'notices to owners wait')}: nobody approved this policy yet; {remedy}"
        )
    told = Told()
    for one in due:
        _tell(site, one, told, now=now)
    return told


def _tell(site: Site, due: Due, told: Told, *, now: datetime) -> None:
    owners = site.settings.owners
    if owners is None or (due.address is None and not site.settings.notices.urls):
        return
    if due.address is None:
        kind, delivery = ORPHAN, send(site.settings.notices.urls, due.message)
    else:
        url = url_for(owners.url, due.address)
        kind, delivery = KIND, send([url], due.message, "owners.url", longest=3 * LONGEST)
    told.problems += delivery.problems
    if not delivery.taken:
        return
    with site.ledger.write() as conn:
        notices.note(conn, site.key, kind, [one.key for one in due.lines], due.message.digest, now)
    told.sent += 1
