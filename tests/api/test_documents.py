"""What reading a document promises: whole or nothing, in little memory, whatever is in it."""

import io
from typing import Any

import pytest
from api.wire import A, B, a_recording, listing, ok
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.api.documents import Envelope, read_envelope, recording_elements
from bbbkeep.api.transport import Body
from bbbkeep.errors import BbbUnavailableError


def a_body(text: Any) -> Body:
    return Body("getRecordings", 200, io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def ids(text: Any) -> tuple[list[str | None], Envelope]:
    body = a_body(text)
    envelope = read_envelope(body)
    elements = recording_elements(body, lenient=envelope.lenient)
    return [element.findtext("recordID") for element in elements], envelope


def test_recordings_come_out_in_order() -> None:
    found, envelope = ids(listing(a_recording(A), "\n  ", a_recording(B)))

    assert found == [A, B]
    assert envelope.has_recordings
    assert not envelope.lenient


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("<?xml version='1.0'?>\n{}", id="declaration"),
        pytest.param("\n  <?xml version='1.0'?>{}", id="whitespace before the declaration"),
        pytest.param("\ufeff{}", id="byte order mark"),
        pytest.param("{}\n\n", id="whitespace after it"),
        pytest.param("<!-- hello -->{}", id="comment"),
    ],
)
def test_what_surrounds_a_document_does_not_matter(around: str) -> None:
    assert ids(around.format(listing(a_recording())))[0] == [A]


def test_a_second_recording_element_around_each_is_tolerated() -> None:
    wrapped = f"<recording>{a_recording(A)}{a_recording(B)}</recording>"

    assert ids(listing(wrapped, f"<recording>{a_recording(A)}</recording>"))[0] == [A, B, A]


def test_metadata_keys_named_like_the_apis_elements_are_no_such_elements() -> None:
    keys = {"recording": "x", "recordings": "y", "returncode": "FAILED", "messageKey": "checksumError"}
    found, envelope = ids(listing(a_recording(A, metadata=keys), a_recording(B)))

    assert found == [A, B]
    assert envelope.fields == {"returncode": "SUCCESS"}


def test_an_answer_without_a_recordings_element_says_so() -> None:
    inside = "<messageKey>noRecordings</messageKey>"

    assert not read_envelope(a_body(ok(inside))).has_recordings
    assert not read_envelope(a_body(ok("<other><recordings/></other>"))).has_recordings
    assert read_envelope(a_body(ok("<recordings/>" + inside))).has_recordings


@pytest.mark.parametrize(
    "text",
    ["<totalElements>7</totalElements>", "<pagination><totalElements>7</totalElements></pagination>"],
)
def test_both_forms_of_a_total_are_told_apart(text: Any) -> None:
    fields = read_envelope(a_body(listing(after=text))).fields

    assert fields["pagination/totalElements" if "pagination" in text else "totalElements"] == "7"


@pytest.mark.parametrize(
    "bad",
    ["\x01", "\x00", "\x0b", "&#1;", "&#x0;", "&#xD800;", "&#xFFFE;", "&#1114112;", "\ufffe", "\uffff"],
)
def test_characters_that_xml_forbids_cost_the_metadata_not_the_listing(bad: Any) -> None:
    found, envelope = ids(listing(a_recording(A), a_recording(B, name=f"Lec{bad}ture")))

    assert found == [A, B]
    assert envelope.lenient


@pytest.mark.parametrize(
    "bad", [b"\xe4", b"\xed\xa0\x80", b"\xc3"], ids=["Latin-1", "surrogate", "half a letter"]
)
def test_invalid_utf8_costs_the_metadata_not_the_listing(bad: Any) -> None:
    text = listing(a_recording(A, name="Lec@ture")).encode().replace(b"@", bad)

    found, envelope = ids(text)

    assert found == [A]
    assert envelope.lenient


def test_forbidden_characters_in_a_cdata_section_are_dropped_too() -> None:
    assert ids(listing(a_recording(metadata={"a": "<![CDATA[x\x02]]>"})))[1].lenient


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        pytest.param("R&D", "R&D", id="ampersand"),
        pytest.param("a & b &", "a & b &", id="ampersands alone"),
        pytest.param("R&nbsp;D &copy;", "R&nbsp;D &copy;", id="entities of HTML"),
        pytest.param("a &amp; b & c &#228;", "a & b & c ä", id="beside references that are right"),
        pytest.param("&#x1;&#55357;x", "x", id="references to what XML forbids"),
        pytest.param("1 < 2 <3", "1 < 2 <3", id="less-than signs"),
        pytest.param("<![CDATA[a & <b> c]]>\x02", "a & <b> c", id="CDATA is left as it is"),
    ],
)
def test_what_a_server_left_unescaped_costs_the_metadata_not_the_listing(sent: str, name: str) -> None:
    body = a_body(listing(a_recording(A, name=sent), a_recording(B)))
    envelope = read_envelope(body)

    names = [one.findtext("name") for one in recording_elements(body, lenient=envelope.lenient)]

    assert names == [name, "Lecture"]
    assert envelope.lenient


