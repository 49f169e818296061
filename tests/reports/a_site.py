"""Builders of a site's recordings and of a night's facts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bbbkeep.model import InventoryRow, KnownTracks, PlaybackFormat, Recording, TextTrack
from bbbkeep.reports.facts import Deed, Due, GuardFact, ReportFacts, RuleFact, SweepFact, Vanished
from bbbkeep.reports.figures import Tally
from bbbkeep.reports.totals import count

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
TOKEN_URL = "https://bbb.example.org/playback/x?token=0f1e2d3c"


def a_record_id(number: int) -> str:
    return f"{number:040x}-{1_700_000_000_000 + number}"


def a_recording(number: int = 1, *, days_old: float = 10, minutes: int = 60, **fields: Any) -> Recording:
    end = NOW - timedelta(days=days_old)
    known: dict[str, Any] = {
        "record_id": a_record_id(number),
        "meeting_id": f"room-{number}",
        "name": f"Lecture {number}",
        "state": "published",
        "published": True,
        "start": end - timedelta(minutes=minutes),
        "end": end,
        "start_status": "ok",
        "end_status": "ok",
        "participants": 12,
        "size_bytes": 250_000_000,
        "metadata": {},
        "formats": (PlaybackFormat("presentation", url=TOKEN_URL, length_minutes=minutes),),
    }
    return Recording(**known | fields)


def a_row(recording: Recording | None = None, **fields: Any) -> InventoryRow:
    return InventoryRow(recording or a_recording(**fields), NOW - timedelta(days=9), NOW, 7)


def facts(rows: Iterable[InventoryRow] = (), **fields: Any) -> ReportFacts:
    known: dict[str, Any] = {
        "server": "campus",
        "profile": "bbb30",
        "generated_at": NOW,
        "sweep": SweepFact(NOW - timedelta(minutes=12), NOW - timedelta(minutes=2), complete=True),
        "totals": count(rows, now=NOW),
        "version": "0.1.0",
        "holds": 0,
    }
    return ReportFacts(**known | fields)


def many_rows(count: int) -> Iterator[InventoryRow]:
    """Yield a site with every state, unknown sizes, and a history of six years."""
    states = ("published",) * 14 + ("unpublished",) * 4 + ("deleted", "processed")
    for number in range(count):
        state = states[number % len(states)]
        yield a_row(
            number=number,
            days_old=(number * 7919) % 2200 * (0.3 + 0.7 * (number % 7) / 7),
            minutes=20 + number % 150,
            state=state,
            published=state == "published",
            size_bytes=None if number % 6 == 0 else 40_000_000 + (number * 104_729) % 900_000_000,
        )


def with_langs(row: InventoryRow, *langs: str, asked_at: datetime = NOW) -> InventoryRow:
    """Return *row* with what its server said when it was asked for text tracks."""
    return replace(row, tracks=KnownTracks(tuple(TextTrack("captions", lang) for lang in langs), asked_at))


def asked(rows: Iterable[InventoryRow]) -> list[InventoryRow]:
    """Return *rows*, two thirds of which answered when they were asked for text tracks."""
    langs = (("de",), ("de", "en"), (), ("en",), (), ("pt-BR", "fr"), ())
    return [
        with_langs(row, *langs[number % len(langs)], asked_at=NOW - timedelta(days=number % 20))
        if number % 3
        else row
        for number, row in enumerate(rows)
    ]


def a_deed(number: int = 1, outcome: str = "verified", **fields: Any) -> Deed:
    known: dict[str, Any] = {
        "record_id": a_record_id(number),
        "name": f"Lecture {number}",
        "action": "delete",
        "outcome": outcome,
        "because": "older than 730 days",
        "rule": "old-lectures",
        "at": NOW - timedelta(minutes=1),
    }
    return Deed(**known | fields)


def a_due(number: int = 1, *, days: float = 5, **fields: Any) -> Due:
    known: dict[str, Any] = {
        "record_id": a_record_id(number),
        "name": f"Lecture {number}",
        "rule": "old-lectures",
        "action": "delete",
        "due": NOW + timedelta(days=days),
        "size_bytes": 250_000_000,
    }
    return Due(**known | fields)


def a_rule(rule: str = "old-lectures", due: tuple[int, ...] = (2, 3, 5, 8), **fields: Any) -> RuleFact:
    """Return a rule that takes so many recordings, of which the size of one in four is unknown."""
    within = tuple(Tally(count, count - count // 4, (count - count // 4) * 10**9) for count in due)
    return RuleFact(**{"rule": rule, "action": "delete", "within": within} | fields)


def a_vanished(number: int = 1, **fields: Any) -> Vanished:
    known: dict[str, Any] = {
        "record_id": a_record_id(number),
        "name": f"Lecture {number}",
        "last_seen": NOW - timedelta(days=2),
        "state": "published",
    }
    return Vanished(**known | fields)


def a_busy_night(count: int) -> ReportFacts:
    """Return a night on which there is something to show in every part of the page."""
    rows = asked(many_rows(count))
    outcomes = ["verified"] * 30 + ["unchanged"] * 5 + ["skipped"] * 4 + ["refused", "unverified", "failed"]
    return facts(
        rows,
        deeds=[a_deed(number, outcome) for number, outcome in enumerate(outcomes)]
        + [a_deed(90, "verified", action="upload captions", because="read back, 812 cues", rule="")],
        due=[
            a_due(number, days=number / 2 - 3, size_bytes=None if number % 4 == 0 else 10**9)
            for number in range(150)
        ]
        + [a_due(900, days=60, rule="drafts", action="unpublish")],
        rules=[
            a_rule(due=(84, 91, 119, 140), held=12, protected=4, newest=2, waiting=9),
            a_rule("drafts", (0, 0, 0, 1), action="unpublish"),
            a_rule(
                "exam-rehearsals-of-former-semesters",
                (0, 0, 0, 0),
                action="unpublish, then delete",
                doubtful=41,
                unknown={"end": 41, "metadata": 3},
            ),
        ],
        waiting=[
            "The retention plan of 23 November (84 deletions) waits for an approval: bbbkeep retention approve r-20261123"
        ],
        guards=[
            GuardFact("deletions a night", 100, 84, tripped=False),
            GuardFact("share of the inventory", "5 %", "1.7 %", tripped=False),
        ],
        anomalies={"missing": (41, ["Lecture 3", "Lecture 12"]), "future": (2, ["Lecture 9"])},
        holds=37,
        vanished=[a_vanished(5), a_vanished(6, name=None, state=None)],
        mode="This policy only reports: nothing is deleted until its mode is changed.",
    )
