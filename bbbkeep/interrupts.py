"""Ctrl-C and SIGTERM, put off for as long as the ledger's only writer is at work.

A signal may come between any two steps of Python.  One that came when a
transaction had begun, and nobody knew of it yet, left it open: what the run
still had to write then waited for its own lock.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Interrupts:
    def __init__(self) -> None:
        self.busy, self.came = 0, False


_STATE = _Interrupts()


def _handle(_number: int, _frame: object) -> None:
    if not _STATE.busy:
        raise KeyboardInterrupt
    _STATE.came = True


@contextmanager
def ending_what_runs() -> Iterator[None]:
    """Let SIGTERM (a service manager's, a shutdown's) end what runs the way Ctrl-C does: with its last words."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _STATE.came = False
    # A job in the background of a script leaves Ctrl-C to others.
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    ours = (signal.SIGTERM,) if ignored else (signal.SIGINT, signal.SIGTERM)
    before = [(one, signal.signal(one, _handle)) for one in ours]
    try:
        yield
    finally:
        for one, handler in before:
            signal.signal(one, handler or signal.SIG_DFL)


@contextmanager
def put_off() -> Iterator[None]:
    """Let a signal interrupt the main thread only when this block has ended.

    Raises:
        KeyboardInterrupt: one came meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():  # signals interrupt no other thread
        yield
        return
    _STATE.busy += 1
    try:
        yield
    finally:
        _STATE.busy -= 1
    if _STATE.came and not _STATE.busy:
        _STATE.came = False
        raise KeyboardInterrupt
