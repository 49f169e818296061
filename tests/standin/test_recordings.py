"""getRecordings over real HTTP: selection, paging, the document."""

import pytest
from lxml import etree
from standin.calling import OTHER, RECORD, SISTER, a_recording, ask, ask_raw, ask_unsigned, signed

from bbbkeep.standin.server import LocalServer

SECRET_WRONG = (
    "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
    "<message>You did not pass the checksum security check</message></response>"
)


def listed(server: LocalServer, query: str = "", **options: object) -> list[str]:
    answer = ask(server, "getRecordings", query, **options)
    assert answer.status_code == 200, answer.text
    root = etree.fromstring(answer.content)
    return sorted(element.text for element in root.iterfind("recordings/recording/recordID"))


def document(server: LocalServer, query: str = "") -> etree._Element:
    return etree.fromstring(ask(server, "getRecordings", query).content)


def test_without_parameters_all_published_and_unpublished_ones_are_listed(server: LocalServer) -> None:
    server.state.add(a_recording("c" * 40 + "-1730000000000", state="processing"))

    assert listed(server) == [RECORD, SISTER, OTHER]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("recordID=" + RECORD, [RECORD], id="whole ID"),
        pytest.param("recordID=" + RECORD[:40], [RECORD, SISTER], id="prefix"),
        pytest.param("recordID=" + RECORD.upper(), [], id="prefixes have a letter case"),
        pytest.param(
            f"recordID=b,{RECORD},a,aa", [RECORD, SISTER, OTHER], id="overlapping prefixes list once"
        ),
        pytest.param("recordID=", [RECORD, SISTER, OTHER], id="empty is as if absent"),
        pytest.param("recordID=,zz", [RECORD, SISTER, OTHER], id="an empty part matches everything"),
        pytest.param("recordID=b,,", [OTHER], id="empty parts at the end do not count"),
        pytest.param("recordID=%20b%20", [OTHER], id="spaces around it go"),
        pytest.param("recordID=zz,%20b", [], id="spaces in it stay"),
        pytest.param("recordID=%2562", [OTHER], id="decoded twice"),
        pytest.param("recordID=b%252Ca", [RECORD, SISTER, OTHER], id="decoded before it is split"),
        pytest.param("recordID=b&meetingID=x", [OTHER], id="a meeting ID beside it is ignored"),
        pytest.param("state=unpublished", [OTHER], id="one state"),
        pytest.param("state=unpublished,published", [RECORD, SISTER, OTHER], id="two states"),
        pytest.param("state=bogus", [], id="no such state"),
        pytest.param("state=deleted", [], id="none deleted"),
        pytest.param("state=deleted,any", [RECORD, SISTER, OTHER], id="any wins"),
        pytest.param("meta_category=lecture", [RECORD], id="meta equals"),
        pytest.param("meta_CATEGORY=lecture", [RECORD], id="meta keys are looked up in lower case"),
        pytest.param("meta_category=Lecture", [], id="meta values have a letter case"),
        pytest.param("meta_category=%25e%25", [RECORD, SISTER], id="meta contains"),
        pytest.param("meta_category=%25ture", [RECORD], id="meta ends with"),
        pytest.param("meta_category=sem%25", [SISTER], id="meta begins with"),
        pytest.param("meta_category=lecture&meta_none=x", [], id="all meta filters must match"),
        pytest.param("meta_meetingName=Algebra", [], id="camel case can't be found"),
        pytest.param("recordid=b", [RECORD, SISTER, OTHER], id="parameter names have a letter case"),
    ],
)
def test_a_listing_holds_what_was_asked_for(server: LocalServer, query: str, expected: list[str]) -> None:
    assert listed(server, query) == expected


def test_a_meeting_id_is_looked_up_by_its_sha1_as_a_prefix(server: LocalServer) -> None:
    record_id = "779e03c9e66e9f3765981fb53a29c041148eb2d2-1700000000000"  # begins with the SHA-1 of "room 7"
    server.state.add(a_recording(record_id, meeting_id="something else"))

    assert listed(server, "meetingID=nowhere,room%207") == [record_id]
    assert listed(server, "meetingID=something%20else") == []


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("recordID=a%25", id="stray percent in an ID"),
        pytest.param("meta_category=", id="empty filter on a key that is there"),
        pytest.param("limit=2&offset=4", id="offset beyond the end"),
    ],
)
def test_what_throws_inside_is_a_500_page(server: LocalServer, query: str) -> None:
    status, text = ask_raw(server, "getRecordings", query)

    assert (status, "<html>" in text) == (500, True)


