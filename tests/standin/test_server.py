"""Starting and stopping: in a test, and as `bbbkeep standin`."""

import re
import signal
import subprocess
import sys
import time

import pytest
import requests
from standin.calling import RECORD, a_recording, ask, signed

from bbbkeep.errors import UsageError
from bbbkeep.standin.server import LocalServer

READY = re.compile(r"BBB_URL=(http://127\.0\.0\.1:[0-9]+/bigbluebutton/api) BBB_SECRET=(\S+)\n")


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # our own arguments, no shell
        [sys.executable, "-m", "bbbkeep", "standin", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Address:
    """What `signed` needs to know of a server in another process."""

    def __init__(self, url: str, secret: str | None) -> None:
        self.url, self.secret = url, secret


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_the_command_says_one_line_serves_and_leaves_quietly(number: int) -> None:
    with command("--recordings", "20", "--secret", "s3cret") as process:
        found = READY.fullmatch(process.stdout.readline())
        server = Address(*found.groups())
        answer = ask(server, "getRecordings", "state=any")
        process.send_signal(number)
        said, complained = process.communicate(timeout=10)

    assert server.secret == "s3cret"
    assert answer.text.count("<recording>") == 20
    assert (process.returncode, said, complained) == (0, "", "")


def test_without_a_secret_each_start_has_its_own() -> None:
    with LocalServer() as one, LocalServer() as other:
        assert one.secret != other.secret
        assert len(one.secret) == 40


@pytest.mark.parametrize("wrong", [["--fault", "nonsense"], ["--profile", "bbb99"], ["--recordings", "-1"]])
def test_wrong_options_exit_2(wrong: list[str]) -> None:
    with command(*wrong) as process:
        said, complained = process.communicate(timeout=10)

    assert (process.returncode, said) == (2, "")
    assert wrong[0] in complained


def test_the_help_lists_every_fault() -> None:
    from bbbkeep.standin.faults import FAULTS

    with command("--help") as process:
        said, _ = process.communicate(timeout=10)

    assert all(re.search(rf"^ +{name} +\S", said, re.MULTILINE) for name in FAULTS)


def test_fifty_recordings_are_served_at_once() -> None:
    began = time.perf_counter()
    with LocalServer(recordings=50):
        ready = time.perf_counter() - began

    assert ready < 5


def test_a_port_in_use_is_wrong_usage() -> None:
    with LocalServer() as server:
        port = int(server.url.split(":")[2].split("/")[0])
        with pytest.raises(UsageError, match=f"port {port} "), LocalServer(port=port):
            pass


def test_an_unknown_profile_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no such profile: bbb99; there are bbb22, bbb26, bbb30, "):
        LocalServer(profile="bbb99")


def test_after_the_block_nobody_answers() -> None:
    with LocalServer() as server:
        address = f"{server.url}/getRecordings?{signed(server, 'getRecordings')}"
        assert requests.get(address, timeout=10).status_code == 200

    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(address, timeout=10)


def test_a_kept_connection_does_not_hold_up_the_end() -> None:
    with LocalServer() as server, requests.Session() as session:
        session.get(server.url, timeout=10)
        began = time.perf_counter()
        server.__exit__()
        gone = time.perf_counter() - began
        server.__enter__()

    assert gone < 5


def test_a_reader_who_leaves_in_the_middle_of_a_listing_troubles_nobody() -> None:
    with LocalServer(recordings=2_500) as server:
        address = f"{server.url}/getRecordings?{signed(server, 'getRecordings', 'state=any')}"
        with requests.get(address, timeout=10, stream=True) as answer:
            answer.raw.read(1_000)

        assert ask(server, "getRecordings", "recordID=0").status_code == 200


def test_latency_is_waited_for() -> None:
    with LocalServer(latency_ms=50) as server:
        began = time.perf_counter()
        ask(server, "getRecordings")

        assert time.perf_counter() - began >= 0.05


def test_a_test_may_alter_the_truth() -> None:
    with LocalServer() as server:
        server.state.add(a_recording())
        server.state.set_metadata(RECORD, {"bbbkeep-hold": "case-7", "category": None})
        server.state.set_state(RECORD, "unpublished")
        assert dict(server.state.recording(RECORD).metadata) == {"bbbkeep-hold": "case-7"}
        assert "<bbbkeep-hold>case-7</bbbkeep-hold>" in ask(server, "getRecordings").text
        server.state.add(a_recording(name="Other"))
        assert server.state.recording(RECORD).name == "Other"
        server.state.delete_row(RECORD)
        assert server.state.recording(RECORD) is None
        assert server.state.record_ids() == []
