"""bbbkeep as a process that stops itself, as SIGSTOP does, at the entry of one of its own functions.

Usage: pausing.py MODULE FUNCTION NUMBER WORDS...: pauses in the NUMBERth call
of FUNCTION, 0 for never.  Its lease lasts two seconds.
"""

import os
import signal
import sys
from datetime import timedelta
from importlib import import_module
from typing import Any

import bbbkeep.plans.run

bbbkeep.plans.run.LEASE_FOR = timedelta(seconds=2)


def pause_at(module: str, function: str, number: int) -> None:
    place = import_module(module)
    wrapped, calls = getattr(place, function), 0

    def pausing(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGSTOP)
        return wrapped(*given, **named)

    setattr(place, function, pausing)


if __name__ == "__main__":
    pause_at(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    sys.argv[1:4] = []
    from bbbkeep.cli import main

    main()
