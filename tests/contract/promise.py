"""What a promise is: a sentence, and a check that returns what a kind of server makes of it, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from contract.world import World

Check = Callable[[World], str]
"""Raises AssertionError where the promise is broken; returns `yes`, or what this server can't do."""

Needs = Literal["reading", "metadata", "publish", "delete", "captions"]


@dataclass(frozen=True)
class Promise:
    """One sentence; `needs` says which faults it can meet and whether it writes."""

    sentence: str
    needs: Needs
    check: Check

    @property
    def writes(self) -> bool:
        return self.needs != "reading"


ENTERED: dict[str, Promise] = {}
"""Sentence -> promise."""


def promise(sentence: str, needs: Needs = "reading") -> Callable[[Check], Check]:
    """Enter a check under its sentence."""

    def enter(check: Check) -> Check:
        ENTERED[sentence] = Promise(sentence, needs, check)
        return check

    return enter
