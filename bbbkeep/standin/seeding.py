"""The seeded site: a university's recordings over four years, the same for the same seed and day.

Shares are dealt from shuffled decks of a hundred, so that a small site has
its odd recordings too.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bbbkeep.standin.names import DEPARTMENTS, LIVE_LINES, ODD_NAMES, SLIDES
from bbbkeep.standin.recording import SeedFormat, SeedRecording, SeedTrack

_DAYS = 4 * 365
_SIZES_SINCE_DAYS = 900  # BigBlueButton 2.3 began to print sizes
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_STATES = {"published": 90, "unpublished": 7, "deleted": 2, "processing": 0.5, "processed": 0.5}
_CATEGORIES = {"lecture": 50, "seminar": 30, "test": 5, "meeting": 15}
_MINUTES = {"lecture": (70, 100), "seminar": (40, 95), "test": (0, 6), "meeting": (8, 70)}
_PROTECTED = ("0", "1")
_OPTIONAL_FORMATS = {"video": 0.45, "podcast": 0.2, "notes": 0.15, "statistics": 0.1}
_BYTES_PER_MINUTE = {
    "presentation": 1_900_000,
    "video": 7_400_000,
    "podcast": 480_000,
    "notes": 900,
    "statistics": 600,
}


@dataclass(frozen=True, slots=True)
class _Room:
    """What the recordings of one meeting ID share."""

    meeting_id: str
    name: str
    department: str
    course: str
    course_id: int
    front_end: str


def seeded(count: int, seed: int, now: datetime) -> Iterator[SeedRecording]:
    """Yield *count* recordings that end before the UTC day of *now*."""
    rng = Random(seed)  # noqa: S311  # reproducible, not secret
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    states, categories = _deck(rng, _STATES), _deck(rng, _CATEGORIES)
    traits = _deck(rng, {name: share for name, (share, _) in _TRAITS.items()})
    rooms = _rooms(rng)
    for room, _ in zip(rooms, range(count), strict=False):
        days = rng.randrange(1, _DAYS)
        plain = _recording(rng, room, midnight - timedelta(days=days), next(categories), days)
        shape = _TRAITS[next(traits)][1]
        yield shape(rng, replace(plain, state=next(states)))


def _deck(rng: Random, shares: Mapping[str, float]) -> Iterator[str]:
    """Deal names for ever, each as often in two hundred as its percentage says."""
    cards = [name for name, percent in shares.items() for _ in range(round(percent * 2))]
    while True:
        rng.shuffle(cards)
        yield from cards


def _rooms(rng: Random) -> Iterator[_Room]:
    """Yield a room for each recording; a room has some of them."""
    number = 0
    while True:
        number += 1
        room = _room(rng, number)
        for _ in range(rng.randint(1, 12)):
            yield room


def _room(rng: Random, number: int) -> _Room:
    department = rng.choice(sorted(DEPARTMENTS))
    course = rng.choice(DEPARTMENTS[department])
    front_end = rng.choices(("moodle", "greenlight", "bare"), (65, 30, 5))[0]
    token = hashlib.sha1(f"{rng.random()}/{number}".encode(), usedforsecurity=False).hexdigest()
    meeting_id = {
        "moodle": f"{token}-{number}-1",
        "greenlight": f"{token[:3]}-{token[3:6]}-{token[6:9]}-{number:x}",
        "bare": f"{course} {number}",
    }[front_end]
    name = course if front_end == "bare" else f"{course}, group {rng.randint(1, 6)}"
    return _Room(meeting_id, name, department, course, 1000 + number, front_end)


def _recording(rng: Random, room: _Room, day: datetime, category: str, days: int) -> SeedRecording:
    length_ms = rng.randint(*_MINUTES[category]) * _MINUTE_MS + rng.randrange(_MINUTE_MS)
    start_ms = int(day.timestamp() * 1000) + rng.randrange(7 * _DAY_MS // 24, 19 * _DAY_MS // 24)
    sized = days < _SIZES_SINCE_DAYS
    hashed = hashlib.sha1(room.meeting_id.encode(), usedforsecurity=False).hexdigest()
    return SeedRecording(
        record_id=f"{hashed}-{start_ms}",
        meeting_id=room.meeting_id,
        name=room.name,
        start_ms=start_ms,
        end_ms=start_ms + length_ms + rng.randrange(5 * _MINUTE_MS),
        participants=rng.randint(2, 180 if category == "lecture" else 25),
        metadata=_metadata(rng, room, category),
        formats=_formats(rng, length_ms, sized=sized),
        raw_size=length_ms // _MINUTE_MS * 11_000_000 + rng.randrange(9_000_000) if sized else None,
        protected=hashed.startswith(_PROTECTED),
    )


def _metadata(rng: Random, room: _Room, category: str) -> dict[str, str]:
    by_scripts = {"meetingId": room.meeting_id, "meetingName": room.name, "isBreakout": "false"}
    ours = {"department": room.department, "category": category, "lang": rng.choice(("en", "de", "fr"))}
    return {**_front_end_metadata(room), **ours, **by_scripts}


def _front_end_metadata(room: _Room) -> dict[str, str]:
    if room.front_end == "moodle":
        return {
            "bbb-context": room.course,
            "bbb-context-id": str(room.course_id),
            "bbb-context-label": f"{room.department[:3].upper()}{room.course_id}",
            "bbb-origin": "Moodle",
            "bbb-origin-server-name": "moodle.example.org",
            "bbb-origin-tag": "moodle-mod_bigbluebuttonbn (2024042200)",
            "bbb-origin-version": "4.4 (Build: 20240422)",
            "bbb-recording-description": "",
            "bbb-recording-name": room.name,
            "bbb-recording-tags": "",
        }
    if room.front_end == "greenlight":
        return {
            "bbb-origin": "greenlight",
            "bbb-origin-server-name": "rooms.example.org",
            "bbb-origin-version": "3",
            "endcallbackurl": f"https://rooms.example.org/meeting_ended?room={room.course_id}",
            "gl-listed": "false",
        }
    return {}


def _formats(rng: Random, length_ms: int, *, sized: bool) -> tuple[SeedFormat, ...]:
    optional = [name for name, share in _OPTIONAL_FORMATS.items() if rng.random() < share]
    types = ("presentation", *optional[:3])
    previews = tuple(rng.sample(SLIDES, rng.randint(0, 3)))
    return tuple(
        SeedFormat(
            type=name,
            length_ms=length_ms,
            processing_ms=rng.randrange(5_000, 900_000),
            size=_size(rng, name, length_ms) if sized else None,
            previews=previews if name == "presentation" else (),
        )
        for name in types
    )


def _size(rng: Random, name: str, length_ms: int) -> int:
    return 20_000 + int(_BYTES_PER_MINUTE[name] * (length_ms / _MINUTE_MS) * rng.uniform(0.6, 1.5))


def _undated(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # the shape of a trait
    return replace(recording, start_ms=0, end_ms=0)


def _on_hold(rng: Random, recording: SeedRecording) -> SeedRecording:
    hold = {"bbbkeep-hold": f"case-{rng.randint(100, 999)}"}
    return replace(recording, metadata={**recording.metadata, **hold})


def _without_meeting(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # same
    return replace(recording, knows_meeting=False)


def _oddly_named(rng: Random, recording: SeedRecording) -> SeedRecording:
    name = rng.choice(ODD_NAMES)
    return replace(recording, name=name, metadata={**recording.metadata, "meetingName": name})


def _with_nobody(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # same
    return replace(recording, participants=0)


def _breakout(rng: Random, recording: SeedRecording) -> SeedRecording:
    return replace(
        recording,
        is_breakout=True,
        parent_id=recording.meeting_id,
        sequence=rng.randint(1, 8),
        metadata={**recording.metadata, "isBreakout": "true"},
    )


def _rewritten(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # same
    return replace(recording, rewritten=True)


def _with_live_track(rng: Random, recording: SeedRecording) -> SeedRecording:
    times = [f"{minute:02}:{rng.randrange(10, 50)}.000" for minute in range(len(LIVE_LINES) + 1)]
    cues = (f"\n{a} --> {b}\n{text}\n" for a, b, text in zip(times, times[1:], LIVE_LINES, strict=False))
    return replace(recording, tracks=(SeedTrack(webvtt="WEBVTT\n" + "".join(cues)),))


def _imported(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # same
    return replace(recording, has_captions_list=False)


def _plain(rng: Random, recording: SeedRecording) -> SeedRecording:  # noqa: ARG001  # same
    return recording


_TRAITS: dict[str, tuple[float, Callable[[Random, SeedRecording], SeedRecording]]] = {
    "plain": (70, _plain),
    "undated": (1, _undated),
    "on hold": (1, _on_hold),
    "without meeting": (2, _without_meeting),
    "oddly named": (4, _oddly_named),
    "with nobody": (3, _with_nobody),
    "breakout": (3, _breakout),
    "rewritten": (9, _rewritten),
    "with a live track": (6, _with_live_track),
    "imported": (1, _imported),
}
"""Trait -> in how many of a hundred recordings it shows, and what it does to one."""
