"""Processes that no test leaves behind, however it ends."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 120.0
"""Seconds in which a process does anything at all: on an overloaded machine even its start takes many."""


@contextmanager
def ended_with_the_test() -> "Iterator[list[subprocess.Popen[str]]]":
    """Lend a list; the processes in it are killed and waited for, so that none disturbs the tests that follow."""
    started: list[subprocess.Popen[str]] = []
    try:
        yield started
    finally:
        for process in started:
            with process:
                process.kill()
