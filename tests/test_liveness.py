"""A process counts as gone only where that can be shown."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bbbkeep.liveness import Process, this_process


def a_child() -> tuple["subprocess.Popen[bytes]", Process]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    stat = Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii")
    started = stat.rpartition(")")[2].split()[19]
    return child, replace(this_process(), pid=child.pid, started=started)


def test_whoever_asks_is_not_gone():
    assert this_process().pid == os.getpid()
    assert not this_process().is_gone()


def test_a_killed_process_is_gone_even_before_its_parent_noticed():
    child, process = a_child()
    assert not process.is_gone()

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert process.is_gone()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()
    assert process.is_gone()


def test_a_number_that_another_process_has_by_now_is_no_life():
    assert replace(this_process(), started="1").is_gone()


def test_of_another_place_nothing_is_claimed():
    assert not Process("elsewhere/boot/ns", 2**22 + 1, "1").is_gone()
    assert not Process().is_gone()
