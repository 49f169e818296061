"""What one run of the command line remembers for its last words.

Commands note what they learn and print; whoever words an error then knows
where a traceback may lie, what must not be in it, and whether stdout already
holds its one document.
"""

from dataclasses import dataclass, field
from pathlib import Path

import click


@dataclass(slots=True)
class Session:
    """One run: `--json` or not, and what it came to know."""

    as_json: bool = False
    printed: bool = False
    state_dir: Path | None = None
    secrets: set[str] = field(default_factory=set, repr=False)


def session() -> Session:
    """Return the session of the command that runs, or an empty one outside of any."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Session) if context else None
    return found or Session()
