"""`bbbkeep retention plan`: every verdict with its reason, those that keep on request."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.retention.verdict import Verdict
    from bbbkeep.selection import Selection
    from bbbkeep.site import Site


def show_verdicts(
    site: "Site",
    ref: "PlanRef",
    policy: Path,
    asked: "Selection",
    counts: "Mapping[str, int]",
    *,
    each: bool,
    as_json: bool,
) -> None:
    """Print a plan and why the rest is kept, by counts, and (*each*) recording by recording."""
    from bbbkeep.cli import output
    from bbbkeep.cli.plans import show_plan
    from bbbkeep.operations.kept import kept_document, kept_verdicts
    from bbbkeep.operations.plan_document import plan_document
    from bbbkeep.plans.document import read_plan

    path = Path(ref.path)
    plan, _ = read_plan(path)
    kept = kept_verdicts(site, plan, policy, asked) if each else None
    if as_json:
        document = plan_document(site, plan, path)
        output.streamed(kept_document(document, kept, counts, ascii_only=output.ascii_only()))
        return
    # First what can be longest, so that the end of the output says what matters most.
    if kept is not None:
        _show_each(kept)
    show_plan(site, plan, path, as_json=False, kept_by_reason=counts)


def _show_each(kept: "Iterable[Verdict]") -> None:
    from bbbkeep.cli import output

    for verdict in kept:
        due = (f"due after {verdict.due:%Y-%m-%d %H:%M} UTC",) if verdict.due else ()
        output.entry(("keep", verdict.record_id), "; ".join((*verdict.reasons, *due)))
    click.echo()
