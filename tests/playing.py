"""A player in a real Chromium: shows a text track over a silent medium, and tells which cues it played.

The page hands what it saw to a local server, so that nothing depends on how
long a page takes.
"""

import io
import json
import shutil
import subprocess
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMIUM = shutil.which("chromium")
SECONDS = 60
_RATE = 8_000
_QUIET = b"\x80"

_PAGE = """<!doctype html><meta charset="utf-8">
<video id="v" muted preload="auto"><track id="t" kind="captions" src="/track.vtt" default></video>
<script>
const video = document.getElementById("v"), element = document.getElementById("t");
const once = (what, name) => new Promise((done, failed) => {
  what.addEventListener(name, done, {once: true});
  what.addEventListener("error", () => failed(new Error(name)), {once: true});
});
const html = (cue) => {
  const holder = document.createElement("div");
  holder.append(cue.getCueAsHTML());
  return holder.innerHTML;
};
const shown = (cue) => ({start: cue.startTime, end: cue.endTime, html: html(cue)});
async function play() {
  const ready = [once(element, "load"), once(video, "loadedmetadata")];
  element.track.mode = "showing";
  video.src = URL.createObjectURL(await (await fetch("/medium.wav")).blob());  // a blob can be sought in
  await Promise.all(ready);
  const listed = Array.from(element.track.cues), played = [];
  for (const cue of listed) {
    const there = once(video, "seeked");
    video.currentTime = (cue.startTime + cue.endTime) / 2;
    await there;
    for (let turn = 0; turn < 250 && !element.track.activeCues.length; turn++) {
      await new Promise((done) => setTimeout(done, 20));  // a player takes up a new place by and by
    }
    played.push(Array.from(element.track.activeCues, shown));
  }
  return {listed: listed.map(shown), played};
}
const tell = (what) => fetch("/seen", {method: "POST", body: JSON.stringify(what)});
play().then(tell, (error) => tell({error: String(error)}));
</script>"""


@dataclass(frozen=True)
class Cue:
    """A cue as the browser has it, its text as HTML."""

    start: float
    end: float
    html: str


@dataclass(frozen=True)
class Seen:
    """The cues of the track, and those that were active in the middle of each."""

    listed: list[Cue]
    played: list[list[Cue]]


def play(webvtt: bytes, folder: Path, *, seconds: int) -> Seen:
    """Play a track over *seconds* of silence in a browser whose profile lies in *folder*."""
    files = {
        "/": ("text/html", _PAGE.encode()),
        "/track.vtt": ("text/vtt", webvtt),
        "/medium.wav": ("audio/wav", _silence(seconds)),
    }
    with serving(files) as (address, answers), browser_at(address, folder):
        assert answers.there.wait(SECONDS), "the browser told nothing"
    found = json.loads(answers.told)
    assert "error" not in found, found
    return Seen(
        [Cue(**cue) for cue in found["listed"]], [[Cue(**cue) for cue in at] for at in found["played"]]
    )


def _silence(seconds: int) -> bytes:
    medium = io.BytesIO()
    with wave.open(medium, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(_RATE)
        file.writeframes(_QUIET * (_RATE * seconds))
    return medium.getvalue()


class _Answers:
    """What the page told."""

    def __init__(self) -> None:
        self.there, self.told = threading.Event(), b""


@contextmanager
def serving(files: dict[str, tuple[str, bytes]]) -> Iterator[tuple[str, _Answers]]:
    answers = _Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = files.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in files else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            answers.told = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            answers.there.set()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output free of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", answers
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def browser_at(address: str, folder: Path) -> Iterator[None]:
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    quiet = ["--autoplay-policy=no-user-gesture-required", "--mute-audio", f"--user-data-dir={folder}"]
    with subprocess.Popen(  # noqa: S603  # our own arguments, no shell
        [*command, *quiet, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as browser:
        try:
            yield
        finally:
            browser.terminate()
            try:
                browser.wait(10)
            except subprocess.TimeoutExpired:
                browser.kill()
