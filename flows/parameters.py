"""What the flows take: validated by Prefect before a run starts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bbbkeep.model import State
from bbbkeep.selection import Selection, meta_pairs
from bbbkeep.settings import read_settings
from bbbkeep.site import SiteRef

Server = Annotated[
    str | None, Field(description="A server of bbbkeep.yaml; none: all of them.", max_length=64)
]
States = Annotated[tuple[State, ...], Field(description="Only recordings in these states; none: in any.")]
MetaKey = Annotated[str, Field(pattern="^[^=]+$")]
Meta = Annotated[dict[MetaKey, str], Field(description="Only recordings with this metadata; all must match.")]
Config = Annotated[str | None, Field(description="The bbbkeep.yaml to use; none: the first that is found.")]
StateDir = Annotated[str | None, Field(description="Where ledger and plans are kept; none: as configured.")]


def refs(server: str | None, config: str | None, state_dir: str | None) -> list[SiteRef]:
    """Name the servers that the parameters mean.

    Raises:
        ConfigError, UsageError: see `settings.read_settings`.
    """
    settings = read_settings(Path(config) if config else None, Path(state_dir) if state_dir else None)
    names = [settings.server(server).name] if server else list(settings.servers)
    return [SiteRef(name, config, state_dir) for name in names]


def selection(states: Sequence[State], meta: dict[str, str]) -> Selection:
    """Return what the parameters ask for."""
    return Selection(tuple(states), meta_pairs([f"{key}={value}" for key, value in meta.items()]))
