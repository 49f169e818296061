"""A site for the flows: recordings of a given age, bbbkeep.yaml and the drop folders."""

import hashlib
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bbbkeep.clock import SystemClock
from bbbkeep.ledger.store import Ledger
from bbbkeep.site import SiteRef
from bbbkeep.standin.recording import SeedRecording

POLICY = """\
mode: act
guards: {max_deletes: 5, max_share_percent: 60, reason: a small site}
rules:
  - name: old tests
    action: delete
    when:
      all:
        - metadata: {key: category, equals: test}
        - age: {from: end, over: 30d}
"""
SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"


def a_recording(number: int, days_old: int, **metadata: str) -> SeedRecording:
    ended = SystemClock().now() - timedelta(days=days_old)
    end_ms = int(ended.timestamp() * 1000)
    start_ms = end_ms - 3_600_000
    room = hashlib.sha1(f"room {number}".encode(), usedforsecurity=False).hexdigest()
    return SeedRecording(
        record_id=f"{room}-{start_ms}",
        meeting_id=f"room {number}",
        name=f"Lecture {number}",
        start_ms=start_ms,
        end_ms=end_ms,
        participants=9,
        metadata={"category": "lecture", **metadata},
    )


class Place:
    """A folder with bbbkeep.yaml, a policy and the drop folders of one or more servers."""

    def __init__(self, folder: Path, servers: Mapping[str, str], secret: str, policy: str = POLICY) -> None:
        self.folder, self.config, self.state_dir = folder, folder / "bbbkeep.yaml", folder / "state"
        self.several = len(servers) > 1
        (folder / "secret").write_text(secret, encoding="utf-8")
        (folder / "policy.yaml").write_text(policy, encoding="utf-8")
        entries = "".join(
            f"  {name}:\n    url: {url}\n    secret: {{file: {folder / 'secret'}}}\n"
            for name, url in servers.items()
        )
        folders = "state_dir: state\ncaptions_dir: captions\nsheets_dir: sheets\nreports_dir: reports\n"
        text = f"servers:\n{entries}policy: policy.yaml\n{folders}captions: {{deadline_minutes: 1}}\n"
        self.config.write_text(text, encoding="utf-8")

    def ref(self, server: str = "main") -> SiteRef:
        return SiteRef(server, str(self.config), str(self.state_dir))

    def path(self, kind: str, name: str, server: str = "main") -> Path:
        """Return the path of a file in a server's folder: below its name where there are several."""
        return self.folder / kind / (server if self.several else "") / name

    def lay(self, kind: str, name: str, text: str, server: str = "main") -> None:
        path = self.path(kind, name, server)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (0, 0))  # a file that was just written is waited for

    def ledger(self) -> Ledger:
        return Ledger.open(self.state_dir / "ledger.sqlite3")

    @property
    def parameters(self) -> dict[str, str]:
        return {"config": str(self.config), "state_dir": str(self.state_dir)}
