"""What every reader returns: the cues of a file and what became of its other events."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bbbkeep.captions.cues import Cue

MAX_CUES = 200_000


@dataclass(slots=True)
class Reading:
    """Cues in file order; `events` counts everything the file means to show or to hide.

    events = cues + sum of drops, or the file was not understood.
    """

    cues: list[Cue] = field(default_factory=list)
    drops: Counter[str] = field(default_factory=Counter)
    unkept: Counter[str] = field(default_factory=Counter)
    events: int = 0


Reader = Callable[[str], Reading]
