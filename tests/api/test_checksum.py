"""What signing promises: the documented checksums, over the bytes that arrive."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from api.scripted import JumpingClock, ScriptedServer
from api.wire import ok
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.calling import READS, Caller
from bbbkeep.api.checksum import checksum, encode_form, encode_query, signed_query
from bbbkeep.api.judging import successful_fields
from bbbkeep.api.transport import Limits, Transport
from bbbkeep.errors import UsageError

DOCUMENTED = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
ID = "652c9eb4c07ad49283554c76301d68770326bd93-1462283509434"
OTHER = "9e359d17635e163c4388281567601d7fecf29df8-1461882579628"
TITLE = "Größe & Ähre \u2013 日本語"


@pytest.mark.parametrize(
    ("call", "query", "algorithm", "expected"),
    [
        pytest.param(
            "create",
            "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444",
            "sha1",
            "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17",
            id="the API document's own example",
        ),
        pytest.param(
            "getRecordings",
            "state=any&offset=0&limit=25",
            "sha1",
            "00654d4408cf60b06d3c9220ac7fe9037ce94edd",
            id="several parameters",
        ),
        pytest.param(
            "getRecordings", "", "sha1", "2d8ec9f1d49ac91a5068c0914bb414a9d83142c6", id="no parameter, SHA-1"
        ),
        pytest.param(
            "getRecordings",
            "",
            "sha256",
            "ff87a566827fe603090c7ec37bc5c14c38d9e104219b57becbdcd3ed9e99dcd3",
            id="no parameter, SHA-256",
        ),
        pytest.param(
            "getRecordings",
            encode_query([("recordID", f"{ID},{OTHER}")]),
            "sha256",
            "fe2e9e29d075d1228770a8adce58a418df54bde82ef071aa308c081cb3724057",
            id="a comma is sent as %2C",
        ),
        pytest.param(
            "updateRecordings",
            encode_query([("recordID", ID), ("meta_titel", TITLE)]),
            "sha512",
            "cf028af13d6eedf41aafa17a7c375e5dc88719c3adbd75cd6f0959a088feb5a3"
            "a2fce66852e6bed55377cf5152acb2485a44e2da31d7c9d7ee6252de5ef94b92",
            id="a space is sent as %20",
        ),
        pytest.param(
            "putRecordingTextTrack",
            f"recordID={ID}&kind=subtitles&lang=pt-BR&label=Portugu%C3%AAs+%28Brasil%29",
            "sha384",
            "4a8324a7fa2c2da07eb173ccbab1a1d8671ac7fb1a07bb5a95c6928c6124afaaed2ce125f5c9f0887c976b9dbef4e8f4",
            id="SHA-384",
        ),
    ],
)
def test_the_worked_checksums_come_out(call: Any, query: str, algorithm: str, expected: str) -> None:
    assert checksum(call, query, DOCUMENTED, algorithm) == expected


def test_a_call_without_parameters_carries_its_checksum_alone() -> None:
    assert signed_query("getRecordings", "", "s", "sha1").startswith("checksum=")
    assert "&checksum=" in signed_query("getRecordings", "a=b", "s", "sha1")


PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PLAIN.filter(bool), PLAIN), max_size=4))
def test_the_bytes_that_arrive_are_the_bytes_that_were_signed(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock, parameters: Any
) -> None:
    server.says(ok())
    caller = Caller(address, Transport(address, clock, None, Limits()), READS, clock, lambda: 0.0, 1)

    caller.read("getRecordings", parameters, successful_fields)

    arrived = server.requests[-1].target.partition("?")[2]
    query = encode_query(parameters)
    assert arrived == signed_query("getRecordings", query, address.secret, "sha256")


def test_a_form_is_sorted_and_spelled_as_java_does() -> None:
    assert encode_form([("b", "a b~*-._é,/"), ("a", "1")]) == "a=1&b=a+b%7E*-._%C3%A9%2C%2F"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9_-]{1,10}", fullmatch=True), PLAIN, max_size=5))
def test_a_form_says_what_was_given(parameters: Any) -> None:
    assert dict(parse_qsl(encode_form(parameters.items()), keep_blank_values=True)) == parameters


@pytest.mark.parametrize("parameters", [[("a b", "1")], [("", "1")], [("a", "1"), ("a", "2")]])
def test_a_form_that_could_be_hashed_in_two_ways_is_refused(parameters: Any) -> None:
    with pytest.raises(UsageError):
        encode_form(parameters)
