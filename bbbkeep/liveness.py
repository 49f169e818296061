"""Which process this is, and whether another one is provably gone.

Proof needs the same host, the same boot and the same PID namespace; of a
process elsewhere nothing is known, and nothing is claimed.  Linux only: where
/proc tells nothing, no process is ever called gone.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process: where it runs, its number there, and when it started (numbers are used again)."""

    place: str = ""
    """Host, boot and PID namespace; empty: unknown."""
    pid: int = 0
    started: str = ""

    def is_gone(self) -> bool:
        """Tell whether it can be shown that this process is no more."""
        return bool(self.place) and self.place == _place() and _started(self.pid) != self.started


def this_process() -> Process:
    """Return the process that asks."""
    return Process(_place(), os.getpid(), _started(os.getpid()))


def _place() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started(pid: int) -> str:
    """Return the start of a process in clock ticks since the boot; empty: there is none, or only its zombie."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name in parentheses may hold anything; behind it stand the state and, 19 fields on, the start (proc(5)).
    state, *fields = text.rpartition(")")[2].split()
    return "" if state in {"Z", "X"} else fields[18]
