"""`bbbkeep retention plan`: every verdict with its reason, those that keep on request."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bbbkeep.operations.chunks import PlanRef
    from bbbkeep.operations.kept import Kept
    from bbbkeep.selection import Selection
    from bbbkeep.site import Site


def show_verdicts(
    site: "Site", ref: "PlanRef", policy: Path, asked: "Selection", *, each: bool, as_json: bool
) -> None:
    """Print a plan and why the rest is kept, by counts, or (*each*) recording by recording."""
    from bbbkeep.cli import output
    from bbbkeep.cli.plans import show_plan
    from bbbkeep.operations.kept import Kept, kept_document
    from bbbkeep.plans.document import read_plan

    path = Path(ref.path)
    plan, _ = read_plan(path)
    kept = Kept(site, plan, policy, asked)
    if as_json:
        pieces = kept_document(site, plan, path, kept, each=each, ascii_only=output.ascii_only())
        output.streamed(pieces)
        return
    # First what can be longest, so that the end of the output says what matters most.
    counts = _show_each(kept) if each else kept.counted()
    show_plan(site, plan, path, as_json=False, kept_by_reason=counts)


def _show_each(kept: "Kept") -> dict[str, int]:
    from bbbkeep.cli import output

    for verdict in kept.verdicts():
        due = (f"due after {verdict.due:%Y-%m-%d %H:%M} UTC",) if verdict.due else ()
        output.entry(("keep", verdict.record_id), "; ".join((*verdict.reasons, *due)))
    click.echo()
    return kept.kinds.most_first()
