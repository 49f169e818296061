"""Uploads killed at any step: resumed, and the nights after, all is as without the crash."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_clock import FakeClock
from operations.keeping import (
    SECRET,
    a_caption_file,
    a_recording,
    a_site,
    an_id,
    plan_captions,
    send_captions,
    sweep,
    turn,
    upload_captions,
)
from plans.crashing import KilledError, MortalLedger
from sqlalchemy import update

from bbbkeep.ledger import events, runs, uploads
from bbbkeep.ledger.schema import leases
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.operations.resuming import go_on
from bbbkeep.site import Site
from bbbkeep.standin.server import LocalServer

pytestmark = pytest.mark.long

SOME = (1, 2)
NIGHTS = 3


def prepared(server: LocalServer, site: Site) -> PlanRef:
    server.state.add(*(a_recording(number) for number in (*SOME, 3)))
    sweep(site)
    for number in SOME:
        a_caption_file(site, an_id(number))
    return plan_captions(site)


def state(server: LocalServer, site: Site) -> tuple[list[Any], dict[str, str]]:
    tracks = [
        (one.kind, one.lang, one.webvtt) for number in SOME for one in server.state.text_tracks(an_id(number))
    ]
    with site.ledger.read() as conn:
        return tracks, {one.record_id: one.status for one in uploads.listing(conn, site.key)}


def go_on_after(site: Site, plan: PlanRef) -> None:
    """Resume what was begun; begin what was not."""
    with site.ledger.write() as conn:
        conn.execute(update(leases).values(started="1"))
        begun = runs.listing(conn, 1)
    if not begun:
        send_captions(site, plan)
    elif begun[0].finished_at is None:
        go_on(site, begun[0].run_id, now=site.clock.now())


def a_night(site: Site, clock: FakeClock) -> None:
    turn(clock, days=1)
    sweep(site)
    upload_captions(site)


def without_a_crash() -> tuple[Any, int]:
    clock = FakeClock()
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalServer(secret=SECRET, clock=clock) as server,
        a_site(server, clock, Path(folder)) as site,
    ):
        plan = prepared(server, site)
        ledger = MortalLedger(site.ledger, 10_000, durable=True)
        send_captions(replace(site, ledger=ledger), plan)  # type: ignore[arg-type]
        return state(server, site), ledger.writes


def test_after_a_crash_at_any_step_of_an_upload_all_is_as_without_it():
    expected, writes = without_a_crash()
    assert list(expected[1].values()) == ["verified"] * len(SOME)
    assert writes > 6

    for step in range(1, writes + 1):
        for durable in (False, True):
            clock = FakeClock()
            with (
                tempfile.TemporaryDirectory() as folder,
                LocalServer(secret=SECRET, clock=clock) as server,
                a_site(server, clock, Path(folder)) as site,
            ):
                plan = prepared(server, site)
                dying = replace(site, ledger=MortalLedger(site.ledger, step, durable=durable))  # type: ignore[arg-type]
                with pytest.raises(KilledError):
                    send_captions(dying, plan)
                go_on_after(site, plan)
                for _ in range(NIGHTS):
                    a_night(site, clock)

                assert state(server, site) == expected, (step, durable)
                with site.ledger.read() as conn:
                    assert events.verify(conn, site.key) is None
                sent = [
                    asked["recordID"] for _, call, asked in server.requests if call == "putRecordingTextTrack"
                ]
                assert sorted(sent) == sorted(an_id(number) for number in SOME), (step, durable)
