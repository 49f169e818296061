"""What a Writer promises: whole IDs, one sending, and no success that was not said."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from api.scripted import SECRET, JumpingClock, Reply, Request, ScriptedServer
from api.wire import CHECKSUM_ERROR, EMPTY, NOT_FOUND_PAGE, A, B, failed, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.writing import Answer, Writer
from bbbkeep.errors import (
    BbbAuthError,
    BbbError,
    BbbRejectedError,
    BbbUnavailableError,
    BbbUnsupportedError,
    UsageError,
)

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nGrüße\n"


def a_stored(key: str = "upload_text_track_success", **more: str) -> str:
    return json.dumps(
        {"response": {"returncode": "SUCCESS", "recordId": A, "messageKey": key, "message": "m", **more}}
    )


def an_id(number: int) -> str:
    return f"{number:040x}-1700000000000"


@pytest.mark.parametrize(
    ("write", "call", "parameters"),
    [
        pytest.param(
            lambda writer: writer.publish([A, B, A], published=True),
            "publishRecordings",
            {"recordID": f"{A},{B}", "publish": "true"},
            id="publish",
        ),
        pytest.param(
            lambda writer: writer.publish([A], published=False),
            "publishRecordings",
            {"recordID": A, "publish": "false"},
            id="unpublish",
        ),
        pytest.param(lambda writer: writer.delete([A]), "deleteRecordings", {"recordID": A}, id="delete"),
        pytest.param(
            lambda writer: writer.update_metadata([A], {"Title": " Größe & mehr ", "gone": None}),
            "updateRecordings",
            {"recordID": A, "meta_title": "Größe & mehr", "meta_gone": ""},
            id="update",
        ),
    ],
)
def test_a_write_is_one_get_with_whole_ids(
    server: ScriptedServer, writer: Writer, write: Callable[..., Answer], call: Any, parameters: Any
) -> None:
    server.says(ok("<published>true</published>"))

    assert write(writer) == Answer(call, "", "")

    [request] = server.requests
    assert (request.method, request.call, request.body) == ("GET", call, b"")
    sent = request.parameters
    assert len(sent.pop("checksum")) == 64
    assert sent == parameters


WRITES = [
    pytest.param(lambda writer, ids: writer.publish(ids, published=True), id="publish"),
    pytest.param(lambda writer, ids: writer.delete(ids), id="delete"),
    pytest.param(lambda writer, ids: writer.update_metadata(ids, {"a": "b"}), id="update"),
    pytest.param(
        lambda writer, ids: writer.upload_text_track(ids[0] if ids else "", "captions", "en", "English", VTT),
        id="upload",
    ),
    pytest.param(
        lambda writer, ids: writer.remove_text_track(ids[0] if ids else "", "captions", "en"), id="remove"
    ),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "ids", [[], [""], ["a" * 40], ["a" * 40 + "-"], [A + "0"], [f",{A}"], [f"{A} "], ["."]]
)
def test_a_write_without_whole_ids_is_never_sent(
    server: ScriptedServer, writer: Writer, write: Callable[..., Answer], ids: list[str]
) -> None:
    with pytest.raises(UsageError):
        write(writer, ids)

    assert server.requests == []


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(hang_up=True),
        Reply(NOT_FOUND_PAGE, 502),
        Reply(b""),
        Reply(b"<response><returncode>SUCC"),
        Reply(b"{", 200),
    ],
    ids=["hang up", "502", "empty", "cut short", "broken JSON"],
)
def test_a_write_with_a_lost_answer_is_sent_once_and_nobody_knows(
    server: ScriptedServer, writer: Writer, clock: JumpingClock, write: Callable[..., Answer], reply: Any
) -> None:
    server.says(reply)

    with pytest.raises(BbbUnavailableError):
        write(writer, [A])

    assert len(server.requests) == 1
    assert clock.sleeps == []


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failed("notFound"), BbbRejectedError),
        (failed("notImplemented"), BbbUnsupportedError),
        (CHECKSUM_ERROR, BbbAuthError),
        (json.dumps({"response": {"returncode": "FAILED", "messageKey": "paramError"}}), BbbRejectedError),
    ],
    ids=["rejected", "unsupported", "wrong secret", "rejected in JSON"],
)
def test_a_refused_write_is_an_error_and_is_sent_once(
    server: ScriptedServer, writer: Writer, write: Callable[..., Answer], answer: str, error: type[BbbError]
) -> None:
    server.says(answer)

    with pytest.raises(BbbError) as caught:
        write(writer, [A])

    assert type(caught.value) is error
    assert len(server.requests) == 1


@pytest.mark.parametrize("word", ["updated", "deleted"])
def test_success_that_changed_nothing_is_no_success(
    server: ScriptedServer, writer: Writer, word: str
) -> None:
    server.says(ok(f"<{word}>false</{word}>"))

    with pytest.raises(BbbRejectedError, match=f"{word}=false"):
        writer.delete([A])


@pytest.mark.parametrize(("pause", "connections"), [(0, 1), (0.9, 1), (1, 2), (3600, 2)])
def test_writes_share_a_connection_that_answered_within_the_last_second(
    server: ScriptedServer, writer: Writer, clock: JumpingClock, pause: float, connections: int
) -> None:
    server.says(ok())

    writer.delete([A])
    clock.sleep(pause)
    writer.delete([B])

    assert len({request.port for request in server.requests}) == connections


def test_a_write_whose_connection_broke_leaves_the_next_one_its_own(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(ok(), Reply(hang_up=True), ok())

    writer.delete([A])
    with pytest.raises(BbbUnavailableError):
        writer.delete([A])
    writer.delete([B])

    assert [request.parameters["recordID"] for request in server.requests] == [A, A, B]


def test_an_upload_has_a_connection_of_its_own(server: ScriptedServer, writer: Writer) -> None:
    server.says(a_stored())

    for _ in range(2):
        writer.upload_text_track(A, "subtitles", "de", "Deutsch", VTT)

    assert [request.headers["Connection"] for request in server.requests] == ["close", "close"]
    assert len({request.port for request in server.requests}) == 2


def test_the_checksum_is_settled_by_a_read_before_the_first_write(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    def route(request: Request) -> Reply:
        known = len(request.parameters["checksum"]) == 40
        return Reply((EMPTY if known else CHECKSUM_ERROR).encode())

    server.route = route
    with Writer(ServerAddress("old", server.url, SECRET), clock=clock) as writer:
        writer.delete([A])
        writer.delete([B])

    assert [request.call for request in server.requests] == ["getRecordings"] * 2 + ["deleteRecordings"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="none"),
        pytest.param({"": "x"}, id="no key"),
        pytest.param({"1st": "x"}, id="digit first"),
        pytest.param({"a_b": "x"}, id="underscore"),
        pytest.param({"a.b": "x"}, id="dot"),
        pytest.param({"ä": "x"}, id="not ASCII"),
        pytest.param({"a\n": "x"}, id="line feed"),
        pytest.param({"a": "x", "A": "y"}, id="one key twice"),
        pytest.param({"a": ""}, id="empty value"),
        pytest.param({"a": " \n"}, id="blank value"),
        pytest.param({"a": "x\ny"}, id="line feed inside"),
        pytest.param({"a": "x\x00"}, id="null"),
        pytest.param({"a": "\ud800"}, id="lone surrogate"),
    ],
)
def test_a_change_that_a_server_would_drop_is_never_sent(
    server: ScriptedServer, writer: Writer, changes: dict[str, str | None]
) -> None:
    with pytest.raises(UsageError):
        writer.update_metadata([A], changes)

    assert server.requests == []


def test_a_write_that_no_front_end_lets_through_is_never_sent(server: ScriptedServer, writer: Writer) -> None:
    with pytest.raises(BbbRejectedError, match="nothing was sent"):
        writer.update_metadata([A], {"a": "x" * 4000})
    with pytest.raises(BbbRejectedError, match="60 IDs are more than the 50"):
        writer.delete([an_id(number) for number in range(60)])

    assert server.requests == []


def test_an_upload_is_a_multipart_post_with_its_parameters_in_the_url(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(a_stored())

    answer = writer.upload_text_track(A, "subtitles", "PT-br", " Português (Brasil) ", VTT)

    assert answer == Answer("putRecordingTextTrack", "upload_text_track_success", "m")
    [request] = server.requests
    assert (request.method, request.call) == ("POST", "putRecordingTextTrack")
    sent = request.parameters
    sent.pop("checksum")
    assert sent == {"recordID": A, "kind": "subtitles", "lang": "pt-BR", "label": "Português (Brasil)"}
    assert re.search(
        rb'name="file"; filename="captions\.vtt"\r\nContent-Type: text/vtt\r\n\r\nWEBVTT', request.body
    )
    assert VTT.encode() in request.body


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_stored("upload_text_track_failed"), id="the documented failure"),
        pytest.param(a_stored("empty_uploaded_text_track", returncode="FAILED"), id="empty"),
        pytest.param('{"response":{"returncode":"SUCCESS"}}', id="no key"),
    ],
)
def test_an_upload_succeeds_only_by_its_message_key(
    server: ScriptedServer, writer: Writer, answer: str
) -> None:
    server.says(answer)

    with pytest.raises(BbbRejectedError):
        writer.upload_text_track(A, "captions", "en", "English", VTT)


def test_the_first_betas_spelling_of_the_key_counts(server: ScriptedServer, writer: Writer) -> None:
    server.says('{"response":{"returncode":"SUCCESS","key":"upload_text_track_success","msg":"m"}}')

    assert (
        writer.upload_text_track(A, "captions", "en", "English", VTT).message_key
        == "upload_text_track_success"
    )


@pytest.mark.parametrize(
    "webvtt",
    [
        "",
        "WEBVTT\n",
        "WEBVTT\n\n",
        "WEBVTT\n\nNOTE 00:01 --> 00:02\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
        "WEBVTT\n\n00:01,000 --> 00:02,000\nHi\n",
        "00:01.000 --> 00:02.000\nHi\n",
    ],
    ids=[
        "nothing",
        "header",
        "header and blank",
        "only a note",
        "cue without text",
        "SRT stamps",
        "no header",
    ],
)
def test_text_without_a_cue_is_never_uploaded(server: ScriptedServer, writer: Writer, webvtt: str) -> None:
    with pytest.raises(UsageError, match="no WebVTT with a cue"):
        writer.upload_text_track(A, "captions", "en", "English", webvtt)

    assert server.requests == []


@pytest.mark.parametrize("webvtt", [VTT, VTT.replace("\n", "\r\n"), VTT.replace("00:01", "00:00:01", 1)])
def test_text_with_a_cue_is_uploaded_as_it_is(server: ScriptedServer, writer: Writer, webvtt: str) -> None:
    server.says(a_stored())

    writer.upload_text_track(A, "captions", "en", "English", webvtt)

    assert webvtt.encode() in server.requests[0].body


@pytest.mark.parametrize(
    ("kind", "lang", "label"),
    [
        ("chapters", "en", "English"),
        ("Captions", "en", "English"),
        ("captions", "", "English"),
        ("captions", "english language", "English"),
        ("captions", "en&x=y", "English"),
        ("captions", "en", ""),
        ("captions", "en", "  "),
        ("captions", "en", 'the "best"'),
        ("captions", "en", "back\\slash"),
        ("captions", "en", "two\nlines"),
        ("captions", "en", "x" * 201),
    ],
)
def test_an_upload_that_would_break_the_players_list_is_never_sent(
    server: ScriptedServer, writer: Writer, kind: str, lang: str, label: str
) -> None:
    with pytest.raises(UsageError):
        writer.upload_text_track(A, kind, lang, label, VTT)

    assert server.requests == []


INVALID_LANG = json.dumps(
    {"response": {"returncode": "FAILED", "messageKey": "invalidLang", "message": "Malformed lang param"}}
)


def languages(server: ScriptedServer) -> list[str]:
    return [one.parameters["lang"] for one in server.requests if one.call == "putRecordingTextTrack"]


def test_the_spelling_that_the_document_gives_comes_first_and_is_enough(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(a_stored())

    writer.upload_text_track(A, "captions", "pt-br", "x", VTT)

    assert writer.refused_spellings == ()
    assert languages(server) == ["pt-BR"]


def test_a_language_that_the_server_can_not_parse_is_spelled_the_other_way(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(INVALID_LANG, a_stored())

    writer.upload_text_track(A, "captions", "pt-BR", "x", VTT)

    assert writer.refused_spellings == ("pt-BR",)
    assert languages(server) == ["pt-BR", "pt_BR"]


def test_the_spelling_that_a_server_takes_is_the_first_to_be_tried_from_then_on(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(INVALID_LANG, a_stored())

    writer.upload_text_track(A, "captions", "pt-BR", "x", VTT)
    writer.upload_text_track(B, "captions", "en-US", "x", VTT)

    assert languages(server) == ["pt-BR", "pt_BR", "en_US"]


def test_a_bare_language_has_one_spelling(server: ScriptedServer, writer: Writer) -> None:
    server.says(INVALID_LANG)

    with pytest.raises(BbbRejectedError):
        writer.upload_text_track(A, "captions", "de", "x", VTT)

    assert languages(server) == ["de"]


def test_a_language_without_a_spelling_that_the_server_takes_comes_with_the_remedy(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(INVALID_LANG)

    with pytest.raises(BbbRejectedError, match=r"bare language 'zh'.*lang_map") as caught:
        writer.upload_text_track(A, "captions", "zh-Hans", "x", VTT)

    assert caught.value.message_key == "invalidLang"
    assert languages(server) == ["zh-Hans", "zh_Hans"]


def test_only_a_language_that_could_not_be_parsed_is_tried_again(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says(a_stored("upload_text_track_failed", returncode="FAILED"))

    with pytest.raises(BbbRejectedError, match="upload_text_track_failed"):
        writer.upload_text_track(A, "captions", "pt-BR", "x", VTT)

    assert languages(server) == ["pt-BR"]


def test_a_removal_is_the_documented_request_an_upload_without_a_file(
    server: ScriptedServer, writer: Writer
) -> None:
    server.says('{"response":{"returncode":"SUCCESS","messageKey":"removed","message":"m"}}')

    assert writer.remove_text_track(A, "captions", "de") == Answer("putRecordingTextTrack", "removed", "m")

    [request] = server.requests
    assert (request.method, request.call, request.body) == ("POST", "putRecordingTextTrack", b"")
    sent = request.parameters
    sent.pop("checksum")
    assert sent == {"recordID": A, "kind": "captions", "lang": "de"}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_stored("empty_uploaded_text_track", returncode="FAILED"), id="the documented answer"),
        pytest.param(Reply(b"<html>oops</html>", 500), id="a page that says 500"),
        pytest.param(Reply(b"", 500), id="nothing but 500"),
    ],
)
def test_a_removal_that_no_server_carries_out_is_a_refusal_and_is_sent_once(
    server: ScriptedServer, writer: Writer, answer: str | Reply
) -> None:
    server.says(answer)

    with pytest.raises(BbbRejectedError, match="is known to remove a text track") as caught:
        writer.remove_text_track(A, "captions", "de")

    assert caught.value.message_key == "empty_uploaded_text_track"
    assert len(server.requests) == 1


def test_a_removal_whose_answer_is_lost_leaves_it_open(server: ScriptedServer, writer: Writer) -> None:
    server.says(Reply(NOT_FOUND_PAGE, 502))

    with pytest.raises(BbbUnavailableError):
        writer.remove_text_track(A, "captions", "de")

    assert len(server.requests) == 1


@pytest.mark.parametrize(("kind", "lang"), [("chapters", "en"), ("captions", ""), ("captions", "en&x=y")])
def test_a_removal_that_names_no_track_is_never_sent(
    server: ScriptedServer, writer: Writer, kind: str, lang: str
) -> None:
    with pytest.raises(UsageError):
        writer.remove_text_track(A, kind, lang)

    assert server.requests == []
