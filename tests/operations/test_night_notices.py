"""What a night tells: administrators once, a monitor when all was well, and figures in any case."""

from dataclasses import replace
from pathlib import Path

import pytest
from api.scripted import Reply, ScriptedServer
from fake_clock import FakeClock
from notices.listening import PASSWORD, notice_url, takes, told
from operations.keeping import SECRET

from bbbkeep.ledger import runs
from bbbkeep.ledger.store import Ledger
from bbbkeep.operations.night_notices import end_nights, message_of, tell_missing, tell_night
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.settings_values import NoticeSettings, Secret

URL = "https://bbb.example.org/bigbluebutton/api"


@pytest.fixture
def listener():
    server = ScriptedServer()
    takes(server)
    yield server
    server.close()


@pytest.fixture
def settings(tmp_path: Path, listener: ScriptedServer) -> Settings:
    server = ServerSettings(name="campus", url=URL, secret=SECRET)
    return Settings(
        origin="a test",
        state_dir=tmp_path / "state",
        servers={"campus": server},
        notices=NoticeSettings((notice_url(listener),)),
    )


def a_night(code: int = 0, *problems: Problem, run_id: str = "night-1", **facts: object) -> Summary:
    return Summary("campus", run_id=run_id, exit=code, problems=list(problems), **facts)


GUARD = Problem("apply retention", "stopped by a guard: delete count: 60, limit 50", 4)


# --- what is told


def test_a_night_that_ended_well_is_not_told():
    assert message_of(a_night(0, Problem("captions", "x.srt: no recording", 0))) is None


def test_what_waits_for_approval_is_told_though_all_is_well():
    message = message_of(a_night(waiting=["3 recordings are due; then: bbbkeep retention approve p"]))

    assert (message.title, message.weight) == ("bbbkeep, campus: waiting for you", "warning")
    assert "bbbkeep retention approve p" in message.text


@pytest.mark.parametrize(
    ("code", "words"),
    [(1, "a bug"), (3, "some items failed"), (4, "a guard stopped it"), (6, "the listing is incomplete"), (9, "can't be reached")],
)  # fmt: skip
def test_a_night_that_did_not_is_told_with_the_reason_and_exit_code(code, words):
    message = message_of(a_night(code, Problem("step", "what happened", code)))

    assert words in message.title
    assert message.title.endswith(f"(exit {code})")
    assert "what happened" in message.text


def test_a_thousand_problems_are_one_bounded_message():
    message = message_of(a_night(3, *(Problem("captions", f"{n}.srt: " + "x" * 200, 3) for n in range(1000))))

    assert len(message.text) <= 4000
    assert message.text.endswith("and more")


# --- once


def test_one_notice_a_night_however_often_it_is_asked_for(settings, listener, clock):
    for _ in range(2):
        tell_night(settings, a_night(4, GUARD), "nightly", clock)
    tell_night(settings, a_night(4, GUARD, run_id="night-2"), "nightly", clock)

    assert len(told(listener)) == 2


def test_a_run_that_could_not_begin_is_told_once_a_day(settings, listener, clock):
    for hours in (0, 1, 24):
        clock.advance(hours * 3600)
        tell_night(settings, a_night(7, Problem("begin", "another run", 7), run_id=""), "nightly", clock)

    assert len(told(listener)) == 2


def test_a_notice_that_nobody_took_is_a_problem_and_sent_again(settings, listener, clock):
    takes(listener, status=500)
    first = tell_night(settings, a_night(waiting=["look"]), "nightly", clock)
    takes(listener)
    tell_night(settings, a_night(waiting=["look"]), "nightly", clock)

    assert (first.exit, [one.step for one in first.problems]) == (3, ["notice"])
    assert PASSWORD not in str(first)
    assert len(listener.requests) == 2


def test_without_addresses_nothing_is_sent_and_nothing_is_wrong(settings, listener, clock):
    quiet = replace(settings, notices=NoticeSettings())

    assert tell_night(quiet, a_night(4, GUARD), "nightly", clock).problems == [GUARD]
    assert listener.requests == []


