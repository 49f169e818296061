"""Checksums: the worked examples of the API, and what a server forgives."""

from collections.abc import Callable

import pytest

from bbbkeep.standin.checksum import ChecksumRules, by_name, by_pattern, by_value

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
ALL = ChecksumRules({"sha1", "sha256", "sha384", "sha512"})
ID = "652c9eb4c07ad49283554c76301d68770326bd93-1462283509434"
OTHER_ID = "9e359d17635e163c4388281567601d7fecf29df8-1461882579628"
TITLE = "Gr%C3%B6%C3%9Fe+%26+%C3%84hre+%E2%80%93+%E6%97%A5%E6%9C%AC%E8%AA%9E"
UPLOAD = f"recordID={ID}&kind=subtitles&lang=pt-BR&label=Portugu%C3%AAs+%28Brasil%29"


@pytest.mark.parametrize(
    ("call", "query", "expected"),
    [
        pytest.param(
            "create",
            "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444",
            "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17",
            id="the API document's own",
        ),
        pytest.param(
            "getRecordings",
            "state=any&offset=0&limit=25",
            "00654d4408cf60b06d3c9220ac7fe9037ce94edd",
            id="sha1",
        ),
        pytest.param(
            "getRecordings",
            f"recordID={ID},{OTHER_ID}",
            "de5217db9d414ca16dae4316c036cbfbbe55c0fd87a8505392222879ddb228d3",
            id="sha256, raw comma",
        ),
        pytest.param(
            "getRecordings",
            f"recordID={ID}%2C{OTHER_ID}",
            "fe2e9e29d075d1228770a8adce58a418df54bde82ef071aa308c081cb3724057",
            id="sha256, encoded comma",
        ),
        pytest.param(
            "updateRecordings",
            f"recordID={ID}&meta_titel={TITLE}",
            "a0f7d82d08fe4eaeb794ee7166a767399eed3fe5208b1e098c404f72732ee4d0"
            "622487b6759fe352adc755dba4c29535a1b8f1dc92f8489f8dbb997f53295698",
            id="sha512, spaces as plus",
        ),
        pytest.param(
            "updateRecordings",
            f"recordID={ID}&meta_titel={TITLE.replace('+', '%20')}",
            "cf028af13d6eedf41aafa17a7c375e5dc88719c3adbd75cd6f0959a088feb5a3"
            "a2fce66852e6bed55377cf5152acb2485a44e2da31d7c9d7ee6252de5ef94b92",
            id="sha512, spaces encoded",
        ),
        pytest.param(
            "putRecordingTextTrack",
            UPLOAD,
            "05961615a08a732bf1c1a9395dc6e5e207a4638e3b1595f527b4d31495fd35e4",
            id="sha256, upload",
        ),
        pytest.param(
            "putRecordingTextTrack",
            UPLOAD,
            "4a8324a7fa2c2da07eb173ccbab1a1d8671ac7fb1a07bb5a95c6928c6124afaaed2ce125f5c9f0887c976b9dbef4e8f4",
            id="sha384, upload",
        ),
        pytest.param("getRecordings", "", "2d8ec9f1d49ac91a5068c0914bb414a9d83142c6", id="no parameters"),
    ],
)
def test_a_worked_example_is_accepted(call: str, query: str, expected: str) -> None:
    sent = f"{query}{'&' if query else ''}checksum={expected}"

    assert ALL.flaw(call, sent, expected, SECRET) is None
    assert ALL.flaw(call, sent.replace(expected, expected.upper()), expected.upper(), SECRET) is None
    assert ALL.flaw(call + "s", sent, expected, SECRET) == "wrong"
    assert ALL.flaw(call, sent, expected, SECRET + "x") == "wrong"


@pytest.mark.parametrize("removed", [by_value, by_pattern, by_name])
@pytest.mark.parametrize("sent", ["checksum=X&a=1&b=2", "a=1&checksum=X&b=2", "a=1&b=2&checksum=X"])
def test_the_checksum_may_stand_anywhere(removed: Callable[[str, str], str], sent: str) -> None:
    assert removed(sent, "X") == "a=1&b=2"


def test_a_second_checksum_spoils_the_text_where_the_first_is_taken_out_by_its_value() -> None:
    sent = "checksum=X&a=1&checksum=Y"

    assert by_value(sent, "X") == by_pattern(sent, "X") == "a=1&checksum=Y"
    assert by_name(sent, "X") == "a=1"


def test_empty_parts_of_a_query_are_kept_where_parts_are_taken_out_by_name() -> None:
    assert by_name("a=1&&checksum=X&", "X") == "a=1&&"


SHA1 = "2d8ec9f1d49ac91a5068c0914bb414a9d83142c6"


def test_an_algorithm_that_is_switched_off_is_refused() -> None:
    assert ChecksumRules({"sha256"}).flaw("getRecordings", f"checksum={SHA1}", SHA1, SECRET) == "length"


def test_an_exact_server_wants_lower_case_hex() -> None:
    exact = ChecksumRules({"sha1"}, any_case=False)

    assert exact.flaw("getRecordings", f"checksum={SHA1}", SHA1, SECRET) is None
    assert exact.flaw("getRecordings", f"checksum={SHA1.upper()}", SHA1.upper(), SECRET) == "wrong"


@pytest.mark.parametrize(
    ("given", "flaw"), [("", "missing"), ("x", "length"), ("é" * 40, "no hex"), ("0" * 41, "length")]
)
def test_what_no_algorithm_yields_is_refused(given: str, flaw: str) -> None:
    assert ALL.flaw("getRecordings", f"checksum={given}", given, SECRET) == flaw
