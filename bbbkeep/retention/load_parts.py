"""The sections of a policy that its rules lean on: the calendar, what words mean, protections, keep rules."""

import re
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from bbbkeep.retention.calendars import EVERYBODYS, MonthDay, Period
from bbbkeep.retention.combining import leaves
from bbbkeep.retention.facts import collapsed
from bbbkeep.retention.grammar import condition
from bbbkeep.retention.grammar_ages import anchor_of
from bbbkeep.retention.grammar_measures import known_for
from bbbkeep.retention.grammar_texts import metadata_key
from bbbkeep.retention.keeping import OFS, PERS, Keep
from bbbkeep.retention.policy import Protection
from bbbkeep.retention.sections import MAX_NAME, MAX_NEWEST
from bbbkeep.retention.spans import YEARS, read_date
from bbbkeep.retention.words import KNOWN_FOR, Context
from bbbkeep.strict_yaml import Value, shown

MAX_DAYS = 400

PERIOD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
_NO_LEAP_YEAR = 2001


def context_of(root: Value, zone: ZoneInfo) -> Context:
    """Return what the top of the policy says about the words below."""
    periods, days = dict(EVERYBODYS), {}
    calendar = root.get("calendar")
    for name, value in (calendar.mapping() if calendar else {}).items():
        _check_period_name(value, name)
        if isinstance(value.plain, list):
            periods[name] = _period(name, value)
        else:
            days[name] = day_of(value)
    owner, captions = root.get("owner"), root.get("captions")
    return Context(
        zone=zone,
        periods=periods,
        days=days,
        owner_key=metadata_key(owner.only("metadata").need("metadata")) if owner else None,
        known_for=known_for(captions.only("known_for").need("known_for")) if captions else KNOWN_FOR,
    )


def unique_name(value: Value, names: set[str]) -> str:
    """Read a name that reports can show, and that nothing else in the policy has."""
    name = value.text()
    if not name.isprintable() or len(name) > MAX_NAME:
        raise value.fail(f"must be one printable line of at most {MAX_NAME} characters, not {shown(name)}")
    if name in names:
        raise value.fail(f"the name {shown(name)} is used twice", "reports name the rule: give each its own")
    names.add(name)
    return name


def protection_of(value: Value, context: Context, names: set[str]) -> Protection:
    """Read one entry of `protect`."""
    value.only("name", "when", "until", "reason")
    until, reason = value.get("until"), value.get("reason")
    return Protection(
        unique_name(value.need("name"), names),
        condition(value.need("when"), context),
        day_of(until) if until else None,
        collapsed(reason.text()) if reason else "",
    )


def keep_of(value: Value, context: Context, names: set[str]) -> Keep:
    """Read one entry of `keep`."""
    value.only("name", "newest", "of", "per", "from", "when", "reason")
    anchor, of, per = value.get("from"), value.get("of"), value.get("per")
    when, reason = value.get("when"), value.get("reason")
    keep = Keep(
        name=unique_name(value.need("name"), names),
        newest=value.need("newest").whole(1, MAX_NEWEST),
        anchor=anchor_of(anchor) if anchor else "end",
        of=OFS[OFS.index(of.choice(*OFS))] if of else "meeting",
        per=PERS[PERS.index(per.choice(*PERS))] if per else None,
        when=condition(when, context) if when else None,
        reason=collapsed(reason.text()) if reason else "",
    )
    if when and keep.when and any(leaf.ages for leaf in leaves(keep.when)):
        raise when.fail("a keep rule counts by date and knows no `age`", "leave it out, or write a `protect`")
    return keep


def day_of(value: Value) -> date:
    """Read one day that exists."""
    written = value.text()
    day = read_date(written)
    if day is None or day.year not in YEARS:
        raise value.fail(f"{shown(written)} is no date from 2000 on that exists", "write it as 2024-02-29")
    return day


def _check_period_name(value: Value, name: str) -> None:
    if name in EVERYBODYS or not PERIOD_NAME.fullmatch(name):
        taken = "is there without being named" if name in EVERYBODYS else "is no name of a period"
        raise value.fail(f"{shown(name)} {taken}", "use a letter, then letters, digits and _, as in semester")


def _period(name: str, value: Value) -> Period:
    items = value.items()
    if not 0 < len(items) <= MAX_DAYS:
        raise value.fail(f"must name 1 to {MAX_DAYS} days, not {len(items)}")
    yearly = [_month_day(item) for item in items if MONTH_DAY.fullmatch(item.text())]
    if yearly and len(yearly) < len(items):
        raise value.fail("mixes days of every year with days of one", "write 04-01 or 2024-04-01, not both")
    _in_order(items)
    if yearly:
        return Period(name, yearly=tuple(yearly))
    if len(items) == 1:
        raise value.fail(
            "a single day begins no period that ends", "add the day on which the next one begins"
        )
    return Period(name, days=tuple(day_of(item) for item in items))


def _month_day(value: Value) -> MonthDay:
    day = read_date(f"{_NO_LEAP_YEAR}-{value.text()}")
    if day is None:
        raise value.fail(f"{shown(value.text())} is no day of every year", "write month and day as 04-01")
    return day.month, day.day


def _in_order(items: list[Value]) -> None:
    for earlier, later in pairwise(items):
        if earlier.text() >= later.text():
            raise later.fail(
                f"{shown(later.text())} does not come after the day before it", "put days in order"
            )
