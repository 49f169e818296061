"""What a fault is: something that stands between a call and its answer."""

from collections.abc import Callable
from dataclasses import dataclass

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site

Proceed = Callable[[Call], Answer]
"""Lets a call through to the next fault, and at last to the server; may be called with another call, or never."""

Meddle = Callable[[Site, Call, Proceed], Answer]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with its line in `--help`; without a function it is looked up by name where it bites."""

    summary: str
    meddle: Meddle | None = None
