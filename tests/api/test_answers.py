"""What judging promises: each answer is one of five things, and its message is one clean line."""

from typing import Any

import pytest
from api.scripted import Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, EMPTY, NOT_FOUND_PAGE, failed, ok

from bbbkeep.api.answers import one_line, shape_of
from bbbkeep.api.reading import Reader
from bbbkeep.errors import (
    BbbAuthError,
    BbbError,
    BbbRejectedError,
    BbbUnavailableError,
    BbbUnsupportedError,
)

JSON_FAILED = b'{"response":{"returncode":"FAILED","messageKey":"paramError","message":"Missing param."}}'
BARE_JSON_FAILED = b'{"returncode":"FAILED","messageKey":"paramError","message":"Missing param."}'
BBBLB_ERROR = failed("internalError", "AttributeError as_text").encode()


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        pytest.param(failed("notFound"), BbbRejectedError, "notFound", id="FAILED"),
        pytest.param(failed("notFound", code="FAILURE"), BbbRejectedError, "FAILURE", id="FAILURE"),
        pytest.param(failed("notFound", code="failed"), BbbRejectedError, "failed", id="lower case"),
        pytest.param(failed("notFound", code="WHATEVER"), BbbRejectedError, "WHATEVER", id="any other word"),
        pytest.param(CHECKSUM_ERROR, BbbAuthError, "check BBB_SECRET", id="wrong secret"),
        pytest.param(failed("unsupportedRequest"), BbbUnsupportedError, "does not offer", id="Scalelite"),
        pytest.param(failed("notImplemented"), BbbUnsupportedError, "does not offer", id="BBBLB"),
        pytest.param(JSON_FAILED, BbbRejectedError, r"Missing param. \(paramError\)", id="FAILED in JSON"),
        pytest.param(BARE_JSON_FAILED, BbbRejectedError, "paramError", id="FAILED in bare JSON"),
        pytest.param(
            ok().replace("SUCCESS", ""), BbbUnavailableError, "without a returncode", id="no returncode"
        ),
        pytest.param("", BbbUnavailableError, r"an empty body \(HTTP 200\)", id="empty body"),
        pytest.param("Method Not Allowed", BbbUnavailableError, "plain text", id="plain text"),
        pytest.param('{"response":{"returncode":"SUCCESS"}}', BbbUnavailableError, "JSON", id="JSON for XML"),
        pytest.param("{" * 100_000, BbbUnavailableError, "JSON", id="bottomless JSON"),
        pytest.param("[" * 100_000, BbbUnavailableError, "plain text", id="a JSON array"),
        pytest.param(
            Reply(NOT_FOUND_PAGE, 404),
            BbbUnavailableError,
            r"an HTML page \(HTTP 404\) instead of the API's words; the URL is wrong, or BigBlueButton took too long",
            id="404 page",
        ),
        pytest.param(Reply(NOT_FOUND_PAGE), BbbUnavailableError, "HTML page", id="page with HTTP 200"),
        pytest.param(
            Reply(b"<html>", 502), BbbUnavailableError, "may be starting", id="502 while restarting"
        ),
        pytest.param(Reply(BBBLB_ERROR, 500), BbbUnavailableError, "an error document", id="500 with XML"),
        pytest.param(Reply(b"", 400), BbbRejectedError, "HTTP 400.*too long", id="400 for a long URL"),
        pytest.param(Reply(failed("x").encode(), 400), BbbRejectedError, r"\(x\)", id="400 with XML"),
        pytest.param(Reply(b"Method Not Allowed", 405), BbbUnsupportedError, "does not offer", id="405"),
        pytest.param(Reply(b"<html>", 401), BbbUnavailableError, "wants credentials", id="401"),
        pytest.param(Reply(b"<html>", 403), BbbUnavailableError, "forbids it", id="403"),
        pytest.param(Reply(b"", 404), BbbUnavailableError, "an empty body", id="404 without a page"),
        pytest.param(Reply(b"<html>", 429), BbbUnavailableError, "fewer requests", id="429"),
        pytest.param(Reply(b'{"error":"rate"}', 429), BbbUnavailableError, "fewer", id="429 with JSON"),
        pytest.param(Reply(b"<html>", 503), BbbUnavailableError, "may be starting", id="503"),
        pytest.param(Reply(b"<html>", 504), BbbUnavailableError, "overloaded", id="504"),
        pytest.param('{"response":{"returncode":"success"}}', BbbUnavailableError, "JSON", id="JSON success"),
        pytest.param('{"response":{"returncode":', BbbUnavailableError, "breaks off", id="JSON cut short"),
        pytest.param(Reply(b"<html>", 414), BbbRejectedError, "too long", id="414"),
        pytest.param(Reply(b"<html>", 413), BbbRejectedError, "too large", id="413"),
        pytest.param(
            Reply(failed("notFound").encode(), 404), BbbRejectedError, "notFound", id="404 with XML"
        ),
        pytest.param(
            Reply(b"", 302, {"Location": "https://bbb.example.org/?secret"}),
            BbbUnavailableError,
            r"a redirect to https://bbb.example.org \(HTTP 302\)",
            id="redirect",
        ),
        pytest.param(
            Reply(b"", 307, {"Location": "/bigbluebutton/api/getRecordings?checksum=1"}),
            BbbUnavailableError,
            r"a redirect \(HTTP 307\), which is never followed",
            id="BBBLB's redirect of a trailing slash",
        ),
        pytest.param(
            Reply(b"", 301, {"Location": "https://user:pw@bbb.example.org/"}),
            BbbUnavailableError,
            r"a redirect \(HTTP 301\)",
            id="redirect with a password",
        ),
        pytest.param(Reply(b"", 304), BbbUnavailableError, "HTTP 304", id="3xx without a place"),
        pytest.param(Reply(hang_up=True), BbbUnavailableError, "refused or broke off", id="hangs up"),
        pytest.param(
            Reply(EMPTY.encode(), length=9999),
            BbbUnavailableError,
            "broke off before its end",
            id="cut short",
        ),
        pytest.param(
            Reply(b"no gzip", headers={"Content-Encoding": "gzip"}),
            BbbUnavailableError,
            "broke off",
            id="bad gzip",
        ),
    ],
)
def test_each_answer_is_the_error_that_says_what_to_do(
    server: ScriptedServer, reader: Reader, reply: Any, error: type[BbbError], says: str
) -> None:
    server.says(reply)

    with pytest.raises(BbbError, match=says) as caught:
        reader.listing_all(tries=1)

    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


