"""What commands print: one JSON document, or lines for people.

Names come from servers: control characters are shown, never sent to a terminal.
"""

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import click

from bbbkeep.cli.session import session

GAP = "  "
MEASURED = 1_000
"""How many rows decide how wide columns are: a table of a whole site is too long to be held."""


def document(content: Any) -> None:
    """Print the run's JSON document."""
    click.echo(json.dumps(content, ensure_ascii=ascii_only(), indent=2))
    session().printed = True


def streamed(pieces: Iterable[str]) -> None:
    """Print the run's JSON document as it comes: it may be larger than memory."""
    for piece in pieces:
        session().printed = True
        click.echo(piece, nl=False)


def ascii_only() -> bool:
    """Tell whether stdout takes nothing but ASCII for certain."""
    return (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"


def plain(text: object) -> str:
    """Return *text* harmless for a terminal and on one line."""
    return "".join(char if _harmless(char) else f"\\x{ord(char):02x}" for char in str(text))


def _harmless(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Print rows in columns as they come, and return how many there were.

    On a terminal that is too narrow, a row's last cells go below its first.
    """
    count = 0

    def counted() -> Iterator[Sequence[object]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for line in lines(header, counted(), _width()):
        click.echo(line)
    return count


def entry(cells: Sequence[object], below: object) -> None:
    """Print one row of a table that is too long to be held; on a terminal *below* goes below."""
    first, width = GAP.join(plain(cell) for cell in cells), _width()
    click.echo(first if width else f"{first}{GAP}{plain(below)}")
    for line in _below(plain(below), width) if width else ():
        click.echo(line)


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def lines(header: Sequence[str], rows: Iterable[Sequence[object]], width: int) -> Iterator[str]:
    """Lay out a table in *width* columns; 0: as wide as it gets, one line a row."""
    cells = ([plain(cell) for cell in row] for row in rows)
    measured = [list(header), *islice(cells, MEASURED)]
    if len(measured) == 1:
        return
    widths = [max(len(row[column]) for row in measured) for column in range(len(header))]
    beside = _fitting(widths, width)
    for row in chain(measured, cells):
        first = zip(row[:beside], widths, strict=False)
        yield GAP.join(cell.ljust(size) for cell, size in first).rstrip()
        for cell in row[beside:]:
            yield from _below(cell, width)


def _fitting(widths: Sequence[int], width: int) -> int:
    """Return how many columns fit beside each other: one at least."""
    counts = range(len(widths), 1, -1)
    return next(
        (count for count in counts if not width or sum(widths[:count]) + len(GAP) * (count - 1) <= width),
        1,
    )


def _below(cell: str, width: int) -> list[str]:
    indent = 2 * GAP
    return textwrap.wrap(cell, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def somebody_there() -> bool:
    """Tell whether there is a terminal to ask at."""
    return sys.stdin is not None and sys.stdin.isatty()
