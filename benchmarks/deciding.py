"""Deciding beside reading the same recordings from the ledger, under a policy of 20 rules, and what it takes in memory.

More than half of the recordings are due: the first night of a site that never
deleted anything, on which there is most to decide.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bbbkeep.ledger import inventory, sweeps
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import InventoryRow, PlaybackFormat, Recording
from bbbkeep.retention.columns import CHUNK, chunks
from bbbkeep.retention.decide import History, decide
from bbbkeep.retention.forecast import Forecast
from bbbkeep.retention.load import loads_policy
from benchmarks.measure import Figure, NotMeasuredError

SMALL, LARGE = 100_000, 500_000
ROUNDS = 3
SERVER = "http://bbb.example.org/bigbluebutton/api"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_YEARS, _BATCH = 8, 5_000
_MOST_RATIO, _MOST_GROWTH = 1.0, 1.2

POLICY = """
mode: act
timezone: Europe/Berlin
protect:
  - {name: exams, when: {metadata: {category: exam}}}
  - {name: legal, when: {metadata: {key: legal-case, present: true}}}
  - {name: kept, when: {name: {glob: "*KEEP*"}}}
  - {name: public rooms, when: {meeting: {in: [room-1, room-2, room-3]}}}
rules:
  - {name: tests, action: delete, when: {age: {from: end, over: 30d}, metadata: {category: test}}}
  - {name: named tests, action: delete, when: {age: {from: end, over: 60d}, name: {glob: "[Test] *"}}}
  - {name: 7 years, action: delete, when: {age: {from: end, over: 7y}}}
  - {name: meetings, action: unpublish, when: {age: {from: end, over: 1y}, metadata: {category: meeting}, state: published}}
  - {name: old meetings, action: delete, when: {age: {from: end, over: 3y}, metadata: {category: meeting}, state: unpublished}}
  - {name: seminars, action: delete, when: {all: [{age: {from: start, over: 18mo}}, {metadata: {category: seminar}}, {not: {metadata: {key: keep, present: true}}}]}}
  - {name: before 2019, action: delete, when: {age: {from: end, before: 2019-01-01}, not: {metadata: {key: origin, equals: x}}}}
  - {name: greenlight, action: delete, when: {age: {from: end, over: 2y}, metadata: {key: bbb-origin, in: [Greenlight, greenlight]}}}
  - {name: courses, action: delete, when: {age: {from: end, over: 2y}, metadata: {key: bbb-context-name, glob: "Course 1?"}}}
  - {name: lectures, action: delete, when: {age: {from: end, over: 5y}, any: [{metadata: {category: lecture}}, {metadata: {category: colloquium}}]}}
  - {name: long known, action: unpublish, when: {age: {from: first_seen, over: 3y}, state: published}}
  - {name: drafts, action: delete, when: {age: {from: end, over: 4y}, name: {contains: draft}}}
  - {name: one room, action: delete, when: {age: {from: end, over: 26w}, meeting: {equals: room-777}}}
  - {name: guests, action: delete, when: {age: {from: end, over: 26w}, metadata: {key: owner, glob: "guest*"}}}
  - {name: trials, action: delete, when: {age: {from: end, over: 100d}, name: {in: [Trial, Probe, Demo]}}}
  - {name: exercises, action: delete, when: {age: {from: end, over: 1000d}, metadata: {key: series, present: false}, name: {contains: "Übung"}}}
  - {name: rare, action: delete, when: {all: [{age: {from: end, over: 1y}}, {any: [{name: {contains: x1}}, {name: {contains: x2}}, {metadata: {category: none}}]}]}}
  - {name: 6 years, action: delete, when: {age: {from: end, over: 6y}, state: published}}
  - {name: 9 years, action: delete, when: {age: {from: start, over: 9y}}}
  - {name: the rest, action: unpublish, when: {age: {from: end, over: 5y}, not: {any: [{state: unpublished}, {metadata: {category: lecture}}]}}}
"""


def deciding() -> Iterator[Figure]:
    """Measure the processor's time for a recording, beside reading it, and the most memory."""
    peaks = {}
    for size in (SMALL, LARGE):
        with TemporaryDirectory() as folder:
            ledger = Path(folder) / "ledger.sqlite3"
            fill(ledger, size)
            for what in ("decide", "forecast"):
                took = [_worked(what, ledger) for _ in range(ROUNDS)]
                ours, reading = (median(one[key] for one in took) * 1e6 / size for key in ("work", "read"))
                peaks[what, size] = max(one["peak_mb"] for one in took)
                said = {"decide": "deciding, 20 rules", "forecast": "forecasts for 4 days, 20 rules"}[what]
                limit = _MOST_RATIO if what == "decide" else None
                yield Figure(said, f"{size:,}", ours, "us each", "reading the ledger", reading, limit)
    for what in ("decide", "forecast"):
        large, small = peaks[what, LARGE], peaks[what, SMALL]
        beside = f"the same at {SMALL:,}"
        yield Figure(f"{what}, peak memory", f"{LARGE:,}", large, "MB", beside, small, _MOST_GROWTH)


