"""A process that is paused beyond its lease and woken again: another one has taken over, and it starts no write."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from plans import suffering
from plans.processes import COMMANDS, TARGETS, Site, a_site, prepare
from started import PATIENCE

from bbbkeep.plans.applying import MAY_ARRIVE

pytestmark = pytest.mark.long

PROGRAM = (str(Path(suffering.__file__)), "paused")
NEVER = (*PROGRAM, "send", "0")
LEASE_RUNS_OUT = 2.2


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


@contextmanager
def paused(site: Site, function: str, words: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """Start a process and wait until it has paused itself in the second call of *function*."""
    process = site.start(*words, program=(*PROGRAM, function, "2"))
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        yield process
    finally:
        process.kill()
        process.communicate()


def woken(process: "subprocess.Popen[str]") -> tuple[int, str]:
    process.send_signal(signal.SIGCONT)
    _, told = process.communicate(timeout=PATIENCE)
    return process.returncode, told


@pytest.mark.parametrize(
    ("function", "begun"),
    [
        pytest.param("_intend", False, id="before its next intent"),
        pytest.param("_require_time", True, id="with an intent, before it looks at the clock again"),
        pytest.param("_request", True, id="with an intent, just before the request"),
        pytest.param("_note_answers", True, id="with an answer that it has not noted"),
    ],
)
def test_woken_after_its_lease_it_starts_no_write(site: Site, function: str, *, begun: bool):
    prepare(site, "metadata")
    with paused(site, function, COMMANDS["metadata"]) as first:
        time.sleep(LEASE_RUNS_OUT)
        before = len(site.written())

        _, document = site.run(*COMMANDS["metadata"], program=NEVER)
        by_the_other = site.written()[before:]
        code, told = woken(first)

    late = site.written()[before + len(by_the_other) :]
    left = [one["record_id"] for one in document["items"] if one["because"] == MAY_ARRIVE]
    done = [one["record_id"] for one in document["items"] if one["outcome"] == "unchanged"]
    assert code == 7, told
    assert len(late) <= (function == "_request")
    assert set(late) <= set(left)
    assert len(left) == (begun and function != "_note_answers")
    assert not set(by_the_other) & {*left, *done}
    assert site.run(*COMMANDS["metadata"])[0] == 0
    assert all(one.metadata["category"] == "seminar" for one in site.truth()[: len(TARGETS)])
    assert site.chain_holds()
    assert not site.held()
