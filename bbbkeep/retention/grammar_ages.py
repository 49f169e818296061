"""The word `age`: over a span, before a day, or before the start of a period of the site's calendar."""

import re
from collections.abc import Mapping

from bbbkeep.retention.calendars import EVERYBODYS, BeforePeriod, Period
from bbbkeep.retention.conditions import Age, Before, Condition
from bbbkeep.retention.facts import ANCHORS, Anchor
from bbbkeep.retention.spans import MAX_YEARS, SPAN, YEARS, midnight, read_date, read_span
from bbbkeep.retention.words import Context, Schema, Word, closed, text
from bbbkeep.strict_yaml import Value, did_you_mean, shown

_START = re.compile(r"start of (?:(this|previous) ([\w-]+)|([\w-]+) -([1-9][0-9]?))", re.ASCII)
_BACK = {"this": 0, "previous": 1}


def anchor_of(value: Value) -> Anchor:
    """Read which date counts."""
    value.choice(*ANCHORS)
    return ANCHORS[ANCHORS.index(value.plain)]


def _age(value: Value, context: Context) -> Condition:
    value.only("from", "over", "before")
    anchor = anchor_of(value.need("from"))
    over, before = value.get("over"), value.get("before")
    if over is not None and before is None:
        return _over(over, anchor)
    if before is not None and over is None:
        return _before(before, anchor, context)
    raise value.fail("needs `over` or `before`, and only one", "write `over: 180d` or `before: 2024-01-01`")


def _over(value: Value, anchor: Anchor) -> Condition:
    written = value.text()
    span = read_span(written)
    if span is None:
        problem = f"{shown(written)} is no span of at most {MAX_YEARS} years"
        raise value.fail(problem, "write 36h, 180d, 26w, 18mo (months) or 2y")
    return Age(anchor, span)


def _before(value: Value, anchor: Anchor, context: Context) -> Condition:
    written = " ".join(value.text().split())
    if written.startswith("start "):
        return _before_start(value, written, anchor, context.periods)
    day = context.days.get(written, read_date(written))
    if day is None or day.year not in YEARS:
        known = ("a date as 2024-02-29", "start of previous NAME", *context.days)
        raise value.fail(
            f"{shown(written)} is no date from 2000 on that exists", f"write one of: {', '.join(known)}"
        )
    return Before(anchor, midnight(day, context.zone), day.isoformat())


def _before_start(value: Value, written: str, anchor: Anchor, periods: Mapping[str, Period]) -> Condition:
    found = _START.fullmatch(written)
    if found is None:
        remedy = "write `start of this NAME`, `start of previous NAME` or `start of NAME -2`"
        raise value.fail(f"{shown(written)} names no start of a period", remedy)
    name = found[2] or found[3]
    period = periods.get(name)
    if period is None:
        raise value.fail(f"no period {shown(name)} in the calendar", did_you_mean(name, tuple(periods)))
    back = _BACK[found[1]] if found[1] else int(found[4])
    if period.days and back > len(period.days) - 2:
        problem = (
            f"the calendar has {len(period.days) - 1} periods of {name}, so none is {back} before another"
        )
        raise value.fail(problem, f"add days to calendar.{name}")
    return BeforePeriod(anchor, period, back)


_WHEN: Schema = {
    "from": {"enum": list(ANCHORS), "description": "first_seen: when bbbkeep first listed it"},
    "over": text(f"^{SPAN.pattern}$", described="36h, 180d, 26w, 18mo or 2y"),
    "before": text(described="2024-02-29, start of previous semester, or a day that the calendar names"),
}

AGES: dict[str, Word] = {
    "age": Word(
        _age,
        "`{from: end, over: 180d}`, `{from: start, before: 2024-10-01}` or `{from: end, before: start of previous "
        "semester}`; `from` is `start` or `end` of the meeting, or `first_seen` (when bbbkeep first listed it); a span "
        "is `36h`, `180d`, `26w`, `18mo` or `2y`, at whose very end a recording is still kept; `start of ...` needs a "
        f"[calendar](#the-sites-calendar), but for {' and '.join(f'`{name}`' for name in EVERYBODYS)}",
        "the date is missing, before 2007, in the future, or more than a day off the recording's own ID; "
        "the calendar does not reach",
        closed(_WHEN, required=("from",)) | {"oneOf": [{"required": ["over"]}, {"required": ["before"]}]},
    ),
}
