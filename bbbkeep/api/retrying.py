"""Try a read again, after a while: the only retries there are."""

import logging
import math
from collections.abc import Callable
from typing import TypeVar

from bbbkeep.clock import Clock
from bbbkeep.errors import BbbUnavailableError

T = TypeVar("T")

_log = logging.getLogger(__name__)

NEVER = math.inf
"""As `retry_after`: no wait is long enough, the same request would fail the same way."""

FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED_PAUSE = 2.0, 30.0, 120.0


def retried(attempt: Callable[[], T], *, tries: int, clock: Clock, random: Callable[[], float]) -> T:
    """Return what *attempt* returns, trying up to *tries* times while the server is unavailable.

    Pauses grow exponentially with full jitter; a Retry-After is honoured up
    to LONGEST_ASKED_PAUSE seconds.  Any other error ends it at once.
    """
    for number in range(tries - 1):
        try:
            return attempt()
        except BbbUnavailableError as problem:
            if problem.retry_after == NEVER:
                raise
            pause = _pause(problem, number, random)
            # Nobody waits for a minute before a silent terminal.
            _log.warning("%s; trying again in %.0f s (%d of %d)", problem, pause, number + 2, tries)
        clock.sleep(pause)
    return attempt()


def _pause(problem: BbbUnavailableError, number: int, random: Callable[[], float]) -> float:
    jitter = random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**number)
    return max(jitter, min(problem.retry_after or 0, LONGEST_ASKED_PAUSE))
