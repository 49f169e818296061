"""Count the whole inventory in one pass, in memory that does not grow with it.

Pure.  What the counters are keyed by is bounded: five states and "unknown",
months of a calendar, age bands, and at most `MOST_LANGS` languages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bbbkeep.model import InventoryRow, KnownTracks, Recording
from bbbkeep.reports import figures
from bbbkeep.reports.figures import Tally

YEAR = 365
AGE_BANDS: tuple[tuple[int, str], ...] = (
    (30, "under 30 days"),
    (90, "30 to 89 days"),
    (180, "90 to 179 days"),
    (YEAR, "180 to 364 days"),
    (2 * YEAR, "1 to 2 years"),
    (3 * YEAR, "2 to 3 years"),
    (5 * YEAR, "3 to 5 years"),
    (10**6, "5 years and over"),
)
"""The first band whose days are more than the age takes it; a year is 365 days."""
UNKNOWN_AGE = "unknown"

MOST_LANGS = 200
LONGEST_LANG = 35
OTHER_LANGS = "others"

StateTallies = defaultdict[str, Tally]


def _by_state() -> StateTallies:
    return defaultdict(Tally)


@dataclass(slots=True)
class Coverage:
    """Caption languages of the recordings that were asked; deleted recordings are left out."""

    recordings: int = 0
    asked: int = 0
    captioned: int = 0
    langs: Counter[str] = field(default_factory=Counter)
    asked_from: datetime | None = None
    asked_until: datetime | None = None

    def add(self, told: KnownTracks | None) -> None:
        """Count a recording; None is one that nobody asked for."""
        self.recordings += 1
        if told is None or told.tracks is None:
            return
        self.asked += 1
        self.captioned += bool(told.tracks)
        self.asked_from = min(self.asked_from or told.asked_at, told.asked_at)
        self.asked_until = max(self.asked_until or told.asked_at, told.asked_at)
        for lang in {track.lang for track in told.tracks}:
            self.langs[self._bounded(lang)] += 1

    def _bounded(self, lang: str) -> str:
        tag = lang[:LONGEST_LANG]
        return tag if tag in self.langs or len(self.langs) < MOST_LANGS else OTHER_LANGS


@dataclass(slots=True)
class Totals:
    """What one pass over the inventory counted; months are counted since year 0."""

    all: Tally = field(default_factory=Tally)
    states: StateTallies = field(default_factory=_by_state)
    months: dict[int, StateTallies] = field(default_factory=dict)
    undated: Tally = field(default_factory=Tally)
    ages: Counter[str] = field(default_factory=Counter)
    recorded: timedelta = timedelta()
    timed: int = 0
    coverage: Coverage = field(default_factory=Coverage)

    def add(self, row: InventoryRow, *, now: datetime) -> None:
        """Count a recording as of *now*."""
        _count_size(self, row.recording, now)
        _count_time(self, row.recording, now)
        if row.recording.state != "deleted":
            self.coverage.add(row.tracks)


def count(rows: Iterable[InventoryRow], *, now: datetime) -> Totals:
    """Count *rows* as of *now*; each is looked at once and forgotten."""
    totals = Totals()
    for row in rows:
        totals.add(row, now=now)
    return totals


def _count_size(totals: Totals, recording: Recording, now: datetime) -> None:
    size, state = figures.size_bytes(recording), figures.state(recording)
    totals.all.add(size)
    totals.states[state].add(size)
    month = figures.month(recording, now)
    if month is None:
        totals.undated.add(size)
    else:
        totals.months.setdefault(month, _by_state())[state].add(size)


def _count_time(totals: Totals, recording: Recording, now: datetime) -> None:
    totals.ages[age_band(figures.age_days(recording, now))] += 1
    lasted = figures.duration(recording)
    if lasted is not None:
        totals.recorded += lasted
        totals.timed += 1


def age_band(days: int | None) -> str:
    """Return the label of the band that an age in whole days falls into."""
    if days is None:
        return UNKNOWN_AGE
    return next((label for limit, label in AGE_BANDS if days < limit), AGE_BANDS[-1][1])