def test_a_redirect_is_not_followed(server: ScriptedServer, reader: Reader) -> None:
    server.says(Reply(b"x", 307, {"Location": f"{server.url}/elsewhere"}))

    with pytest.raises(BbbUnavailableError):
        reader.version()

    assert len(server.requests) == 1


def test_an_xml_answer_counts_whatever_its_content_type(server: ScriptedServer, reader: Reader) -> None:
    server.says(Reply(EMPTY.encode(), headers={"Content-Type": "text/html"}))

    with reader.listing_all() as listing:
        assert list(listing) == []


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        (b"\xef\xbb\xbf\n <response>", "xml"),
        (b" \n{", "json"),
        (b"<!DOCTYPE HTML PUBLIC", "html"),
        (b"<HTML>", "html"),
        (b" \n", "empty"),
        (b"404", "text"),
        ("<response/>".encode("utf-16"), "xml"),
    ],
)
def test_the_first_bytes_tell_the_shape(head: bytes, shape: str) -> None:
    assert shape_of(head) == shape


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines\tand  spaces ", "two lines and spaces"),
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
        ("see https://bbb.example.org/api?checksum=abc now", "see (URL) now"),
        ("got recordID=1&checksum=abc", "got (URL)"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_what_a_server_says_becomes_one_harmless_line(text: Any, line: str) -> None:
    assert one_line(text) == line


def test_a_servers_message_is_shown_harmless(server: ScriptedServer, reader: Reader) -> None:
    server.says(failed("k" * 500, "&lt;b&gt;https://x.example.org/?checksum=abc " + "y" * 5000))

    with pytest.raises(BbbRejectedError) as caught:
        reader.listing_all()

    assert len(str(caught.value)) < 500
    assert "checksum=" not in str(caught.value)
