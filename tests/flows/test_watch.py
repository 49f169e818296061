"""Who watches the nights fails where none ended well, and the night tells what a monitor should know."""

import json

import pytest
from api.scripted import Reply, ScriptedServer
from flows_site import Place

from bbbkeep.standin.server import LocalServer
from flows.nightly import nightly
from flows.watch import watch

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


@pytest.fixture
def listener():
    server = ScriptedServer()
    server.says(Reply(b"{}"))
    yield server
    server.close()


@pytest.fixture
def watched(place: Place, listener: ScriptedServer) -> Place:
    here = f"127.0.0.1:{listener.port}"
    (place.folder / "notice").write_text(f"json://{here}/notice")
    (place.folder / "beat").write_text(f"http://{here}/beat")
    with place.config.open("a") as file:
        file.write(
            "notices: {urls: [{file: notice}]}\nheartbeat_url: {file: beat}\nmetrics_file: bbbkeep.prom\n"
        )
    return place


def test_a_good_night_beats_and_satisfies_who_watches(watched, listener, server: LocalServer):
    missing = watch(**watched.parameters, return_state=True)
    nightly(**watched.parameters, return_state=True)
    seen = watch(**watched.parameters, return_state=True)

    assert missing.is_failed()
    assert "no night went through yet" in missing.message
    assert seen.is_completed()
    assert [one.target for one in listener.requests] == ["/notice", "/beat"]
    assert 'bbbkeep_night_exit_code{server="main"} 0.0' in (watched.folder / "bbbkeep.prom").read_text()


def test_a_night_that_fails_is_told_and_does_not_beat(watched, listener, server: LocalServer):
    server.set_faults("no-recordings")
    nightly(**watched.parameters, return_state=True)

    [told] = listener.requests
    assert json.loads(told.body)["title"] == "bbbkeep, main: the listing is incomplete (exit 6)"