def test_a_ledger_that_can_not_be_opened_is_told_all_the_same(settings, listener, clock):
    settings.state_dir.mkdir()
    (settings.state_dir / "ledger.sqlite3").write_text(
        "not a database, and long enough to be seen as none" * 9
    )
    tell_night(
        settings, a_night(2, Problem("begin", "the ledger can't be read", 2), run_id=""), "nightly", clock
    )

    assert "the ledger can't be read" in told(listener)[0]["message"]


# --- a night that never came


def a_good_night(settings: Settings, clock: FakeClock) -> None:
    with Ledger.open(settings.state_dir / "ledger.sqlite3") as ledger, ledger.write() as conn:
        runs.start(conn, "n1", URL, "nightly", None, clock.now())
        runs.finish(conn, "n1", 0, clock.now())


def test_a_missing_night_is_told_once_a_day(settings, listener, clock):
    a_good_night(settings, clock)
    for hours in (27, 1, 24):
        clock.advance(hours * 3600)
        assert tell_missing(settings, None, clock)

    assert [one["title"] for one in told(listener)] == ["bbbkeep, campus: no good night"] * 2


def test_after_a_good_night_nobody_is_told(settings, listener, clock):
    a_good_night(settings, clock)
    clock.advance(25 * 3600)

    assert tell_missing(settings, None, clock) == []
    assert listener.requests == []


# --- heartbeat and metrics


def beating(settings: Settings, listener: ScriptedServer) -> Settings:
    return replace(settings, heartbeat_url=Secret(f"http://127.0.0.1:{listener.port}/beat/sentinel"))


@pytest.mark.parametrize("code", [0, 3], ids=["all is done", "single items failed"])
def test_the_heart_beats_once_when_nothing_stopped_any_server(settings, listener, clock, code):
    end_nights(beating(settings, listener), [a_night(), a_night(code)], clock)

    assert [one.target for one in listener.requests] == ["/beat/sentinel"]


@pytest.mark.parametrize("code", [1, 2, 4, 6, 7, 8, 9])
def test_the_heart_is_silent_when_something_stopped_one(settings, listener, clock, code):
    end_nights(beating(settings, listener), [a_night(), a_night(code)], clock)

    assert listener.requests == []


def test_a_heartbeat_that_fails_is_said_and_harmless(settings, listener, clock):
    listener.says(Reply(status=500))
    [summary] = end_nights(beating(settings, listener), [a_night()], clock)

    assert summary.exit == 0
    assert summary.problems == [Problem("heartbeat", "heartbeat_url answered with HTTP 500", 0)]


def test_figures_come_from_the_ledger_and_survive_a_failed_night(settings, tmp_path, clock: FakeClock):
    watched = replace(settings, metrics_file=tmp_path / "bbbkeep.prom")
    good = clock.now().timestamp() + 60
    with Ledger.open(settings.state_dir / "ledger.sqlite3") as ledger:
        for run_id, code in (("n1", 0), ("n2", 9)):
            with ledger.write() as conn:
                runs.start(conn, run_id, URL, "nightly", None, clock.now())
                clock.advance(60)
                runs.finish(conn, run_id, code, clock.now())
    end_nights(watched, [a_night(9)], clock)

    text = watched.metrics_file.read_text()
    assert f'bbbkeep_night_last_success_timestamp_seconds{{server="campus"}} {good:.9e}'.split()[0] in text
    assert 'bbbkeep_night_exit_code{server="campus"} 9.0' in text
    assert 'bbbkeep_night_duration_seconds{server="campus"} 60.0' in text


def test_a_metrics_file_that_can_not_be_written_is_said_and_harmless(settings, tmp_path, clock):
    (tmp_path / "file").write_text("")
    [summary] = end_nights(replace(settings, metrics_file=tmp_path / "file" / "x.prom"), [a_night()], clock)

    assert (summary.exit, [one.step for one in summary.problems]) == (0, ["metrics"])
