"""Paths and limits in front of the calls."""

import pytest
import requests
from standin.calling import ask, ask_unsigned

from bbbkeep.standin.server import LocalServer

GET_MEETINGS = (
    "<response><returncode>SUCCESS</returncode><meetings/><messageKey>noMeetings</messageKey>"
    "<message>no meetings were found on this server</message></response>"
)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_index_tells_the_version_without_a_checksum(server: LocalServer, slash: str) -> None:
    answer = requests.get(server.url + slash, timeout=10)

    assert "<version>2.0</version>" in answer.text
    assert "<bbbVersion>3.0" in answer.text


def test_there_are_no_meetings(server: LocalServer) -> None:
    assert ask(server, "getMeetings").text == GET_MEETINGS


def test_a_bad_checksum_has_other_words_there(server: LocalServer) -> None:
    assert "Checksums do not match" in ask_unsigned(server, "getMeetings", "checksum=x")[1]


@pytest.mark.parametrize("path", ["/nothing", "/getRecordings/", "/getrecordings", "/../../x"])
def test_an_unknown_call_is_a_404_page(server: LocalServer, path: str) -> None:
    answer = requests.get(server.url + path, timeout=10)

    assert answer.status_code == 404
    assert "<html>" in answer.text


@pytest.mark.parametrize(("length", "status"), [(8_000, 200), (8_200, 414), (70_000, 414)])
def test_an_address_over_8_kb_is_refused(server: LocalServer, length: int, status: int) -> None:
    assert ask_unsigned(server, "getRecordings", "recordID=" + "a" * length)[0] == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH"])
def test_a_method_nobody_maps_is_not_allowed(server: LocalServer, method: str) -> None:
    assert ask_unsigned(server, "getRecordings", "", method)[0] == 405


def test_a_broken_form_is_a_bad_request(server: LocalServer) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = requests.post(f"{server.url}/putRecordingTextTrack", data=b"x", headers=headers, timeout=10)

    assert answer.status_code == 400
