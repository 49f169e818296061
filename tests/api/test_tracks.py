"""What reading the JSON of the caption calls promises: both spellings, nothing guessed, nothing unbounded."""

import json
from typing import Any

import pytest
from api.scripted import ScriptedServer
from api.wire import A, failed, ok

from bbbkeep.api.reading import Reader
from bbbkeep.errors import BbbAuthError, BbbError, BbbRejectedError, BbbUnavailableError, BbbUnsupportedError

ONE = {"kind": "captions", "lang": "en_US", "label": "English", "source": "live", "href": "https://h/x.vtt"}


def answer(tracks: Any, **fields: str) -> str:
    return json.dumps({"response": {"returncode": "SUCCESS", "tracks": tracks, **fields}})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(answer([ONE]), id="as documented"),
        pytest.param(answer({"tracks": [ONE]}), id="nested, as the first servers had it"),
        pytest.param(json.dumps({"returncode": "SUCCESS", "tracks": [ONE]}), id="without the wrapper"),
        pytest.param("\ufeff" + answer([ONE]), id="with a byte order mark"),
        pytest.param(
            "\n  " + answer([{**ONE, "size": 5, "extra": None}]), id="with more than anybody asked for"
        ),
    ],
)
def test_a_track_is_read_in_every_form_that_servers_send(
    server: ScriptedServer, reader: Reader, text: str
) -> None:
    server.says(text)

    [track] = reader.text_tracks(A)

    assert (track.kind, track.lang, track.label, track.source) == ("captions", "en-US", "English", "live")


def test_what_a_track_leaves_out_is_unknown(server: ScriptedServer, reader: Reader) -> None:
    server.says(answer([{"kind": "subtitles", "lang": "de", "label": None}]))

    [track] = reader.text_tracks(A)

    assert (track.label, track.source, track.href) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(ok(), BbbUnavailableError, id="XML that says SUCCESS"),
        pytest.param("{}", BbbUnavailableError, id="nothing in it"),
        pytest.param('{"response":[]}', BbbUnavailableError, id="a response of another kind"),
        pytest.param('{"response":{"returncode":"SUCCESS"}}', BbbUnavailableError, id="no tracks"),
        pytest.param(answer([ONE] * 1001), BbbUnavailableError, id="tracks without end"),
        pytest.param(answer([ONE])[:-5], BbbUnavailableError, id="cut short"),
        pytest.param(answer([{**ONE, "kind": None}]), BbbRejectedError, id="a track without kind"),
        pytest.param(answer([{**ONE, "label": "x" * 2000}]), BbbRejectedError, id="an overlong label"),
        pytest.param(answer(["captions"]), BbbRejectedError, id="a track that is no object"),
        pytest.param(failed("notImplemented"), BbbUnsupportedError, id="BBBLB, in XML"),
        pytest.param(failed("unsupportedRequest"), BbbUnsupportedError, id="Scalelite, in XML"),
        pytest.param(failed("checksumError"), BbbAuthError, id="a wrong secret, in XML"),
        pytest.param(
            '{"response":{"returncode":"FAILED","key":"paramError","msg":"x"}}',
            BbbRejectedError,
            id="the keys of early servers",
        ),
    ],
)
def test_what_is_no_list_of_tracks_is_an_error(
    server: ScriptedServer, reader: Reader, text: str, error: type[BbbError]
) -> None:
    server.says(text)

    with pytest.raises(BbbError) as caught:
        reader.text_tracks(A)

    assert type(caught.value) is error
