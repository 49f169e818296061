"""A page in a real Chromium that loads WebVTT texts as text tracks, and tells their cues as it took them in."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playing import SECONDS, browser_at, serving

_PAGE = """<!doctype html><meta charset="utf-8"><body></body><script>
function runs(node, marks) {
  if (node.nodeType === Node.TEXT_NODE) return [[node.data, marks]];
  const name = node.nodeName.toLowerCase();
  const within = ["b", "i", "u"].includes(name) ? [...marks, name] : marks;
  return [...node.childNodes].flatMap((child) => runs(child, within));
}
const told = (cue) => ({
  start_ms: Math.round(cue.startTime * 1000), end_ms: Math.round(cue.endTime * 1000),
  runs: runs(cue.getCueAsHTML(), []), line: cue.line, align: cue.align,
});
async function cues(address) {
  const video = document.body.appendChild(document.createElement("video"));
  const element = video.appendChild(document.createElement("track"));
  const loaded = new Promise((done) => { element.onload = () => done(true); element.onerror = () => done(false); });
  element.track.mode = "hidden";
  element.src = address;
  return (await loaded) ? [...element.track.cues].map(told) : null;
}
async function all(count) {
  const found = [];
  for (let at = 0; at < count; at++) found.push(await cues(`/${at}.vtt`));
  return found;
}
const tell = (what) => fetch("/seen", {method: "POST", body: JSON.stringify(what)});
all(COUNT).then(tell, (error) => tell({error: String(error)}));
</script>"""


def shown(texts: Sequence[str]) -> list[list[dict[str, Any]] | None]:
    """Return the cues that the browser has of each text; None where it refused to load one."""
    files = {f"/{at}.vtt": ("text/vtt", text.encode()) for at, text in enumerate(texts)}
    files["/"] = ("text/html", _PAGE.replace("COUNT", str(len(texts))).encode())
    with (
        tempfile.TemporaryDirectory(prefix="bbbkeep-browser-", ignore_cleanup_errors=True) as folder,
        serving(files) as (address, answers),
        browser_at(address, Path(folder)),
    ):
        assert answers.there.wait(SECONDS), "the browser told nothing"
    found = json.loads(answers.told)
    assert isinstance(found, list), found
    return found
