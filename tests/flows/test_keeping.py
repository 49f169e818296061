"""Whatever happens to one server: its outcome is told, its lease given back, the others have their turn."""

import pytest
from flows_site import Place
from prefect import State, flow
from sqlalchemy import select

from bbbkeep.clock import SystemClock
from bbbkeep.errors import BbbRejectedError, KeepError
from bbbkeep.ledger import leases, runs, schema
from bbbkeep.operations.night import Night
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.plans.run import LEASE_FOR
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef
from bbbkeep.standin.server import LocalServer
from flows import steps
from flows.keeping import Step, finished, keep

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


def raising(error: BaseException) -> Step:
    def upload_captions(ref: SiteRef, night: Night, summary: Summary, asked: Selection) -> None:
        raise error

    return upload_captions


def unreached(ref: SiteRef, night: Night, summary: Summary, asked: Selection) -> None:
    summary.problems.append(Problem("unreached", "was reached", 1))


def a_run(*kept: tuple[SiteRef, list[Step]], last: tuple[Step, ...] = ()) -> tuple[State, list[Summary]]:
    @flow(name="a run", persist_result=False)
    def run() -> State:
        return finished([keep(ref, "nightly", steps, last) for ref, steps in kept])

    state = run(return_state=True)
    return state, state.result(raise_on_failure=False)


def open_leases(place: Place) -> list[str]:
    with place.ledger() as ledger, ledger.read() as conn:
        return list(conn.scalars(select(schema.leases.c.owner)))


def test_a_bug_costs_only_its_own_server(tmp_path, server: LocalServer) -> None:
    other = "http://127.0.0.1:9/bigbluebutton/api"  # never asked
    place = Place(tmp_path, {"first": server.url, "second": other}, server.secret)
    bug = RuntimeError("lost at https://bbb.example.org/api/delete?checksum=0123abcd with " + server.secret)

    state, [hit, spared] = a_run(
        (place.ref("first"), [raising(bug), unreached]), (place.ref("second"), []), last=(steps.write_report,)
    )

    [problem] = hit.problems
    [log] = (place.state_dir / "bugs").iterdir()
    assert state.is_failed()
    assert (hit.exit, problem.exit, problem.step) == (1, 1, "upload captions")
    assert problem.message == f"a bug (RuntimeError); the traceback is in {log}"
    assert "RuntimeError: lost at" in log.read_text(encoding="utf-8")
    assert "0123abcd" not in log.read_text(encoding="utf-8")
    assert server.secret not in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0
    assert hit.report is not None
    assert (spared.exit, spared.problems) == (0, [])
    assert open_leases(place) == []


def test_a_failed_step_ends_the_run_and_the_report_is_written(place: Place) -> None:
    refusal = BbbRejectedError("getRecordings", "it says no")

    state, [summary] = a_run((place.ref(), [raising(refusal), unreached]), last=(steps.write_report,))

    assert state.message == "main: exit 3: getRecordings: it says no"
    assert [one.step for one in summary.problems] == ["upload captions"]
    assert summary.report is not None
    assert open_leases(place) == []


def test_a_run_beside_another_one_is_refused_and_asks_nothing(place: Place, server: LocalServer) -> None:
    now = SystemClock().now()
    with place.ledger() as ledger, ledger.write() as conn:
        leases.take(conn, server.url, "the other one", now=now, ttl=LEASE_FOR)

    state, [summary] = a_run((place.ref(), [steps.sweep]))

    assert state.is_failed()
    assert summary.exit == 7
    assert "the other one is writing to it" in summary.problems[0].message
    assert server.requests == []
    assert open_leases(place) == ["the other one"]


def test_a_run_that_lost_its_lease_stops_before_it_writes(place: Place, server: LocalServer) -> None:
    def lose(ref: SiteRef, night: Night, summary: Summary, asked: Selection) -> None:
        with place.ledger() as ledger, ledger.write() as conn:
            leases.release(conn, server.url, night.token)
            leases.take(conn, server.url, "the other one", now=SystemClock().now(), ttl=LEASE_FOR)

    _, [summary] = a_run((place.ref(), [lose, steps.sweep, unreached]))

    assert summary.exit == 7
    assert server.requests == []
    assert open_leases(place) == ["the other one"]


def test_a_policy_that_is_wrong_sends_no_request(place: Place, server: LocalServer) -> None:
    (place.folder / "policy.yaml").write_text("mode: maybe\n", encoding="utf-8")

    _, [summary] = a_run((place.ref(), [steps.sweep]))

    assert (summary.exit, summary.problems[0].step) == (2, "begin")
    assert server.requests == []


def test_a_failure_at_the_end_is_not_lost(place: Place) -> None:
    def lose_the_ledger(ref: SiteRef, night: Night, summary: Summary, asked: Selection) -> None:
        (place.state_dir / "ledger.sqlite3").write_bytes(b"no ledger any more " * 400)
        summary.problems.append(Problem("sweep", "incomplete", 6))

    state, [summary] = a_run((place.ref(), [lose_the_ledger]))

    assert state.is_failed()
    assert summary.exit == 2
    assert [one.step for one in summary.problems] == ["sweep", "end"]


def test_a_run_stopped_from_outside_gives_its_lease_back(place: Place, server: LocalServer) -> None:
    with pytest.raises(KeyboardInterrupt):
        a_run((place.ref(), [raising(KeyboardInterrupt())]))

    with place.ledger() as ledger, ledger.read() as conn:
        run = runs.latest(conn, server.url, "nightly")
    assert open_leases(place) == []
    assert run is not None
    assert run.exit_code == 1


def test_no_problem_of_ours_counts_as_a_bug(place: Place) -> None:
    _, [summary] = a_run((place.ref(), [raising(KeepError("as expected"))]))

    assert not (place.state_dir / "bugs").exists()
    assert summary.problems[0].message == "as expected"
