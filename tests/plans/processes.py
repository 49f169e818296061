"""A server, a folder, and bbbkeep as processes of their own that can be killed and paused."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plans.bench import SECRET, a_recording
from started import PATIENCE, ended_with_the_test

from bbbkeep.ledger import events
from bbbkeep.ledger.schema import leases as lease_table
from bbbkeep.ledger.store import Ledger
from bbbkeep.standin.server import LocalServer

IDS = [f"{number:040x}-1700000000000" for number in range(1, 61)]
TARGETS = IDS[:6]
"""A tenth: otherwise the next listing would be a jump that a guard stops at."""

WRITES = {"publishRecordings", "deleteRecordings", "updateRecordings"}
POLICY = """\
mode: act
guards: {max_deletes: 50, max_share_percent: 100, reason: a test's site is small}
rules:
  - name: old
    action: delete
    when: {all: [{metadata: {key: doomed, equals: "yes"}}, {age: {from: end, over: 30d}}]}
"""


@dataclass
class Site:
    """A server with some latency, and a folder to work in."""

    server: LocalServer
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def start(self, *words: str, program: Sequence[str] = ("-m", "bbbkeep")) -> "subprocess.Popen[str]":
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, *program, *words],
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.started.append(process)
        return process

    def run(self, *words: str, program: Sequence[str] = ("-m", "bbbkeep")) -> tuple[int, Any]:
        process = self.start(*words, "--json", program=program)
        out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err
        return process.returncode, json.loads(out) if out else err

    def written(self) -> list[str]:
        """The recordings that requests named, one for each time."""
        asked = [params["recordID"] for _, call, params in self.server.requests if call in WRITES]
        return [one for ids in asked for one in ids.split(",")]

    def truth(self) -> list[Any]:
        return [self.server.state.recording(one) for one in IDS]

    def ledger(self) -> Ledger:
        return Ledger.open(self.folder / "state" / "ledger.sqlite3")

    def chain_holds(self) -> bool:
        with self.ledger() as ledger, ledger.read() as conn:
            return all(events.verify(conn, server) is None for server in events.servers(conn))

    def held(self) -> bool:
        with self.ledger() as ledger, ledger.read() as conn:
            return conn.execute(lease_table.select()).first() is not None


@contextmanager
def a_site(folder: Path) -> Iterator[Site]:
    with LocalServer(secret=SECRET, latency_ms=40) as server, ended_with_the_test() as started:
        metadata = {"category": "lecture", "doomed": "yes"}
        server.state.add(*(a_recording(one, metadata=metadata) for one in TARGETS))
        server.state.add(*(a_recording(one) for one in IDS if one not in TARGETS))
        (folder / "policy.yaml").write_text(POLICY)
        (folder / "bbbkeep.yaml").write_text(
            f"servers: {{main: {{url: '{server.url}', secret: {{env: S}}}}}}\npolicy: policy.yaml\nstate_dir: state\n"
        )
        rows = [f"{one},seat,{number}\n{one},category,seminar" for number, one in enumerate(TARGETS)]
        (folder / "edits.csv").write_text("\n".join(["record_id,key,value", *rows]) + "\n")
        known = {name: value for name, value in os.environ.items() if not name.startswith(("BBB", "XDG"))}
        yield Site(server, folder, {**known, "S": SECRET, "HOME": str(folder)}, started)


COMMANDS = {
    "metadata": ("metadata", "apply", "edits.csv", "--yes"),
    "retention": ("retention", "apply", "--yes"),
    "publish": ("publish", *TARGETS, "--yes"),
}


def prepare(site: Site, what: str) -> None:
    if what == "publish":
        for record_id in TARGETS:
            site.server.state.set_state(record_id, "unpublished")
    code, _ = site.run("inventory")
    assert code == 0
    if what == "retention":
        _, plan = site.run("retention", "plan")
        approval = site.start("retention", "approve", plan["plan_id"], "--reason", "test")
        approval.communicate(timeout=PATIENCE)
        assert approval.returncode == 0
