"""Lay out bar charts: numbers in, coordinates out.

Pure, and free of markup: `charts.html.j2` draws what is laid out here, so
that every label goes through the page's escaping.  Lengths are units of the
drawing's own view box.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 540
COLUMNS_HEIGHT = 250
LEFT, RIGHT, TOP, BOTTOM = 58, 18, 12, 28
WIDEST_BAR = 44
LABEL_WIDTH = 54

BAR_ROW = 26
NAME_WIDTH = 118
VALUE_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar; `style` is its class in report.css."""

    style: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """What stands over one label: a value for each series, from the bottom up."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One bar, or one part of a stacked bar; `tip` shows when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    style: str
    tip: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on the drawing; a tick's line runs at its `y`."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with all its words; `key` makes its ids unique on the page."""

    key: str
    title: str
    description: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    legend: tuple[Series, ...]


def ticks(top: int, target: int = 4) -> list[int]:
    """Return whole numbers from 0 to at least *top*, in steps of 1, 2 or 5 times a power of ten."""
    rough = max(1, -(-top // target))
    power = 10 ** (len(str(rough)) - 1)
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return list(range(0, max(top, 1) + step, step))[: max(1, -(-top // step)) + 1]


def stacked_columns(
    key: str,
    title: str,
    description: str,
    columns: Sequence[Column],
    series: Sequence[Series],
    unit: Callable[[int], str],
) -> Chart:
    """Lay out one stacked bar over each label; *unit* words a value for ticks and tips."""
    marks = ticks(max((sum(column.values) for column in columns), default=0))
    floor = COLUMNS_HEIGHT - BOTTOM
    scale = (floor - TOP) / marks[-1]
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(columns))
    boxes = [
        box
        for place, column in enumerate(columns)
        for box in _stack(column, series, LEFT + slot * place, slot, (floor, scale), unit)
    ]
    return Chart(
        key,
        title,
        description,
        WIDTH,
        COLUMNS_HEIGHT,
        tuple(boxes),
        tuple(Mark(LEFT - 8, round(floor - mark * scale, 1), unit(mark)) for mark in marks),
        _labels_below(columns, slot),
        tuple(series) if len(series) > 1 else (),
    )


def _stack(
    column: Column,
    series: Sequence[Series],
    x: float,
    slot: float,
    axis: tuple[float, float],
    unit: Callable[[int], str],
) -> list[Box]:
    width = min(WIDEST_BAR, slot * 0.76)
    left = round(x + (slot - width) / 2, 1)
    boxes, (y, scale) = [], axis
    for kind, value in zip(series, column.values, strict=True):
        if value:
            y -= value * scale
            tip = f"{column.label}, {kind.label}: {unit(value)}"
            boxes.append(Box(left, round(y, 1), round(width, 1), round(value * scale, 1), kind.style, tip))
    return boxes


def _labels_below(columns: Sequence[Column], slot: float) -> tuple[Mark, ...]:
    """Leave out labels that would run into each other, counting back from the newest."""
    every = max(1, -(-LABEL_WIDTH // max(1, int(slot))))
    last = len(columns) - 1
    return tuple(
        Mark(round(LEFT + slot * (place + 0.5), 1), COLUMNS_HEIGHT - 9, column.label)
        for place, column in enumerate(columns)
        if (last - place) % every == 0
    )


def rows(
    key: str, title: str, description: str, named: Sequence[tuple[str, int]], unit: Callable[[int], str]
) -> Chart:
    """Lay out one lying bar for each name, with its value behind it."""
    top = max((value for _, value in named), default=0) or 1
    scale = (WIDTH - NAME_WIDTH - VALUE_WIDTH) / top
    boxes, words = [], []
    for place, (name, value) in enumerate(named):
        y, width = place * BAR_ROW + 4, round(value * scale, 1)
        boxes.append(Box(NAME_WIDTH, y, width, BAR_ROW - 8, "single", f"{name}: {unit(value)}"))
        words.append(Mark(NAME_WIDTH - 10, y + 13, name))
        words.append(Mark(NAME_WIDTH + width + 8, y + 13, unit(value)))
    height = max(1, len(named)) * BAR_ROW + 4
    return Chart(key, title, description, WIDTH, height, tuple(boxes), (), tuple(words), ())