def test_an_empty_filter_on_a_key_nobody_has_finds_nothing(server: LocalServer) -> None:
    assert listed(server, "meta_nokey=") == []


@pytest.mark.parametrize(
    ("query", "shown", "total"),
    [
        pytest.param("limit=2", 2, "3", id="first page"),
        pytest.param("limit=2&offset=2", 1, "3", id="last page"),
        pytest.param("limit=2&offset=3", 0, "3", id="offset at the end"),
        pytest.param("limit=100&offset=2", 1, "1", id="a limit above the total makes the page the total"),
        pytest.param("limit=100&offset=3", 0, "3", id="but not for an empty page"),
        pytest.param("limit=3", 3, "3", id="limit equal to the total"),
        pytest.param("limit=0", 1, "3", id="too small is 1"),
        pytest.param("limit=-7", 1, "3", id="negative is 1"),
        pytest.param("limit=1&offset=-1", 1, "3", id="negative offset is 0"),
        pytest.param("limit=1&offset=x", 1, "3", id="odd offset is 0"),
        pytest.param("limit=abc", 3, None, id="odd limit: no paging"),
        pytest.param("limit=99999999999", 3, None, id="limit beyond 32 bits: no paging"),
        pytest.param("offset=2", 3, None, id="offset alone: no paging"),
    ],
)
def test_a_page_is_cut_and_counted_as_bigbluebutton_does(
    server: LocalServer, query: str, shown: int, total: str | None
) -> None:
    root = document(server, query)

    assert len(root.findall("recordings/recording")) == shown
    assert root.findtext("totalElements") == total


def test_a_limit_over_100_is_100_in_silence(server: LocalServer) -> None:
    server.state.add(*(a_recording(f"{number:040x}-1700000000000") for number in range(200)))

    assert len(listed(server, "limit=500")) == 100


def test_an_empty_answer_has_an_empty_element_and_a_key(server: LocalServer) -> None:
    root = document(server, "recordID=ffff")

    assert [child.tag for child in root] == ["returncode", "recordings", "messageKey", "message"]
    assert root.findtext("messageKey") == "noRecordings"


def test_there_is_no_xml_declaration(server: LocalServer) -> None:
    answer = ask(server, "getRecordings")

    assert answer.text.startswith("<response>")
    assert answer.headers["Content-Type"] == "text/xml;charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Date"] == "Wed, 04 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_every_checksum_length_is_accepted(server: LocalServer, algorithm: str) -> None:
    _, text = ask_unsigned(server, "getRecordings", signed(server, "getRecordings", "state=any", algorithm))

    assert "<returncode>SUCCESS" in text


def test_a_letter_case_of_hex_and_a_place_of_the_checksum_are_free(server: LocalServer) -> None:
    digest = signed(server, "getRecordings", "recordID=b").partition("checksum=")[2].upper()

    assert OTHER in ask_unsigned(server, "getRecordings", f"checksum={digest}&recordID=b")[1]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="none"),
        pytest.param("checksum=", id="empty"),
        pytest.param("checksum=" + "0" * 64, id="wrong"),
        pytest.param("checksum=md5", id="of no length known"),
    ],
)
def test_a_bad_checksum_is_a_200_that_says_so(server: LocalServer, query: str) -> None:
    assert ask_unsigned(server, "getRecordings", query) == (200, SECRET_WRONG)


def test_a_form_may_carry_the_parameters_but_only_the_url_is_signed(server: LocalServer) -> None:
    answer = ask(server, "getRecordings", method="POST", data={"recordID": "b"})

    assert RECORD not in answer.text
    assert OTHER in answer.text


def test_a_long_listing_is_streamed_whole(server: LocalServer) -> None:
    server.state.add(*(a_recording(f"{number:040x}-1700000000000") for number in range(2_100)))
    answer = ask(server, "getRecordings", "recordID=0")

    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert len(etree.fromstring(answer.content).findall("recordings/recording")) == 2_100
