"""The site's own calendar: periods such as semesters, and the start of one as a bound for an age.

Pure.  A period begins at midnight in the policy's time zone, and counts from
just after that moment: like an age, a recording is due after it, not at it.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from bbbkeep.retention.conditions import VERBS, Condition, dated
from bbbkeep.retention.facts import Anchor, Facts
from bbbkeep.retention.spans import midnight
from bbbkeep.retention.truth import Truth, known

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Period:
    """A kind of period by the days on which one begins: the same each year, or one by one.

    Of days one by one the last only ends the period before it: after that
    day, and before the first one, nobody knows which period it is.
    """

    name: str
    yearly: tuple[MonthDay, ...] = ()
    days: tuple[date, ...] = ()

    def start(self, at: datetime, back: int, zone: ZoneInfo) -> datetime | None:
        """Return the start of the period *back* before the one that *at* lies in, or None where none is known."""
        return _start(self, at, back, zone)

    def turns(self, moment: datetime, back: int, zone: ZoneInfo) -> frozenset[datetime]:
        """Return the moments just after which *moment* may lie on the other side of that start."""
        starts = self._starts(moment, back, zone)
        passed = starts[bisect_right(starts, moment) + back :][:1]
        edges = (*starts[back : back + 1], starts[-1]) if self.days else ()
        return frozenset((*passed, *edges))

    def _starts(self, near: datetime, back: int, zone: ZoneInfo) -> list[datetime]:
        """Return starts in order; of yearly ones as many as *back* needs around *near*."""
        if self.days:
            return [_midnight(day, zone) for day in self.days]
        year, years = near.astimezone(zone).year, back // len(self.yearly) + 2
        days = (date(y, *day) for y in range(year - years, year + years + 1) for day in self.yearly)
        return [_midnight(day, zone) for day in days]


YEAR = Period("year", yearly=((1, 1),))
MONTH = Period("month", yearly=tuple((month, 1) for month in range(1, 13)))
EVERYBODYS = {one.name: one for one in (YEAR, MONTH)}


@dataclass(frozen=True, slots=True)
class BeforePeriod(Condition):
    """Dated before the start of this period, or of one *back* before it, as of the moment that is judged."""

    word: ClassVar[str] = "before-period"
    ages: ClassVar[bool] = True
    anchor: Anchor
    period: Period
    back: int

    def truth(self, facts: Facts) -> Truth:
        moment, start = facts.date(self.anchor), self.start(facts)
        return Truth.UNKNOWN if moment is None or start is None else known(moment < start)

    def mask(self, columns: "Columns") -> "Mask":
        start = self.period.start(columns.at, self.back, columns.zone)
        return columns.same(Truth.UNKNOWN) if start is None else columns.before(self.anchor, start)

    def start(self, facts: Facts) -> datetime | None:
        return self.period.start(facts.at, self.back, facts.zone)

    def said(self) -> str:
        named = {0: f"this {self.period.name}", 1: f"previous {self.period.name}"}
        return f"start of {named.get(self.back, f'{self.period.name} -{self.back}')}"

    def sentence(self) -> str:
        return f"{VERBS[self.anchor]} before the {self.said()}"

    def fact(self, facts: Facts) -> str:
        start = self.start(facts)
        if start is None:
            return f"{self.said()} is unknown: add days to calendar.{self.period.name}"
        day = f"{start.astimezone(facts.zone):%Y-%m-%d}"
        return dated(self.anchor, facts, self.truth(facts), f"before {day} ({self.said()})")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.anchor, "calendar") if self.period.days else (self.anchor,)

    def turns(self, facts: Facts) -> frozenset[datetime]:
        moment = facts.date(self.anchor)
        return frozenset() if moment is None else self.period.turns(moment, self.back, facts.zone)

    def bounds_age(self, *, met: bool) -> bool:
        return met


@lru_cache(maxsize=1024)
def _start(period: Period, at: datetime, back: int, zone: ZoneInfo) -> datetime | None:
    starts = period._starts(at, back, zone)  # noqa: SLF001  # its own method, kept here for the cache
    this = bisect_left(starts, at) - 1
    ended = bool(period.days) and this == len(starts) - 1
    return None if ended or this - back < 0 else starts[this - back]


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return midnight(day, zone)
