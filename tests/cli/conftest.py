"""The command line as an administrator has it: a server, an environment, a folder of one's own."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bbbkeep.cli.app import run
from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.server import LocalServer

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"
SECRET = "Sentinel+Secret/42&=%"


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def last_line(self) -> str:
        return self.err.splitlines()[-1]


class Terminal(io.StringIO):
    """Somebody at a keyboard, with what will be typed."""

    def isatty(self) -> bool:
        return True


Bbbkeep = Callable[..., Ran]


@pytest.fixture
def bbbkeep(capsys, monkeypatch, tmp_path) -> Bbbkeep:
    """Run a command in this process, in an empty folder, with nobody at a keyboard unless `typed` is given."""
    for name in (
        "BBB_URL",
        "BBB_SECRET",
        "BBB_CHECKSUM",
        "BBBKEEP_CONFIG",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BBBKEEP_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path, typed: str | None = None) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO() if typed is None else Terminal(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(int(left.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def server(bbbkeep, monkeypatch) -> Iterator[LocalServer]:
    """A server with 60 recordings, named by the environment."""
    with LocalServer(recordings=60, seed=7, secret=SECRET, caption_delay=0) as local:
        monkeypatch.setenv("BBB_URL", local.url)
        monkeypatch.setenv("BBB_SECRET", local.secret)
        yield local


@pytest.fixture
def evasive_server(bbbkeep, monkeypatch) -> Iterator[LocalServer]:
    """A server that shows nothing and does not say that there is nothing: no listing of it is complete."""
    with LocalServer(secret=SECRET, faults=["no-recordings"]) as local:
        monkeypatch.setenv("BBB_URL", local.url)
        monkeypatch.setenv("BBB_SECRET", local.secret)
        yield local


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Let pauses between tries take no time."""
    monkeypatch.setattr("bbbkeep.clock.SystemClock.sleep", lambda *_: None)


@pytest.fixture
def published(server) -> list[str]:
    """The server's published recordings that have dates, oldest first."""
    standing = [one for one in recordings_of(server) if one.state == "published" and one.end_ms]
    return [one.record_id for one in sorted(standing, key=lambda one: one.end_ms)]


def recordings_of(server: LocalServer) -> list[SeedRecording]:
    found = [server.state.recording(record_id) for record_id in server.state.record_ids()]
    return [one for one in found if one is not None]


@pytest.fixture
def policy(server, tmp_path) -> Callable[..., Path]:
    """Write a policy that makes the oldest recordings due, as many as asked for."""
    now = server.clock.now()
    dated = [one for one in recordings_of(server) if one.state in {"published", "unpublished"} and one.end_ms]
    ages = sorted((now - datetime.fromtimestamp(one.end_ms / 1000, UTC) for one in dated), reverse=True)

    def write(*, due: int, mode: str = "act", name: str = "policy.yaml") -> Path:
        path = tmp_path / name
        path.write_text(
            f"mode: {mode}\ntimezone: UTC\n"
            "rules:\n  - name: old\n    action: delete\n"
            f"    when: {{age: {{from: end, over: {ages[due - 1].days}d}}}}\n"
        )
        return path

    return write


@pytest.fixture
def listed(server, bbbkeep):
    bbbkeep("inventory")
    return server


@pytest.fixture
def write_commands(listed, bbbkeep, published, policy, tmp_path):
    """Each command that writes one thing, ready to be run."""
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{published[-1]},presenter,Ada\n")
    (tmp_path / f"{published[-1]}.en.srt").write_text(SRT)
    file = policy(due=1)
    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file, "--json").document["plan_id"]
    bbbkeep("retention", "approve", plan)
    return {
        "metadata": ["metadata", "apply", "sheet.csv"],
        "captions": ["captions", "upload", f"{published[-1]}.en.srt"],
        "retention": ["retention", "apply", "--policy", file],
        "a retention plan": ["retention", "apply", plan, "--policy", file],
    }
