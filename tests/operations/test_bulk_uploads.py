"""Hundreds of files by the command itself, stopped and killed on the way: each is sent once, and all are there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from operations.keeping import SECRET, SRT, a_recording, an_id, sent
from started import PATIENCE, ended_with_the_test

from bbbkeep.standin.server import LocalServer

pytestmark = pytest.mark.long

MANY = 150


class Place:
    """A state folder and files for a server, and the command on them; its processes are put into *started*."""

    def __init__(self, server: LocalServer, folder: Path, started: "list[subprocess.Popen[str]]") -> None:
        self.server, self.files, self.started = server, folder / "files", started
        self.files.mkdir()
        for number in range(1, MANY + 1):
            (self.files / f"{an_id(number)}.de.srt").write_text(SRT, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BBB", "XDG"))}
        own = {"HOME": str(folder), "BBBKEEP_STATE": str(folder / "state")}
        self.environment = {**kept, **own, "BBB_URL": server.url, "BBB_SECRET": SECRET}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-m", "bbbkeep", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.started.append(process)
        return process

    def upload(self) -> "subprocess.Popen[str]":
        return self.start("captions", "upload", str(self.files), "--yes", "--json")

    def pending(self) -> set[str]:
        told = self.start("captions", "status", "--json").communicate(timeout=PATIENCE)[0]
        return {one["record_id"] for one in json.loads(told)["uploads"] if one["status"] == "pending"}


def stopped(place: Place, uploads: int, how: signal.Signals) -> int:
    """Start the upload, stop it once the server has got so many more files, and return its exit code."""
    before, got, until = len(sent(place.server)), 0, time.monotonic() + PATIENCE
    process = place.upload()
    while got < uploads:
        assert process.poll() is None
        assert time.monotonic() < until, f"{got} files in {PATIENCE:.0f} s"
        time.sleep(0.01)
        if len(sent(place.server)) - before > got:
            got, until = len(sent(place.server)) - before, time.monotonic() + PATIENCE
    process.send_signal(how)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def test_files_stopped_and_killed_on_their_way_go_up_once_each(tmp_path):
    with LocalServer(secret=SECRET, caption_delay=0.0) as server, ended_with_the_test() as started:
        server.state.add(*(a_recording(number) for number in range(1, MANY + 1)))
        place = Place(server, tmp_path, started)
        place.start("inventory", "--json").communicate(timeout=PATIENCE)

        # A busy machine sends the signal late: three times 20 leave room for more files than are counted.
        codes = [stopped(place, 20, how) for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)]
        last = place.upload()
        document = json.loads(last.communicate(timeout=PATIENCE)[0])

        assert codes == [130, 130, -signal.SIGKILL]
        assert last.returncode == 0, document
        assert {item["outcome"] for item in document["items"]} == {"verified"}
        assert set(Counter(one["recordID"] for one in sent(server)).values()) == {1}
        lacking = {
            an_id(number) for number in range(1, MANY + 1) if not server.state.text_tracks(an_id(number))
        }
        assert lacking == place.pending()
        assert len(lacking) <= 1  # whose request was about to go out: nobody knows, so it is waited for
