"""`bbbkeep captions check`."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbbkeep.cli.options import json_option
from bbbkeep.cli.output import document, table
from bbbkeep.counted import many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bbbkeep.captions.check import Checked, Limits


@click.command("check")
@click.argument(
    "paths", metavar="PATH..", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--duration", type=click.FloatRange(min=0, min_open=True), help="The recording's length in seconds."
)
@click.option("--encoding", help="Read every file as this, as in cp1252; without it: told by its bytes.")
@json_option
def check(paths: tuple[Path, ...], duration: float | None, encoding: str | None, *, as_json: bool) -> int:
    """Tell what is wrong with caption files, and what guides advise.

    Advice is about reading: lines, speed, durations, gaps; it changes no exit.
    Exit 3: a file can't be converted.
    """
    from bbbkeep.captions.check import Limits

    limits = Limits()
    done = list(_checked(paths, limits, duration, encoding))
    if as_json:
        document({"thresholds": asdict(limits), "files": [one.document() for one in done]})
    else:
        _show(done, limits)
    return 3 if any(one.error for one in done) else 0


def _checked(
    paths: "Sequence[Path]", limits: "Limits", duration: float | None, encoding: str | None
) -> "Iterator[Checked]":
    from dataclasses import replace

    from bbbkeep.captions.check import Checked, check
    from bbbkeep.captions.decode import MAX_BYTES
    from bbbkeep.captions.naming import candidates

    duration_ms = None if duration is None else round(duration * 1000)
    for path in paths:
        for file in candidates(path) if path.is_dir() else [path]:
            try:
                with file.open("rb") as stream:
                    data = stream.read(MAX_BYTES + 1)
            except OSError as error:
                yield Checked(str(file), error=error.strerror or type(error).__name__)
                continue
            found = check(data, file.name, limits, duration_ms=duration_ms, encoding=encoding)
            yield replace(found, file=str(file))


def _show(done: "Sequence[Checked]", limits: "Limits") -> None:
    table(("file", "finding", "cues", "first at"), _rows(done))
    failed = sum(one.error is not None for one in done)
    advised = sum(bool(one.advice) for one in done)
    click.echo(f"{many(len(done), 'file')}: {failed} with errors, {advised} with advice")
    asked = ", ".join(f"{one.name.replace('_', ' ')} {getattr(limits, one.name):g}" for one in fields(limits))
    click.echo(f"asked: {asked}")


def _rows(done: "Sequence[Checked]") -> "Iterator[tuple[object, ...]]":
    for one in done:
        if one.error:
            yield one.file, f"ERROR: {one.error}", "", ""
        for reason, count in one.drops.items():
            yield one.file, f"dropped: {reason.replace('_', ' ')}", count, ""
        for advice in one.advice:
            yield one.file, _words(one, advice.what), advice.count, advice.first or ""


def _words(one: "Checked", what: str) -> str:
    """Name a finding; what counts no cues says how much of the recording is covered."""
    covered = f": {one.coverage_percent:g} % of the recording" if what == "low_coverage" else ""
    return what.replace("_", " ") + covered
