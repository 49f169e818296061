"""Captions over real HTTP: uploading, waiting, listing, downloading once."""

import pytest
import requests
from standin.calling import OTHER, RECORD, SISTER, TurnedClock, a_recording, ask, ask_unsigned, tracks, upload

from bbbkeep.standin.recording import SeedTrack
from bbbkeep.standin.server import LocalServer

GET, PUT = "getRecordingTextTracks", "putRecordingTextTrack"
ONE_CUE = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
TWO_CUES = ONE_CUE + "\n00:03.000 --> 00:04.000\nagain\n"


def download(href: str) -> requests.Response:
    return requests.get(href, timeout=10)


def key_of(answer: requests.Response) -> str:
    return answer.json()["response"]["messageKey"]


def test_an_upload_is_accepted_at_once_and_listed_later(server: LocalServer) -> None:
    answer = upload(server, ONE_CUE, query="&kind=subtitles&lang=pt_BR&label=Brasil")

    assert answer.text == (
        '{"response":{"returncode":"SUCCESS","recordId":"' + RECORD + '",'
        '"messageKey":"upload_text_track_success","message":"Text track uploaded successfully"}}'
    )
    assert tracks(server) == []
    server.clock.sleep(2)
    [track] = tracks(server)
    assert (track["kind"], track["lang"], track["label"], track["source"]) == (
        "subtitles",
        "pt-BR",
        "Brasil",
        "upload",
    )
    assert track["href"].endswith(f"/{RECORD}/subtitles_pt-BR.vtt")


def test_a_second_upload_of_a_kind_and_language_replaces_the_first(server: LocalServer) -> None:
    server.state.put_track(RECORD, SeedTrack())
    upload(server, ONE_CUE)
    upload(server, TWO_CUES)
    server.clock.sleep(60)

    [track] = server.state.text_tracks(RECORD)
    assert (track.source, track.webvtt) == ("upload", TWO_CUES)


def test_uploads_are_worked_on_one_at_a_time(server: LocalServer) -> None:
    for language in ("de", "en", "fr"):
        upload(server, ONE_CUE, query=f"&kind=captions&lang={language}")

    waited = []
    for _ in range(3):
        server.clock.sleep(2)
        waited.append(len(tracks(server)))
    assert waited == [1, 2, 3]


def test_a_refused_file_leaves_the_old_track_and_tells_nobody(server: LocalServer) -> None:
    server.state.put_track(RECORD, SeedTrack(webvtt=ONE_CUE))
    answer = upload(server, "1\nno times here\n")
    server.clock.sleep(60)

    assert key_of(answer) == "upload_text_track_success"
    assert [track["source"] for track in tracks(server)] == ["live"]


@pytest.mark.parametrize(
    ("query", "key", "message"),
    [
        pytest.param("", "paramError", "Missing param checksum.", id="no checksum"),
        pytest.param("checksum=x", "paramError", "Missing param recordID.", id="no record ID"),
    ],
)
def test_an_unsigned_upload_is_asked_for_its_parameters_first(
    server: LocalServer, query: str, key: str, message: str
) -> None:
    _, text = ask_unsigned(server, PUT, query, "POST")

    assert text == f'{{"response":{{"returncode":"FAILED","messageKey":"{key}","message":"{message}"}}}}'


@pytest.mark.parametrize(
    ("query", "key"),
    [
        pytest.param(f"recordID={RECORD[:40]}", "noRecordings", id="a prefix is no recording"),
        pytest.param(f"recordID={SISTER}", "noRecordings", id="deleted"),
        pytest.param(f"recordID={RECORD}&lang=en", "paramError", id="no kind"),
        pytest.param(
            f"recordID={RECORD}&kind=Captions&lang=en", "invalidKind", id="kinds have a letter case"
        ),
        pytest.param(f"recordID={RECORD}&kind=captions", "paramError", id="no lang"),
        pytest.param(f"recordID={RECORD}&kind=captions&lang=en-US", "invalidLang", id="hyphen"),
        pytest.param(f"recordID={RECORD}&kind=captions&lang=fil", "invalidLang", id="three letters"),
    ],
)
def test_an_upload_is_refused_in_the_recorded_order(server: LocalServer, query: str, key: str) -> None:
    server.state.set_state(SISTER, "deleted")

    assert key_of(ask(server, PUT, query, "POST")) == key


def test_a_request_without_a_file_ends_in_an_exception_unless_it_is_a_multipart_form(
    server: LocalServer,
) -> None:
    query = f"recordID={RECORD}&kind=captions&lang=en"

    assert ask(server, PUT, query, "POST").status_code == 500
    assert key_of(ask(server, PUT, query, "POST", files={"x": ("", "y")})) == "empty_uploaded_text_track"


