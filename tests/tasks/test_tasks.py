"""Each task hands its chunk to the core and brings back what fits into a message; no Prefect server is needed."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows_site import POLICY, SRT, Place, a_recording

from bbbkeep.errors import LeaseHeldError, PolicyError
from bbbkeep.ledger import leases, runs
from bbbkeep.operations.night import Night
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.plans.approving import approve
from bbbkeep.plans.begin import check
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef, open_site
from bbbkeep.standin.server import LocalServer
from tasks import captions, inventory, metadata, report, retention
from tasks import night as nights

EVERYTHING = Selection()
OLD_TEST, LECTURE = a_recording(1, 90, category="test"), a_recording(2, 10)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(caption_delay=0.0) as running:
        running.state.add(OLD_TEST, LECTURE)
        yield running


@pytest.fixture
def place(tmp_path: Path, server: LocalServer) -> Place:
    return Place(tmp_path, {"main": server.url}, server.secret)


def a_night(place: Place) -> Night:
    with open_site(place.ref()) as site:
        now = site.clock.now()
    return nights.begin_night.fn(place.ref(), "nightly", now)


def swept(ref: SiteRef, night: Night) -> tuple[int, str]:
    begun = inventory.begin_sweep.fn(ref, night)
    results = [
        one for part in begun.left for one in inventory.sweep_slice.fn(ref, night, begun.sweep_id, part)
    ]
    sealed = inventory.end_sweep.fn(ref, night, begun, results)
    return sealed.count, sealed.status


def approve_plan(ref: SiteRef, path: str) -> None:
    with open_site(ref) as site:
        now = site.clock.now()
        approve(site, check(site, Path(path), now=now), reason="", now=now)


def test_a_server_is_listed_slice_by_slice(place: Place) -> None:
    assert swept(place.ref(), a_night(place)) == (2, "complete")


def test_a_sheet_is_written_and_moved_aside(place: Place, server: LocalServer) -> None:
    ref, night = place.ref(), a_night(place)
    swept(ref, night)
    place.lay("sheets", "names.csv", f"record_id,key,value\n{LECTURE.record_id},presenter,Ada\n")

    [sheet] = metadata.waiting_sheets.fn(ref, night)
    plan = metadata.plan_sheet.fn(ref, night, sheet, EVERYTHING)
    run = metadata.begin_sheet.fn(ref, night, plan)
    written = [metadata.write_chunk.fn(ref, run, numbers) for numbers in plan.chunks()]
    given_up = metadata.finish_sheet.fn(ref, run, sheet)

    assert (written, given_up) == ([1], 0)
    assert server.state.recording(LECTURE.record_id).metadata["presenter"] == "Ada"
    assert metadata.waiting_sheets.fn(ref, night) == []


def test_a_caption_file_becomes_a_track(place: Place, server: LocalServer) -> None:
    ref, night = place.ref(), a_night(place)
    swept(ref, night)
    place.lay("captions", f"{LECTURE.record_id}.en.srt", SRT)

    files = captions.waiting_captions.fn(ref, night)
    prepared = captions.convert_chunk.fn(ref, night, files)
    plan = captions.plan_captions.fn(ref, night, prepared, EVERYTHING)
    run = captions.begin_captions.fn(ref, night, plan)
    for numbers in plan.chunks():
        captions.send_chunk.fn(ref, night, run, numbers)

    assert captions.finish_captions.fn(ref, night, run) == 1
    assert [one.lang for one in server.state.recording(LECTURE.record_id).tracks] == ["en"]


def test_a_run_that_is_broken_off_accounts_for_what_nobody_came_to(place: Place) -> None:
    ref, night = place.ref(), a_night(place)
    swept(ref, night)
    place.lay("captions", f"{LECTURE.record_id}.en.srt", SRT)
    prepared = captions.convert_chunk.fn(ref, night, captions.waiting_captions.fn(ref, night))
    plan = captions.plan_captions.fn(ref, night, prepared, EVERYTHING)
    run = captions.begin_captions.fn(ref, night, plan)

    left = captions.break_off.fn(ref, run)

    with place.ledger() as ledger, ledger.read() as conn:
        [outcome] = runs.outcomes(conn, run.run_id)
    assert left == 1
    assert (outcome.outcome, outcome.because) == ("skipped", "the run stopped before it")


def test_retention_waits_then_deletes(place: Place, server: LocalServer) -> None:
    ref, night = place.ref(), a_night(place)
    swept(ref, night)

    plan, waiting = retention.plan_retention.fn(ref, night, EVERYTHING)
    approve_plan(ref, plan.path)
    plan, ready = retention.plan_retention.fn(ref, night, EVERYTHING)
    run = retention.begin_retention.fn(ref, night, plan)
    for numbers in plan.chunks():
        retention.retain_chunk.fn(ref, night, run, numbers)

    assert (waiting.ready, ready.ready) == (False, True)
    assert retention.finish_retention.fn(ref, run) == 1
    assert nights.reread_changed.fn(ref, night) == 1
    assert server.state.recording(OLD_TEST.record_id).state == "deleted"


def test_without_a_policy_nothing_is_planned(place: Place) -> None:
    text = place.config.read_text(encoding="utf-8")
    place.config.write_text(text.replace("policy: policy.yaml\n", ""), encoding="utf-8")

    assert retention.plan_retention.fn(place.ref(), a_night(place), EVERYTHING) is None


def test_a_night_under_a_wrong_policy_does_not_begin(place: Place, server: LocalServer) -> None:
    (place.folder / "policy.yaml").write_text(POLICY.replace("act", "perhaps", 1), encoding="utf-8")

    with pytest.raises(PolicyError):
        a_night(place)

    assert server.requests == []


def test_a_second_night_does_not_begin_before_the_first_ends(place: Place) -> None:
    first = a_night(place)
    with pytest.raises(LeaseHeldError):
        a_night(place)

    ended = nights.end_night.fn(place.ref(), first, Summary("main", problems=[Problem("sweep", "no", 6)]))

    assert ended.exit == 6
    assert a_night(place).token != first.token


def a_lost_night(place: Place, server: LocalServer) -> Night:
    night = a_night(place)
    with place.ledger() as ledger, ledger.write() as conn:
        leases.release(conn, server.url, night.token)
    return night


@pytest.mark.parametrize(
    "take",
    [
        pytest.param(inventory.begin_sweep.fn, id="a sweep"),
        pytest.param(metadata.waiting_sheets.fn, id="metadata"),
        pytest.param(captions.waiting_captions.fn, id="captions"),
        pytest.param(lambda ref, night: captions.convert_chunk.fn(ref, night, []), id="a conversion"),
        pytest.param(nights.reread_changed.fn, id="a second look"),
        pytest.param(lambda ref, night: retention.plan_retention.fn(ref, night, EVERYTHING), id="retention"),
    ],
)
def test_a_night_that_lost_its_lease_goes_no_further(take, place: Place, server: LocalServer) -> None:
    night = a_lost_night(place, server)

    with pytest.raises(LeaseHeldError):
        take(place.ref(), night)

    assert server.requests == []


def test_the_report_needs_no_server(place: Place, server: LocalServer) -> None:
    night = a_night(place)

    reports = report.write_report.fn(place.ref(), night.now, ["a plan waits"], Selection())

    assert "a plan waits" in reports.page.read_text(encoding="utf-8")
    assert server.requests == []


def test_what_tasks_hand_on_pickles_and_holds_no_secret(place: Place, server: LocalServer) -> None:
    ref, night = place.ref(), a_night(place)
    begun = inventory.begin_sweep.fn(ref, night)

    handed_on = pickle.dumps([ref, night, begun])

    assert pickle.loads(handed_on) == [ref, night, begun]  # noqa: S301  # our own
    assert server.secret.encode() not in handed_on
