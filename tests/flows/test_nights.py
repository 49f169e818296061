"""Three nights over a real connection, through Prefect: what an administrator is promised."""

import pytest
from flows_site import POLICY, SRT, Place, a_recording
from prefect import State

from bbbkeep.operations.night_notices import message_of
from bbbkeep.operations.summary import Summary
from bbbkeep.plans.approving import approve
from bbbkeep.plans.begin import check
from bbbkeep.site import open_site
from bbbkeep.standin.server import LocalServer
from flows.nightly import nightly

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]

OLD_TEST, HELD, NEW, LECTURE = (
    a_recording(1, 90, category="test"),
    a_recording(2, 90, category="test"),
    a_recording(3, 2, category="test"),
    a_recording(4, 400),
)


def a_night(place: Place, **parameters: str) -> tuple[State, list[Summary]]:
    state = nightly(**place.parameters, **parameters, return_state=True)
    return state, state.result(raise_on_failure=False)


def approve_the_latest(place: Place) -> None:
    with open_site(place.ref()) as site:
        now = site.clock.now()
        path = max(site.plans_dir.glob("retention-*.json"), key=lambda one: one.stat().st_mtime_ns)
        approve(site, check(site, path, now=now), reason="looked at", now=now)


def test_a_plan_waits_is_approved_and_done_once(place: Place, server: LocalServer) -> None:
    server.state.add(OLD_TEST, HELD, NEW, LECTURE)
    place.lay("sheets", "a-broken.csv", "nonsense\n")
    place.lay("sheets", "b-holds.csv", f"record_id,key,value\n{HELD.record_id},bbbkeep-hold,case 7\n")
    place.lay("captions", f"{LECTURE.record_id}.en.srt", SRT)

    first, [corrected] = a_night(place)
    states_between = {one: server.state.recording(one).state for one in server.state.record_ids()}
    place.path("sheets", "a-broken.csv").unlink()
    approve_the_latest(place)
    second, [deleted] = a_night(place)
    written = len(server.writes)
    third, [idle] = a_night(place)

    assert first.is_failed(), "a sheet that can't be read is not passed over in silence"
    assert (corrected.exit, corrected.complete, corrected.recordings) == (2, True, 4)
    assert corrected.outcomes == {"set_metadata": {"verified": 1}, "upload_text_track": {"verified": 1}}
    assert "nobody approved yet" in corrected.waiting[0]
    assert set(states_between.values()) == {"published"}
    assert second.is_completed()
    assert deleted.outcomes == {"delete": {"verified": 1}}
    assert server.state.recording(OLD_TEST.record_id).state == "deleted"
    assert server.state.recording(HELD.record_id).state == "published"
    assert third.is_completed()
    assert (idle.outcomes, idle.problems, len(server.writes)) == ({}, [], written)
    assert place.path("reports", "report.html").is_file()


@pytest.mark.long
def test_ten_late_nights_do_one_nights_work(place: Place, server: LocalServer) -> None:
    server.state.add(OLD_TEST, HELD, NEW, LECTURE)
    place.lay("sheets", "holds.csv", f"record_id,key,value\n{HELD.record_id},bbbkeep-hold,case 7\n")
    place.lay("captions", f"{LECTURE.record_id}.en.srt", SRT)
    a_night(place)
    approve_the_latest(place)
    place.lay("sheets", "names.csv", f"record_id,key,value\n{LECTURE.record_id},presenter,Ada\n")
    _, [worked] = a_night(place)
    written = list(server.writes)

    late = [a_night(place)[1][0] for _ in range(10)]

    assert worked.outcomes == {"delete": {"verified": 1}, "set_metadata": {"verified": 1}}
    assert [(one.exit, one.outcomes) for one in late] == [(0, {})] * 10
    assert server.writes == written


def test_a_key_that_no_recording_ever_had_is_named_to_whoever_should_know(
    place: Place, server: LocalServer
) -> None:
    server.state.add(OLD_TEST, NEW)
    policy = f"{POLICY}protect: [{{name: exams, when: {{metadata: {{categroy: exam}}}}}}]\n"
    (place.folder / "policy.yaml").write_text(policy, encoding="utf-8")

    state, [summary] = a_night(place)

    said = "no recording ever had metadata categroy, by which protection exams keeps"
    notice = message_of(summary)
    assert state.is_completed(), "waiting for a person is no failure"
    assert (summary.exit, server.writes) == (0, [])
    assert said in summary.waiting[0]
    assert notice is not None
    assert said in notice.text
    assert said in place.path("reports", "report.html").read_text(encoding="utf-8")


def test_a_wrong_secret_makes_a_failed_run_that_names_the_setting(tmp_path, server: LocalServer) -> None:
    place = Place(tmp_path, {"main": server.url}, "not the secret")

    state, [summary] = a_night(place)

    assert state.is_failed()
    assert summary.exit == 8
    assert "BBB_SECRET" in state.message
    assert "not the secret" not in repr(state)


def test_a_server_that_is_down_leaves_the_other_its_night(tmp_path, server: LocalServer) -> None:
    server.state.add(OLD_TEST, LECTURE)
    place = Place(
        tmp_path, {"down": "http://127.0.0.1:9/bigbluebutton/api", "main": server.url}, server.secret
    )
    place.lay("sheets", "names.csv", f"record_id,key,value\n{LECTURE.record_id},presenter,Ada\n")

    state, [down, kept] = a_night(place)

    assert state.is_failed()
    assert state.message == f"down: exit 9: {down.problems[0].message}"
    assert (down.server, down.exit, down.outcomes) == ("down", 9, {})
    assert place.path("reports", "report.html", "down").is_file()
    assert (kept.server, kept.exit) == ("main", 0)
    assert server.state.recording(LECTURE.record_id).metadata["presenter"] == "Ada"


def test_one_server_can_be_named(tmp_path, server: LocalServer) -> None:
    place = Place(
        tmp_path, {"down": "http://127.0.0.1:9/bigbluebutton/api", "main": server.url}, server.secret
    )

    state, summaries = a_night(place, server="main")

    assert state.is_completed()
    assert [one.server for one in summaries] == ["main"]


def test_nothing_is_deleted_while_a_sheet_can_not_be_read(place: Place, server: LocalServer) -> None:
    server.state.add(OLD_TEST, HELD, NEW, LECTURE)
    a_night(place)
    approve_the_latest(place)
    place.lay("sheets", "holds.csv", f"record_id,key\n{OLD_TEST.record_id},bbbkeep-hold\n")

    _, [summary] = a_night(place)

    assert server.writes == []
    assert summary.exit == 2
    assert "holds.csv: it could not be taken up, and may hold what is due" in summary.problems[-1].message
