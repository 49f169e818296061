"""Run the measurements: `make bench`, or some of them: `make bench ARGS="cpu memory"`.

Each figure stands beside its limit or a peer that was measured in the same
run.  What misses its limit is marked; the exit code is 0 all the same,
because machines differ.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.converting import converting
from benchmarks.deciding import deciding
from benchmarks.measure import Figure, NotMeasuredError
from benchmarks.paging import paging
from benchmarks.peers import peers
from benchmarks.reporting import reporting
from benchmarks.sweeping import beside_download, memory, processor
from benchmarks.uploading import uploading
from benchmarks.writing import intending, writing

PARTS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "cpu": processor,
    "sweep": beside_download,
    "paging": paging,
    "peers": peers,
    "convert": converting,
    "deciding": deciding,
    "reporting": reporting,
    "memory": memory,
    "write": writing,
    "intents": intending,
    "upload": uploading,
}
HEADINGS = ("what", "recordings", "bbbkeep", "beside it", "which is", "ratio", "at most", "")


def main() -> None:
    """Measure the parts that were asked for, and print one table."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=...")
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    chosen = parser.parse_args().parts
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    progress = Console(stderr=True)
    figures: list[Figure] = []
    for part in chosen:
        progress.print(f"measuring {part} ...")
        figures += _measured(part)
    Console(width=160).print(_table(figures))


def _measured(part: str) -> Iterator[Figure]:
    try:
        yield from PARTS[part]()
    except NotMeasuredError as problem:
        yield Figure(part, "", 0, "", f"not measured: {problem}")


def _table(figures: list[Figure]) -> Table:
    table = Table(*HEADINGS)
    for figure in figures:
        table.add_row(*figure.row, style="bold" if figure.missed else "")
    return table


if __name__ == "__main__":
    main()