def _worked(what: str, ledger: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.deciding", what, str(ledger)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # our own module
    if done.returncode:
        raise NotMeasuredError(f"{what} ended with exit code {done.returncode}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def fill(path: Path, count: int) -> None:
    """Fill a ledger with so many recordings of the past eight years."""
    source = random.Random(7)  # noqa: S311  # the same recordings in each run
    recordings = (a_recording(number, source) for number in range(count))
    with Ledger.open(path) as ledger:
        with ledger.write() as conn:
            sweep_id = sweeps.start(conn, SERVER, "all", NOW)
        while batch := list(islice(recordings, _BATCH)):
            with ledger.write() as conn:
                inventory.upsert(conn, SERVER, sweep_id, batch, NOW)


def a_recording(number: int, source: random.Random) -> Recording:
    """Make up a recording: one in 200 has no date, one in 500 no readable metadata, one in 100 is held."""
    start = NOW - timedelta(seconds=source.randrange(_YEARS * 365 * 86_400))
    end = start + timedelta(minutes=source.randrange(5, 180))
    dated = number % 200 != 0
    metadata = {
        "bbb-origin": "Moodle",
        "bbb-origin-server-name": "moodle.example.org",
        "bbb-context-name": f"Course {number % 3000}",
        "category": source.choice(("lecture", "test", "exam", "seminar", "meeting")),
        "owner": f"u{number % 900}@example.org",
        "isBreakout": "false",
        "meetingId": f"room-{number % 5000}",
        "meetingName": f"Lecture {number}",
    } | ({"bbbkeep-hold": "2027-01-01"} if number % 100 == 0 else {})
    return Recording(
        f"{source.getrandbits(160):040x}-{int(start.timestamp() * 1000)}",
        meeting_id=f"room-{number % 5000}",
        name=f"{source.choice(('[Test] room', 'Algebra', 'Übung Analysis', 'Seminar'))} {number}",
        state=source.choice(("published",) * 8 + ("unpublished", "processed")),
        published=True,
        start=start if dated else None,
        end=end if dated else None,
        start_status="ok" if dated else "missing",
        end_status="ok" if dated else "missing",
        participants=source.randrange(1, 80),
        size_bytes=None if number % 6 == 0 else source.randrange(10**7, 10**9),
        metadata=None if number % 500 == 0 else metadata,
        formats=(
            PlaybackFormat("presentation", f"https://bbb.example.org/playback/{number}", 60, 10**8),
            PlaybackFormat("video", f"https://bbb.example.org/playback/video/{number}", 60, 2 * 10**8),
        ),
    )


def _decide(rows: Iterator[InventoryRow]) -> None:
    policy = loads_policy(POLICY, Path("policy.yaml"))
    deque(decide(rows, policy, now=NOW, history=History()), maxlen=0)


def _forecast(rows: Iterator[InventoryRow]) -> None:
    policy = loads_policy(POLICY, Path("policy.yaml"))
    forecast = Forecast(policy, History(), NOW)
    for columns in chunks(rows, policy.zone, now=NOW):
        forecast.look(columns)


class _Clocked:
    """Rows of the ledger, with the processor's time that reading them takes; a chunk at a time, as they are judged.

    Reading and work take turns, so that a machine that slows down slows both.
    """

    def __init__(self, rows: Iterator[InventoryRow]) -> None:
        self._rows, self.seconds = rows, 0.0

    def __iter__(self) -> Iterator[InventoryRow]:
        while True:
            start = time.process_time()
            chunk = list(islice(self._rows, CHUNK))
            self.seconds += time.process_time() - start
            if not chunk:
                return
            yield from chunk


def main() -> None:
    """Read and work, and print what each took as JSON; the work is what it takes beyond reading."""
    work, path = {"decide": _decide, "forecast": _forecast}[sys.argv[1]], Path(sys.argv[2])
    with Ledger.open(path) as ledger, ledger.read() as conn:
        deque(islice(inventory.rows(conn, SERVER), CHUNK), maxlen=0)  # what is only done once
        rows = _Clocked(inventory.rows(conn, SERVER))
        start = time.process_time()
        work(iter(rows))
        both = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": rows.seconds, "work": both - rows.seconds, "peak_mb": peak}))  # noqa: T201  # its answer


if __name__ == "__main__":
    main()
