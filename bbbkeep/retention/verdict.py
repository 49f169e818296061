"""The answer for one recording, and why; the why is found when somebody first asks for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from bbbkeep.retention.policy import Step


class Grounds(Protocol):
    """Why a verdict is what it is.

    `due` is the moment just after which the recording is acted on (within a
    grace: deleted), None if that can't be told; `unknown` names what was
    unknown and mattered.
    """

    @property
    def reasons(self) -> tuple[str, ...]: ...

    @property
    def due(self) -> datetime | None: ...

    @property
    def unknown(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Verdict:
    """Keep or act, with the reasons.

    `rule` is the rule that acts, or that would but for what `reasons` say.
    The grounds are found when somebody first asks for them: most recordings
    of a large site are kept, and nobody asks why.
    """

    record_id: str
    act: bool
    action: Step | None
    rule: str | None
    size_bytes: int | None
    held: bool
    given_up: str
    """Why it is only reported, though it is due: it was tried on too many nights."""
    find: Callable[[], Grounds] = field(compare=False, repr=False)

    @cached_property
    def grounds(self) -> Grounds:
        return self.find()

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.grounds.reasons

    @property
    def due(self) -> datetime | None:
        return self.grounds.due

    @property
    def unknown(self) -> tuple[str, ...]:
        return self.grounds.unknown
