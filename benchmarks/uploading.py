"""What caption files cost over the bare requests that put them there and look: conversion, ledger, comparing.

The peer sends each file, then lists and downloads each track until it is
there; it converts nothing, keeps nothing, and compares nothing.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import requests

from bbbkeep.ledger import inventory
from bbbkeep.operations import captions
from bbbkeep.operations.caption_files import prepare
from bbbkeep.operations.caption_folder import caption_files
from bbbkeep.operations.chunks import cut
from bbbkeep.selection import Selection
from bbbkeep.site import Site
from benchmarks.measure import Figure, NotMeasuredError
from benchmarks.processes import Server, standing_in
from benchmarks.writing import opened

FILES, LATENCY_MS, CUES = 300, 20, 200
_OURS, _THEIRS = "de", "fr"  # no recording of the local server has such a track
_PAUSE = 0.5


def uploading() -> Iterator[Figure]:
    """Measure files from the folder to tracks that were read back."""
    with (
        standing_in(FILES + FILES // 5, "bbb30", latency_ms=LATENCY_MS) as server,
        opened(server) as site,
    ):
        record_ids = _published(site)
        theirs = _bare(server, record_ids)
        ours = _uploaded(site, record_ids)
        yield Figure("caption files uploaded", f"{len(record_ids):,}", ours, "s", "bare requests", theirs)


def _published(site: Site) -> list[str]:
    with site.ledger.read() as conn:
        found = [row.recording.record_id for row in inventory.rows(conn, site.key, states=("published",))]
    return found[:FILES]


def _uploaded(site: Site, record_ids: Sequence[str]) -> float:
    folder = site.settings.state_dir / "files"
    folder.mkdir()
    for number, record_id in enumerate(record_ids):
        (folder / f"{record_id}.{_OURS}.srt").write_text(_srt(number), encoding="utf-8")
    start = time.perf_counter()
    _carried_out(site, folder)
    return time.perf_counter() - start


def _carried_out(site: Site, folder: Path) -> None:
    prepared = [one for chunk in cut(caption_files(site, [folder])) for one in prepare(site, chunk)]
    plan = captions.plan_captions(site, prepared, Selection(), now=site.clock.now())
    run = captions.begin_captions(site, plan, now=site.clock.now())
    for numbers in plan.chunks():
        captions.send_chunk(site, run, numbers, now=site.clock.now())
    outcomes = captions.finish_captions(site, run, now=site.clock.now())
    if {one.outcome for one in outcomes} != {"verified"}:
        raise NotMeasuredError("not every track was verified")


def _bare(server: Server, record_ids: Sequence[str]) -> float:
    start = time.perf_counter()
    with requests.Session() as session:
        for number, record_id in enumerate(record_ids):
            put = {"recordID": record_id, "kind": "captions", "lang": _THEIRS}
            file = {"file": ("captions.srt", _srt(number))}
            answer = session.post(_signed(server, "putRecordingTextTrack", put), files=file, timeout=60)
            if "upload_text_track_success" not in answer.text:
                raise NotMeasuredError("the local server refused a bare upload")
        for record_id in record_ids:
            _looked_at(session, server, record_id)
    return time.perf_counter() - start


def _looked_at(session: requests.Session, server: Server, record_id: str) -> None:
    while True:
        address = _signed(server, "getRecordingTextTracks", {"recordID": record_id})
        listed = session.get(address, timeout=60).json()["response"].get("tracks", ())
        for track in listed:
            if track["lang"] == _THEIRS:
                session.get(track["href"], timeout=60).raise_for_status()
                return
        time.sleep(_PAUSE)


def _signed(server: Server, call: str, parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    checksum = hashlib.sha256(f"{call}{query}{server.secret}".encode()).hexdigest()
    return f"{server.url}/{call}?{query}&checksum={checksum}"


def _srt(number: int) -> str:
    return "".join(
        f"{cue + 1}\n{_stamp(4 * cue)} --> {_stamp(4 * cue + 3)}\nLine {cue} of talk {number} & more\n\n"
        for cue in range(CUES)
    )


def _stamp(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02},000"
