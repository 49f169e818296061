"""Servers and pieces of work in processes of their own, so that neither takes from the other's time or memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.measure import NotMeasuredError

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Took:
    """What one piece of work took: seconds of time and of the processor, and megabytes at most."""

    count: int
    requests: int
    wall: float
    cpu: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    url: str
    secret: str
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "BBB_URL": self.url, "BBB_SECRET": self.secret}

    def work(self, what: str, given: str = "") -> Took:
        """Let a worker do *what* with this server."""
        command = [sys.executable, "-m", "benchmarks.worker", what]
        done = subprocess.run(  # noqa: S603  # our own module
            command, env=self.environment, input=given, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise NotMeasuredError(f"{what} ended with exit code {done.returncode}")
        return Took(**json.loads(done.stdout))

    def asked(self) -> str:
        """Return the paths that were asked of the replaying server since this was asked last."""
        return requests.get(f"{self.url.removesuffix('/bigbluebutton/api')}/log", timeout=60).text

    def cpu(self) -> float:
        """Return the seconds of the processor that the server has taken, by Linux's own count."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def replaying(recordings: int, *, latency_ms: int = 0) -> AbstractContextManager[Server]:
    """Start the server that only sends."""
    return _started("benchmarks.replay", "--recordings", str(recordings), "--latency", str(latency_ms))


def standing_in(recordings: int, profile: str, *, latency_ms: int = 0) -> AbstractContextManager[Server]:
    """Start the local server."""
    size = ("--recordings", str(recordings), "--latency", str(latency_ms))
    return _started("bbbkeep", "standin", "--profile", profile, *size)


@contextmanager
def _started(*arguments: str) -> Iterator[Server]:
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own modules
        try:
            line = process.stdout.readline() if process.stdout else ""
            given = dict(part.split("=", 1) for part in line.split())
            yield Server(given["BBB_URL"], given["BBB_SECRET"], process.pid)
        finally:
            process.kill()