@pytest.mark.parametrize("key", ["1 x", "a b", "ä=b", "-"])
def test_a_metadata_key_that_is_no_name_costs_the_metadata_not_the_listing(key: str) -> None:
    found, envelope = ids(listing(a_recording(A, metadata={key: "v", "c": "d"}), a_recording(B)))

    assert found == [A, B]
    assert envelope.lenient


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-8", "US-ASCII"])
@pytest.mark.parametrize(("spoilt", "lenient"), [("", False), ("\x01", True)])
def test_a_declared_encoding_is_believed(encoding: str, spoilt: str, lenient: bool) -> None:
    name = "Size" if encoding == "US-ASCII" else "Größe"
    declared = f"<?xml version='1.0' encoding='{encoding}'?>" + listing(a_recording(A, name=name + spoilt))
    body = a_body(declared.encode(encoding))
    envelope = read_envelope(body)

    names = [one.findtext("name") for one in recording_elements(body, lenient=envelope.lenient)]

    assert (names, envelope.lenient) == ([name], lenient)


WHOLE = listing(a_recording(A, name="Größe &amp; &#228;"), a_recording(B)).encode()
SPOILT = [WHOLE.replace(b"Lecture", name) for name in (b"Lec\x01ture", b"R&D", b"<3", b"<![CDATA[&]]>&")]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, len(WHOLE)), st.sampled_from([WHOLE, *SPOILT]))
def test_a_truncated_document_is_never_believed(missing: int, text: bytes) -> None:
    with pytest.raises(BbbUnavailableError):
        read_envelope(a_body(text[:-missing]))


def test_no_beginning_of_a_document_is_a_document() -> None:
    small = listing("<recording><recordID>a</recordID><name>R&D</name></recording>").encode()

    for text in (small, small.replace(b"R&D", b"R&amp;D")):
        for end in range(len(text)):
            with pytest.raises(BbbUnavailableError):
                read_envelope(a_body(text[:end]))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<response><returncode>SUCCESS</returncode><a></response>", id="mismatched tags"),
        pytest.param(ok("<a>&#60</a>" * 3 + "<b>"), id="beyond repair"),
        pytest.param(ok() + ok(), id="two documents"),
        pytest.param("<html><body>welcome</body></html>", id="XHTML"),
        pytest.param("<rss/>", id="another kind of XML"),
        pytest.param('<response xmlns="urn:x"><returncode>SUCCESS</returncode></response>', id="namespace"),
        pytest.param(ok("<a>" * 400 + "</a>" * 400), id="too deep"),
        pytest.param("<!DOCTYPE response [<!ENTITY a 'SUCCESS'>]>" + ok("&a;"), id="document type"),
        pytest.param(
            "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>" + ok("&b;&b;"),
            id="entity expansion",
        ),
        pytest.param("<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/x.dtd'>" + ok(), id="external document type"),
        pytest.param(ok("<x/>" * 1_200_000), id="an endless row of other elements"),
    ],
)
def test_what_is_not_the_apis_xml_is_no_answer(text: Any) -> None:
    with pytest.raises(BbbUnavailableError) as caught:
        read_envelope(a_body(text))

    assert "\n" not in str(caught.value)


def test_errors_in_their_older_forms_are_found() -> None:
    attributes = (
        "<response><returncode>FAILED</returncode><errors><error key='k' message='m'/></errors></response>"
    )
    elements = "<errors><error><key>k</key><message>m</message></error><error><key>k2</key></error></errors>"

    for text in (attributes, ok(elements)):
        fields = read_envelope(a_body(text)).fields
        assert (fields["messageKey"], fields["message"]) == ("k", "m")


def test_memory_does_not_grow_with_the_listing() -> None:
    body = a_body(listing(*[a_recording()] * 500))
    elements = recording_elements(body, lenient=read_envelope(body).lenient)
    kept = [sum(1 for _ in one.getroottree().getroot().iter("recording", "recordID")) for one in elements]

    assert len(kept) == 500
    assert max(kept) < 100
