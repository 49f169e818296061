"""Warn of a calendar that does not reach the present: what counts by it is unknown, and nothing goes.  Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bbbkeep.retention.calendars import BeforePeriod
from bbbkeep.retention.combining import leaves
from bbbkeep.retention.lint import Finding
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.spans import midnight

SOON = timedelta(days=60)


def of_calendars(policy: Policy, now: datetime) -> Iterator[Finding]:
    """Return what is odd about the periods that protections and rules count by."""
    parts = [(each.name, each.when) for each in policy.protections]
    parts += [(rule.name, rule.when) for rule in (*policy.rules, *policy.edits)]
    for name, when in parts:
        used = {one: None for one in leaves(when) if isinstance(one, BeforePeriod) and one.period.days}
        for leaf in used:
            yield from _of_period(name, leaf, policy, now)


def _of_period(name: str, leaf: BeforePeriod, policy: Policy, now: datetime) -> Iterator[Finding]:
    days = leaf.period.days
    first, last = (midnight(day, policy.zone) for day in (days[leaf.back], days[-1]))
    remedy = f"add days to calendar.{leaf.period.name}"
    if now > last:
        yield Finding("warning", name, f"the {leaf.said()} is unknown since {days[-1]}; {remedy}")
    elif now <= first:
        yield Finding("warning", name, f"the {leaf.said()} is unknown until {days[leaf.back]}; {remedy}")
    elif last <= now + SOON:
        yield Finding("note", name, f"the {leaf.said()} is unknown from {days[-1]} on; {remedy}")
