"""Which recordings somebody asked for, by state and metadata.

Decided on our side: servers filter by metadata in ways that contradict each
other (all must match, any may match, error), so no filter is ever sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bbbkeep.errors import UsageError
from bbbkeep.model import STATES, Recording


@dataclass(frozen=True, slots=True)
class Selection:
    """Recordings in one of *states* (empty: any) whose metadata has every pair of *meta*."""

    states: Collection[str] = ()
    meta: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.states) - set(STATES))
        if unknown:
            raise UsageError(f"unknown state {unknown[0]!r}; use {', '.join(STATES)}")

    def __contains__(self, recording: Recording) -> bool:
        """Tell whether *recording* was asked for; unknown metadata never matches."""
        if self.states and recording.state not in self.states:
            return False
        return not self.meta or self._has_all(recording.metadata)

    def _has_all(self, metadata: Mapping[str, str] | None) -> bool:
        if metadata is None:
            return False
        folded = {key.lower(): value for key, value in metadata.items()}
        return all(folded.get(key.lower()) == value for key, value in self.meta.items())


def meta_pairs(pairs: Collection[str]) -> dict[str, str]:
    """Read `KEY=VALUE` pairs as the command line takes them.

    Raises:
        UsageError: a pair without `=` or key, or one key with two values.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise UsageError(f"--meta {pair!r}: write KEY=VALUE")
        if found.setdefault(key.lower(), value) != value:
            raise UsageError(f"--meta {key}: two values; a recording has one value a key")
    return found
