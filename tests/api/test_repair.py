"""What repairing bytes promises: the same wherever chunks end, and never slow or large."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bbbkeep.api.repair import Repaired, encoding_of


def repaired(text: bytes, step: int = 65536) -> bytes:
    source = Repaired(io.BytesIO(text), "utf-8")
    return b"".join(iter(lambda: source.read(step), b""))


PIECES = st.lists(
    st.sampled_from(
        ["&", "&#1;", "&amp;", "<", "<a>", "</a>", "<a b='1'>", "<1 x>", "<![CDATA[", "]]>", "]", ">", "é"]
    )
)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.integers(1, 9))
def test_repair_does_not_depend_on_where_chunks_end(pieces: list[str], size: int) -> None:
    text = ("<a>" + "".join(pieces) + "</a>").encode()

    assert repaired(text, size) == repaired(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"])))
def test_any_text_can_be_parsed_after_it(text: str) -> None:
    etree.fromstring(repaired(f"<a>{text}</a>".encode()))


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]).filter(lambda one: one != "\x7f")
    )
)
def test_a_document_that_is_xml_already_stays_as_it_is(text: str) -> None:
    element = etree.Element("a", {"alt": text})
    element.text = text
    printed = etree.tostring(element, encoding="utf-8")

    assert repaired(printed) == printed


@pytest.mark.parametrize(
    "evil",
    [
        b"<![CDATA[" * 20_000,
        b"<" * 200_000,
        b"<a " + b"x='1' " * 30_000,
        b"&" * 200_000,
        b"<a" + b" " * 200_000,
    ],
    ids=["CDATA", "less-than signs", "attributes", "ampersands", "spaces"],
)
def test_what_is_made_to_take_long_does_not(evil: bytes) -> None:
    started = time.process_time()

    repaired(evil * 3)

    assert time.process_time() - started < 10


def test_a_tag_without_an_end_is_not_held_for_ever() -> None:
    assert b"after" not in repaired(b"<a " + b"x" * 2_000_000 + b">after")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"<response>", "utf-8"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='latin-1'?>", "iso8859-1"),
        (b' <?xml version="1.0" encoding="Windows-1252" standalone="yes"?>', "cp1252"),
        (b"<?xml version='1.0' encoding='utf-7'?>", "utf-8"),
        (b"<?xml version='1.0' encoding='rot13'?>", "utf-8"),
        (b"<?xml version='1.0' encoding='nonsense'?>", "utf-8"),
        ("<r/>".encode("utf-16"), "utf-16"),
    ],
)
def test_the_first_bytes_name_the_encoding(head: bytes, encoding: str) -> None:
    assert encoding_of(head) == encoding
