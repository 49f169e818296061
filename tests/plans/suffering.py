"""bbbkeep as a process to which something happens at the entry of one of its own functions.

Usage: suffering.py WHAT FUNCTION NUMBER WORDS...: in the NUMBERth call of
FUNCTION of bbbkeep.plans.send (0: never) it is paused, as by SIGSTOP, or the
disk takes nothing any more.  Its lease lasts two seconds.
"""

import os
import resource
import signal
import sys
from datetime import timedelta
from typing import Any

import bbbkeep.plans.run

bbbkeep.plans.run.LEASE_FOR = timedelta(seconds=2)


def pause() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def fill_disk() -> None:
    """Let no file grow: every write beyond its first bytes is refused."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))


HAPPENS = {"paused": pause, "full": fill_disk}


def happen(what: str, function: str, number: int) -> None:
    from bbbkeep.plans import send

    wrapped, calls = getattr(send, function), 0

    def suffering(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            HAPPENS[what]()
        return wrapped(*given, **named)

    setattr(send, function, suffering)


if __name__ == "__main__":
    happen(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    sys.argv[1:4] = []
    from bbbkeep.cli import main

    main()
