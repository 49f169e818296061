"""Each fault does what its line in the help says, over real HTTP."""

from collections.abc import Callable, Iterator

import pytest
import requests
from lxml import etree
from standin.calling import OTHER, RECORD, TurnedClock, a_recording, ask, upload

from bbbkeep.errors import UsageError
from bbbkeep.standin.faults import FAULTS
from bbbkeep.standin.server import LocalServer

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
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


def test_a_request_lost_is_a_write_that_was_not_done(faulty: Faulty) -> None:
    server = faulty("request-lost")

    with pytest.raises(requests.exceptions.ConnectionError):
        ask(server, "deleteRecordings", f"recordID={RECORD}")
    assert server.state.recording(RECORD).state == "published"
    assert "SUCCESS" in ask(server, "deleteRecordings", f"recordID={RECORD}").text
    assert server.state.recording(RECORD).state == "deleted"


def test_a_late_delete_happens_three_seconds_after_its_success(faulty: Faulty) -> None:
    server = faulty("late-delete")

    assert "SUCCESS" in ask(server, "deleteRecordings", f"recordID={RECORD}").text
    server.clock.sleep(2.9)
    assert server.state.recording(RECORD).state == "published"
    server.clock.sleep(0.1)
    assert server.state.recording(RECORD).state == "deleted"


def test_half_a_write_does_the_first_of_two(faulty: Faulty) -> None:
    server = faulty("half-write")

    assert "SUCCESS" in ask(server, "deleteRecordings", f"recordID={RECORD},{OTHER}").text
    assert [server.state.recording(one).state for one in (RECORD, OTHER)] == ["deleted", "published"]


def test_a_short_update_stores_the_first_20_characters(faulty: Faulty) -> None:
    server = faulty("short-update")
    ask(server, "updateRecordings", f"recordID={RECORD}&meta_note={'x' * 21}&meta_tag=kept")

    assert server.state.recording(RECORD).metadata["note"] == "x" * 20
    assert server.state.recording(RECORD).metadata["tag"] == "kept"


def test_a_slow_answer_takes_three_seconds_of_the_clock(faulty: Faulty) -> None:
    server = faulty("slow")
    before = server.clock.now()
    ask(server, "getRecordings")

    assert (server.clock.now() - before).total_seconds() == 3


def test_the_third_answer_drips_in_whole_over_20_minutes(faulty: Faulty) -> None:
    server = faulty("drip")
    at_once = [ask(server, "getRecordings").content for _ in range(2)]
    before = server.clock.now()

    assert ask(server, "getRecordings").content == at_once[0] == at_once[1]
    assert (server.clock.now() - before).total_seconds() == 1200


def test_a_wrong_clock_shows_in_the_date_alone(faulty: Faulty) -> None:
    answer = ask(faulty("wrong-clock"), "getRecordings")

    assert answer.headers["Date"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert RECORD in answer.text


def test_only_a_listing_without_ids_times_out(faulty: Faulty) -> None:
    server = faulty("http-404")
    before = server.clock.now()
    answer = ask(server, "getRecordings", "limit=1")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html")
    assert (server.clock.now() - before).total_seconds() == 30
    assert RECORD in ask(server, "getRecordings", "recordID=a").text


def test_every_sixth_call_is_told_to_come_back(faulty: Faulty) -> None:
    server = faulty("http-503")
    answers = [ask(server, "getRecordings") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 503]
    assert answers[-1].headers["Retry-After"] == "2"


def test_every_fourth_answer_is_empty(faulty: Faulty) -> None:
    server = faulty("empty-body")
    answers = [ask(server, "getRecordings") for _ in range(4)]

    assert [(answer.status_code, bool(answer.content)) for answer in answers] == [(200, True)] * 3 + [
        (200, False)
    ]


def test_an_unknown_entity_makes_a_listing_unreadable_to_a_strict_parser(faulty: Faulty) -> None:
    body = ask(faulty("bad-entity"), "getRecordings").content

    assert body.count(b"&nbsp;") == 1
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_a_format_comes_twice_in_its_recording(faulty: Faulty) -> None:
    listed = etree.fromstring(ask(faulty("duplicate-format"), "getRecordings").content)
    types = [
        [one.findtext("type") for one in recording.findall("playback/format")]
        for recording in listed.iter("recording")
    ]

    assert sorted(types) == [["presentation"], ["presentation", "presentation"]]


def test_a_missing_recording_is_there_and_not_listed(faulty: Faulty) -> None:
    server = faulty("missing-recording")
    listed = ask(server, "getRecordings").text

    assert RECORD not in listed
    assert OTHER in listed
    assert server.state.recording(RECORD) is not None


def test_entries_shift_between_pages(faulty: Faulty) -> None:
    server = faulty("shifted-pages")
    whole = [one.text for one in etree.fromstring(ask(server, "getRecordings").content).iter("recordID")]
    second = [
        [
            one.text
            for one in etree.fromstring(ask(server, "getRecordings", "offset=1&limit=1").content).iter(
                "recordID"
            )
        ]
        for _ in range(2)
    ]

    assert second == [whole[:1], []]


def test_an_upload_to_an_unpublished_recording_stops_those_after_it(faulty: Faulty) -> None:
    server = faulty("stuck-captions")
    server.state.set_state(OTHER, "unpublished")
    upload(server, VTT, RECORD)
    upload(server, VTT, OTHER)
    upload(server, VTT, RECORD, "&kind=captions&lang=de")
    server.clock.sleep(3600)

    assert [one.lang for one in server.state.recording(RECORD).tracks] == ["en"]
    server.set_faults()
    assert [one.lang for one in server.state.recording(RECORD).tracks] == ["en", "de"]


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