def test_an_empty_file_deletes_nothing(server: LocalServer) -> None:
    server.state.put_track(RECORD, SeedTrack())

    assert key_of(upload(server, "")) == "empty_uploaded_text_track"
    server.clock.sleep(60)
    assert len(tracks(server)) == 1


def test_an_upload_by_get_is_not_allowed(server: LocalServer) -> None:
    assert ask(server, PUT, f"recordID={RECORD}").status_code == 405


def test_without_a_label_the_language_alone_is_named(server: LocalServer) -> None:
    upload(server, ONE_CUE, query="&kind=captions&lang=pt_BR")
    server.clock.sleep(2)

    assert tracks(server)[0]["label"] == "Portuguese"


def test_a_link_works_once_and_each_listing_has_new_ones(server: LocalServer) -> None:
    server.state.put_track(RECORD, SeedTrack(webvtt=ONE_CUE))
    first, second = tracks(server)[0]["href"], tracks(server)[0]["href"]

    assert first != second
    answer = download(first)
    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (200, ONE_CUE, "text/plain")
    assert download(first).status_code == 401
    assert download(second).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(3599, 200), (3600, 401)])
def test_a_link_works_for_an_hour(server: LocalServer, seconds: float, status: int) -> None:
    server.state.put_track(RECORD, SeedTrack())
    href = tracks(server)[0]["href"]
    server.clock.sleep(seconds)

    assert download(href).status_code == status


def test_a_token_opens_only_its_own_track(server: LocalServer) -> None:
    server.state.put_track(RECORD, SeedTrack())
    href = tracks(server)[0]["href"]

    assert download(href.replace("captions_en", "captions_de")).status_code == 401


@pytest.mark.parametrize(
    ("lack", "key", "message"),
    [
        ("has_captions_list", "noRecordings", f"No recording found for {RECORD}"),
        ("has_captions_file", "noCaptionsFound", f"No captions found for {RECORD}"),
    ],
    ids=["no captions folder", "no captions.json in it"],
)
def test_a_recording_may_lack_what_tracks_are_listed_from(
    server: LocalServer, lack: str, key: str, message: str
) -> None:
    server.state.add(a_recording(**{lack: False}))
    answer = ask(server, GET, f"recordID={RECORD}")

    assert answer.json() == {"response": {"returncode": "FAILED", "messageKey": key, "message": message}}
    upload(server, ONE_CUE)
    server.clock.sleep(2)
    assert len(tracks(server)) == 1


def test_a_deleted_recording_still_lists_its_tracks(server: LocalServer) -> None:
    server.state.put_track(OTHER, SeedTrack())
    ask(server, "deleteRecordings", f"recordID={OTHER}")

    assert len(tracks(server, OTHER)) == 1


@pytest.mark.parametrize(
    ("headers", "json"),
    [
        pytest.param({"Accept": "*/*"}, False, id="anything"),
        pytest.param({"Accept": "application/json"}, True, id="json"),
        pytest.param({"Accept": "application/json, */*;q=0.1"}, True, id="json preferred"),
        pytest.param({"Accept": "application/xml, application/json;q=0.9"}, False, id="xml preferred"),
        pytest.param({"Accept": "application/json", "User-Agent": "Mozilla Gecko"}, False, id="a browser"),
    ],
)
@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "checksumError"),
        ("checksum=x", "missingParamRecordID"),
        ("recordID=a&checksum=x", "checksumError"),
    ],
)
def test_early_errors_come_as_the_accept_header_has_it(
    server: LocalServer, headers: dict[str, str], json: bool, query: str, key: str
) -> None:
    answer = requests.get(f"{server.url}/{GET}?{query}", headers=headers, timeout=10)

    assert key in answer.text
    assert answer.headers["Content-Type"].startswith("application/json" if json else "text/xml")


def test_a_listing_as_xml_can_not_be_had(server: LocalServer) -> None:
    assert ask(server, GET, f"recordID={RECORD}", headers={"Accept": "application/xml"}).status_code == 406


def test_a_fault_of_the_inbox_can_be_slow() -> None:
    with LocalServer(clock=TurnedClock(), faults=["slow-captions"]) as server:
        server.state.add(a_recording())
        upload(server, ONE_CUE)
        server.clock.sleep(599)
        assert tracks(server) == []
        server.clock.sleep(1)
        assert len(tracks(server)) == 1


@pytest.mark.parametrize("fault", ["dead-captions", "rejecting-captions"])
def test_a_fault_of_the_inbox_can_be_final(fault: str) -> None:
    with LocalServer(clock=TurnedClock(), faults=[fault]) as server:
        server.state.add(a_recording())
        assert key_of(upload(server, ONE_CUE)) == "upload_text_track_success"
        server.clock.sleep(86_400)
        assert tracks(server) == []
