"""Recordings and storage month by month, by age and by caption language: what the page shows of the totals.

Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bbbkeep.model import STATES
from bbbkeep.reports import charts
from bbbkeep.reports.charts import Chart, Column, Series
from bbbkeep.reports.figures import OTHER_STATE, Tally, month_number
from bbbkeep.reports.readable import month_name, number, share, shown, size
from bbbkeep.reports.totals import AGE_BANDS, UNKNOWN_AGE, Coverage, StateTallies, Totals

MONTHS_SHOWN = 24
FEWEST_MONTHS = 6
LANGS_SHOWN = 12

STACK = ("published", "unpublished", "processed", "processing", "deleted", OTHER_STATE)
"""The states from the bottom of a bar up: what most sites have most of comes first."""


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One line of the months' table; `states` goes with `Months.states`."""

    label: str
    states: tuple[Tally, ...]
    whole: Tally


@dataclass(frozen=True, slots=True)
class Months:
    """The newest months, one line each, and what lies before them in one line."""

    states: tuple[str, ...]
    lines: tuple[MonthLine, ...]
    counts: Chart
    sizes: Chart


@dataclass(frozen=True, slots=True)
class Langs:
    """Caption languages, the most frequent first, with the rest summed up."""

    lines: tuple[tuple[str, int], ...]
    rest: int
    chart: Chart


def months(totals: Totals, now: datetime) -> Months:
    """Lay out the last `MONTHS_SHOWN` months up to now's; earlier and undated ones come as lines."""
    states = tuple(state for state in STACK if state in totals.states) or STATES[2:3]
    last = month_number(now)
    first = max(min(totals.months, default=last), last - MONTHS_SHOWN + 1)
    first = min(first, last - FEWEST_MONTHS + 1)
    shown_lines = [_line(month_name(at), totals.months.get(at, {}), states) for at in range(first, last + 1)]
    earlier = [tallies for at, tallies in totals.months.items() if at < first]
    lines = [_line(f"before {month_name(first)}", _merged(earlier), states), *shown_lines]
    return Months(
        states,
        tuple(lines if earlier else shown_lines),
        _month_chart("months-count", "Recordings by month", shown_lines, states, _count, number),
        _month_chart("months-size", "Storage by month", shown_lines, states, _bytes, size),
    )


def _merged(months: Iterable[StateTallies]) -> dict[str, Tally]:
    whole: dict[str, Tally] = {}
    for tallies in months:
        for state, tally in tallies.items():
            whole.setdefault(state, Tally()).merge(tally)
    return whole


def _line(label: str, tallies: StateTallies | dict[str, Tally], states: tuple[str, ...]) -> MonthLine:
    whole = Tally()
    for tally in tallies.values():
        whole.merge(tally)
    return MonthLine(label, tuple(tallies.get(state) or Tally() for state in states), whole)


def _count(tally: Tally) -> int:
    return tally.count


def _bytes(tally: Tally) -> int:
    return tally.size_bytes


def _month_chart(
    key: str,
    title: str,
    lines: list[MonthLine],
    states: tuple[str, ...],
    value: Callable[[Tally], int],
    unit: Callable[[int], str],
) -> Chart:
    columns = [Column(line.label, tuple(value(tally) for tally in line.states)) for line in lines]
    top = max(columns, key=lambda column: sum(column.values))
    description = (
        f"One bar for each month of start from {lines[0].label} to {lines[-1].label}, stacked by state. "
        f"The highest is {top.label} with {unit(sum(top.values))}."
    )
    series = [Series(f"state-{state}", state) for state in states]
    return charts.stacked_columns(key, title, description, columns, series, unit)


def ages(totals: Totals) -> tuple[tuple[tuple[str, int], ...], Chart]:
    """Return how many recordings are in each age band, and the chart of it."""
    labels = [label for _, label in AGE_BANDS] + [UNKNOWN_AGE]
    lines = tuple((label, totals.ages[label]) for label in labels)
    top, most = max(lines, key=lambda line: line[1])
    description = f"One bar for each age band. Most recordings are in the band {top}: {number(most)}."
    return lines, charts.rows("ages", "Age of recordings", description, lines, number)


def langs(coverage: Coverage) -> Langs:
    """Return the languages that the most recordings have captions in."""
    ranked = sorted(coverage.langs.items(), key=lambda item: (-item[1], item[0]))
    lines = tuple((shown(lang, 16) or "no tag", count) for lang, count in ranked[:LANGS_SHOWN])
    description = (
        f"One bar for each language, of {number(coverage.asked)} recordings whose captions are known."
    )
    chart = charts.rows("langs", "Captions by language", description, lines, _of(coverage.asked))
    return Langs(lines, len(ranked) - len(lines), chart)


def _of(whole: int) -> Callable[[int], str]:
    return lambda count: f"{number(count)} ({share(count, whole)})"
