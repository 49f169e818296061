"""Each fault does what its line in the help says, over real HTTP."""

from collections.abc import Callable, Iterator

import pytest
import requests
from lxml import etree
from standin.calling import OTHER, RECORD, TurnedClock, a_recording, ask

from bbbkeep.errors import UsageError
from bbbkeep.standin.faults import FAULTS
from bbbkeep.standin.server import LocalServer

Faulty = Callable[..., LocalServer]


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    running = []

    def start(*names: str) -> LocalServer:
        server = LocalServer(faults=names, clock=TurnedClock()).__enter__()
        running.append(server)
        server.state.add(a_recording(), a_recording(OTHER))
        return server

    yield start
    for server in running:
        server.__exit__()


@pytest.mark.parametrize(
    ("fault", "call", "query"),
    [
        ("lost-delete", "deleteRecordings", ""),
        ("lost-publish", "publishRecordings", "&publish=false"),
        ("lost-update", "updateRecordings", "&meta_x=1"),
    ],
)
def test_a_lost_write_says_success_and_does_nothing(
    faulty: Faulty, fault: str, call: str, query: str
) -> None:
    server = faulty(fault)
    before = server.state.recording(RECORD)

    assert "SUCCESS" in ask(server, call, f"recordID={RECORD}{query}").text
    assert server.state.recording(RECORD) == before
    server.set_faults()
    ask(server, call, f"recordID={RECORD}{query}")
    assert server.state.recording(RECORD) != before


def test_html_comes_in_place_of_every_answer(faulty: Faulty) -> None:
    answer = ask(faulty("html"), "getRecordings")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_a_bad_gateway_heals_after_three_calls(faulty: Faulty) -> None:
    server = faulty("http-502")

    assert [ask(server, "getRecordings").status_code for _ in range(4)] == [502, 502, 502, 200]


def test_a_bad_gateway_does_not_pass_writes_on(faulty: Faulty) -> None:
    server = faulty("http-502")
    ask(server, "deleteRecordings", f"recordID={RECORD}")

    assert server.state.recording(RECORD).state == "published"


def test_every_third_listing_is_cut_but_its_length_is_right(faulty: Faulty) -> None:
    server = faulty("truncated-xml")
    bodies = [ask(server, "getRecordings").content for _ in range(3)]

    assert len(etree.fromstring(bodies[1]).findall("recordings/recording")) == 2
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(bodies[2])


def test_a_control_character_makes_a_listing_unreadable_to_a_strict_parser(faulty: Faulty) -> None:
    body = ask(faulty("control-character"), "getRecordings").content

    assert body.count(b"\x0b") == body.count(b"&#x1;") == 1
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_every_fourth_answer_breaks_off(faulty: Faulty) -> None:
    server = faulty("reset")
    for _ in range(3):
        ask(server, "getRecordings")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(server, "getRecordings")


def test_every_fifth_call_is_one_too_many(faulty: Faulty) -> None:
    server = faulty("rate-limit")
    answers = [ask(server, "getRecordings") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"


def test_a_lost_answer_follows_a_write_that_was_done(faulty: Faulty) -> None:
    server = faulty("answer-lost")

    with pytest.raises(requests.exceptions.ConnectionError):
        ask(server, "deleteRecordings", f"recordID={RECORD}")
    assert server.state.recording(RECORD).state == "deleted"
    assert ask(server, "getRecordings").status_code == 200


def test_without_ids_a_guarded_server_shows_no_recordings_at_all(faulty: Faulty) -> None:
    server = faulty("no-recordings")
    refused = etree.fromstring(ask(server, "getRecordings").content)

    assert [child.tag for child in refused] == ["returncode", "messageKey", "message"]
    assert RECORD in ask(server, "getRecordings", "recordID=a").text
    assert RECORD in ask(server, "getRecordings", "limit=5").text


def test_faults_add_up(faulty: Faulty) -> None:
    server = faulty("rate-limit", "lost-delete")
    statuses = [ask(server, "deleteRecordings", f"recordID={RECORD}").status_code for _ in range(5)]

    assert statuses[-1] == 429
    assert server.state.recording(RECORD).state == "published"


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(UsageError, match="no such fault: lost-mind"):
        LocalServer(faults=["html", "lost-mind"])


def test_every_fault_has_one_line_of_help() -> None:
    assert all(fault.summary and "\n" not in fault.summary for fault in FAULTS.values())
