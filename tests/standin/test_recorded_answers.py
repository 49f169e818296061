"""Answers that real servers gave, and the local server's in their place."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from standin.calling import FORM, a_recording, ask_unsigned, signed

from bbbkeep.standin.recording import SeedFormat
from bbbkeep.standin.server import LocalServer

RECORDED = Path(__file__).parents[1] / "data" / "recorded"
KNOWN = "f3233ef55deb8708510dfb2e761b89593de0f273-1746584052179"
OTHERS = (
    "c6d3330979fda2209f2c6204b808cde8773e4f08-1718191683833",
    "67d9dfa06c5695049a7c33ab56c9a33fe0cf9ff1-1739207503025",
    "70af5cd53e91648efcc530f80875d0631f7db4e4-1772320829582",
)
METADATA = {
    "meetingName": "AAAA",
    "meetingId": "459f453eab16",
    "isBreakout": "false",
    "bbb-origin": "Canvas",
    "bbb-context": "law",
    "department": "physics & chem",
    "lang": "en",
    "retention": "keep",
    "gl-listed": "true",
}


FORMATS = (
    SeedFormat("presentation", 4_609_000, 290_600, 61_055_230),
    SeedFormat("video", 4_609_000, 678_625, 7_874_562),
)
FACTS = {
    "meeting_id": "459f453eab16",
    "name": "AAAA",
    "start_ms": 1_746_584_052_179,
    "end_ms": 1_746_588_661_179,
    "metadata": METADATA,
    "formats": FORMATS,
}
A_FORM = f"recordID={KNOWN}&meta_viapost=1"
SHOWN = ("caption-status", "Caption-Status", "department", "retention", "title", "batch")


@pytest.mark.parametrize(
    ("profile", "facts"),
    [
        ("scalelite", {"metadata": dict(sorted(METADATA.items()))}),
        ("bbblb", {}),
        ("recapi", {"formats": tuple(replace(one, length_ms=76) for one in FORMATS)}),
    ],
)
def test_a_recording_reads_as_recorded(profile: str, facts: dict[str, object]) -> None:
    expected = (RECORDED / f"{profile}-recording.xml").read_text(encoding="utf-8")
    with LocalServer(profile=profile) as server:
        server.state.add(a_recording(KNOWN, **{**FACTS, **facts}))
        text = ask_unsigned(server, "getRecordings", signed(server, "getRecordings", "", "sha1"))[1]

    assert without_urls(text) == without_urls(expected)


def without_urls(text: str) -> str:
    """Blank the addresses, which differ from server to server."""
    return re.sub("<url>.*?</url>", "<url/>", text)


def told(server: LocalServer, step: dict[str, object]) -> dict[str, object]:
    """Ask what was asked then, and say as much about the answer and the truth as was written down."""
    answer = asked(server, **{name: step[name] for name in ("method", "call", "query", "checksum")})
    recording = server.state.recording(KNOWN)
    facts = {
        "status": answer.status_code,
        "content_type": answer.headers.get("Content-Type"),
        "body": answer.text,
        "state": recording.state,
        "published": "true" if recording.is_published else "false",
        "metadata": {key: value for key, value in recording.metadata.items() if key in SHOWN},
        "mix": server.state.recording(OTHERS[1]).metadata.get("mix"),
    }
    return {name: fact for name, fact in facts.items() if name in step}


def asked(server: LocalServer, method: str, call: str, query: str, checksum: str) -> requests.Response:
    """Send a request with a checksum that is right, wrong, in capitals or missing, or for a strange host."""
    url, headers, body = f"{server.url}/{call}" if call else server.url, {"Accept-Encoding": ""}, None
    sent = signed(server, call, query, "sha1")
    if checksum == "form":
        headers["Content-Type"], body, sent = FORM, signed(server, call, A_FORM, "sha1"), ""
    if checksum in ("none", "wrong"):
        sent = query if checksum == "none" else f"{query}&checksum={'0' * 40}"
    if checksum == "upper":
        sent = sent.replace(sent[-40:], sent[-40:].upper())
    if checksum == "host":
        headers["Host"] = "other.example"
    return requests.request(
        method, f"{url}?{sent}", data=body, headers=headers, timeout=10, allow_redirects=False
    )


@pytest.mark.parametrize("profile", ["scalelite", "bbblb", "recapi"])
def test_a_conversation_goes_as_recorded(profile: str) -> None:
    steps = json.loads((RECORDED / f"{profile}-transcript.json").read_text(encoding="utf-8"))
    with LocalServer(profile=profile) as server:
        server.state.add(*(a_recording(one, **FACTS) for one in (KNOWN, *OTHERS)))
        for step in steps:
            facts = told(server, step)
            assert facts == {name: step[name] for name in facts}, step["case"]
