"""Ages and dates as policies write them: `180d`, `26w`, `36h`, `18mo`, `2y`, `2024-02-29`.

Days and weeks are 24 hours each, whatever the clocks do; months and years
follow the calendar of the policy's time zone.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SPAN = re.compile(r"([1-9][0-9]{0,5}) ?(h|d|w|mo|y)", re.ASCII)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MAX_YEARS = 100
YEARS = range(2000, 3000)  # of a policy's dates: BigBlueButton is younger, and no arithmetic overflows

_MEAN_MONTH = timedelta(days=365.2425 / 12)
_SLACK = timedelta(days=10)
"""How far so many calendar months may be off as many mean ones: short months, leap years, the 31st, the clocks."""

_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_MONTHS = {"mo": 1, "y": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many hours, or so many calendar months."""

    hours: int = 0
    months: int = 0
    text: str = ""

    @property
    def bounds(self) -> tuple[timedelta, timedelta]:
        """Return how long this span lasts at least and at most, whenever it begins."""
        if not self.months:
            return timedelta(hours=self.hours), timedelta(hours=self.hours)
        about = self.months * _MEAN_MONTH
        return max(timedelta(), about - _SLACK), about + _SLACK

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return *moment* plus this span, in UTC; the 31st becomes a shorter month's last day."""
        if not self.months:
            return moment + timedelta(hours=self.hours)
        local = moment.astimezone(zone)
        year, month = divmod(local.year * 12 + local.month - 1 + self.months, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def read_span(text: str) -> Span | None:
    """Read a span of at most MAX_YEARS, or return None."""
    found = SPAN.fullmatch(text.strip())
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    span = Span(_HOURS.get(unit, 0) * count, _MONTHS.get(unit, 0) * count, f"{count}{unit}")
    fits = span.hours <= MAX_YEARS * 366 * 24 and span.months <= MAX_YEARS * 12
    return span if fits else None


def read_date(text: str) -> date | None:
    """Read a date that exists, or return None."""
    try:
        return date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which *day* begins in *zone*, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
