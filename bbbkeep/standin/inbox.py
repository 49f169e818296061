"""The caption inbox: uploads wait their turn, are converted one at a time, and appear or vanish.

No thread works on it: each request first lets in whatever is due by the
clock, so that a test which turns the clock sees what a patient viewer would.
"""

from collections.abc import Sequence

from bbbkeep.standin import conversion, ffmpeg
from bbbkeep.standin.recording import SeedTrack
from bbbkeep.standin.site import Site

_SLOW_SECONDS = 600.0


def leave(site: Site, record_id: str, track: SeedTrack, content: bytes) -> None:
    """Queue an uploaded file; it is worked on after those before it."""
    seconds = _SLOW_SECONDS if "slow-captions" in site.faults else site.caption_delay
    with site.state.lock:
        [(busy_until,)] = site.state.run("SELECT coalesce(max(due_ms), 0) FROM inbox")
        due = max(site.now_ms(), int(str(busy_until))) + int(seconds * 1000)
        site.state.run(
            "INSERT INTO inbox VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            record_id,
            track.kind,
            track.lang,
            track.label,
            content,
            due,
        )


def incorporate(site: Site) -> None:
    """Turn what is due into text tracks, oldest first."""
    if "dead-captions" in site.faults:
        return
    with site.state.lock:
        due = site.state.run("SELECT * FROM inbox WHERE due_ms <= ? ORDER BY number", site.now_ms())
        for row in due:
            if "stuck-captions" in site.faults and not _is_published(site, str(row[1])):
                return  # the service dies on it, is restarted, and dies on it again
            _work_on(site, row)
            site.state.run("DELETE FROM inbox WHERE number = ?", row[0])


def _is_published(site: Site, record_id: str) -> bool:
    recording = site.state.recording(record_id)
    return recording is not None and recording.state == "published"


def _work_on(site: Site, row: Sequence[object]) -> None:
    """Convert one file; a refused one leaves the old track in place and nobody is told."""
    _, record_id, kind, lang, label, content, _ = row
    convert = ffmpeg.convert if site.real_ffmpeg else conversion.convert
    webvtt = None if "rejecting-captions" in site.faults else convert(bytes(content))  # type: ignore[call-overload]  # a BLOB
    if webvtt is not None:
        site.state.put_track(str(record_id), SeedTrack(str(kind), str(lang), str(label), "upload", webvtt))
