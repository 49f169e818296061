"""Listing 2,000 recordings of a BBBLB cluster, beside the command lines that others have for it.

Against the server that BBB_TEST_URL and BBB_TEST_SECRET name, else against
the local server's imitation of BBBLB.  The peers are fetched into a folder
that is thrown away; what can't be fetched is said.  BBBLB cuts an answer at
1,000: bbbctl never asks for the rest, and the script around bigbluebutton-js
pages, as its users have to.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figure, NotMeasuredError, medians
from benchmarks.processes import Server, standing_in

RECORDINGS = 2_000
ROUNDS = 5
_BBBCTL, _BIGBLUEBUTTON_JS = "bbbctl==0.5.1", "bigbluebutton-js@0.2.0"
_SCRIPT = """
const bbb = require("bigbluebutton-js");
const api = bbb.api(process.env.BBB_URL.replace("/api", ""), process.env.BBB_SECRET);
(async () => {
  let all = [];
  for (let offset = 0; ; offset += 1000) {
    const answer = await bbb.http(api.recording.getRecordings({ offset, limit: 1000 }));
    const page = (answer.recordings || []).filter(Boolean);
    all = all.concat(page);
    if (page.length < 1000) break;
  }
  console.log(JSON.stringify(all));
})();
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One way to list all; `trouble`: why it can't be run here."""

    name: str
    argv: Sequence[str] = ()
    environment: Mapping[str, str] | None = None
    trouble: str = ""


def peers() -> Iterator[Figure]:
    """Compare time and memory of whole commands, from their start to their end."""
    with TemporaryDirectory() as folder, _server() as server:
        place = "real" if "BBB_TEST_URL" in os.environ else "local"
        size = f"{RECORDINGS:,} ({place} BBBLB)"
        ours = Command("bbbkeep", (sys.executable, "-m", "bbbkeep", "inventory", "--json"))
        commands = [_bbbctl(Path(folder), server), _javascript(Path(folder), server)]
        for one in commands:
            if one.trouble:
                yield Figure(f"listing, beside {one.name}", size, 0, "s", one.trouble)
        yield from _compared(ours, [one for one in commands if not one.trouble], server, size)


def _compared(ours: Command, others: list[Command], server: Server, size: str) -> Iterator[Figure]:
    commands = [ours, *others]
    peaks: dict[str, float] = {}

    def timed(one: Command) -> float:
        seconds, peaks[one.name] = _run(one, server)
        return seconds

    [mine, *theirs] = medians(ROUNDS, [lambda one=one: timed(one) for one in commands])  # type: ignore[misc]
    for one, seconds in zip(others, theirs, strict=True):
        yield Figure("listing, whole command", size, mine, "s", one.name, seconds, 1)
        yield Figure("listing, peak memory", size, peaks[ours.name], "MB", one.name, peaks[one.name], 1)


def _run(command: Command, server: Server) -> tuple[float, float]:
    """Return the seconds that *command* took, and the megabytes that it had at most."""
    with TemporaryDirectory() as home:
        environment = {
            **server.environment,
            "HOME": home,
            "BBBKEEP_STATE": home,
            **(command.environment or {}),
        }
        start = time.perf_counter()
        process = subprocess.Popen(command.argv, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  # named above
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise NotMeasuredError(f"{command.name} ended with exit code {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def _bbbctl(folder: Path, server: Server) -> Command:
    name = "bbbctl (gets the first 1,000 only)"
    fetch = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "py"), _BBBCTL]
    if trouble := _trouble(fetch):
        return Command(name, trouble=trouble)
    environment = {
        "PYTHONPATH": str(folder / "py"),
        "BBBCTL_SERVER": server.url,
        "BBBCTL_SECRET": server.secret,
    }
    return Command(name, (sys.executable, "-m", "bbbctl", "record", "list"), environment)


def _javascript(folder: Path, server: Server) -> Command:  # noqa: ARG001  # as for the other
    name = "bigbluebutton-js (pages of 1,000)"
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return Command(name, trouble="not measured: there is no node or npm")
    fetch = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        _BIGBLUEBUTTON_JS,
    ]
    if trouble := _trouble(fetch):
        return Command(name, trouble=trouble)
    script = folder / "list.js"
    script.write_text(_SCRIPT, "utf-8")
    return Command(name, (node, str(script)))


def _trouble(fetch: Sequence[str]) -> str:
    done = subprocess.run(fetch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603  # above
    return f"not measured: it can't be fetched ({fetch[0].rpartition('/')[2]})" if done.returncode else ""


@contextmanager
def _server() -> Iterator[Server]:
    url, secret = os.environ.get("BBB_TEST_URL"), os.environ.get("BBB_TEST_SECRET")
    if url and secret:
        yield Server(url, secret, os.getpid())
    else:
        with standing_in(RECORDINGS, "bbblb") as server:
            yield server
