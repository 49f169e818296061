"""What no error of the wire ever gives away: the secret, a checksum, a signed URL, an href."""

import logging
import pickle
import traceback
from typing import Any

import pytest
from api.scripted import SECRET, JumpingClock, Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, NOT_FOUND_PAGE, A, failed, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader
from bbbkeep.api.writing import Writer
from bbbkeep.errors import BbbError, KeepError
from bbbkeep.model import TextTrack

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"
HREF_TOKEN = "f00dtoken"

CALLS = [
    pytest.param(lambda reader, _writer, _href: reader.listing_all(tries=1), id="listing"),
    pytest.param(lambda reader, _writer, _href: reader.text_tracks(A), id="text tracks"),
    pytest.param(
        lambda reader, _writer, href: reader.download(TextTrack("captions", "en", href=href)), id="download"
    ),
    pytest.param(lambda _reader, writer, _href: writer.delete([A]), id="delete"),
    pytest.param(
        lambda _reader, writer, _href: writer.upload_text_track(A, "captions", "en", "E", VTT), id="upload"
    ),
]

ECHO = f"bad request /bigbluebutton/api/x?recordID={A}&amp;checksum=0123abcd secret"
REPLIES = [
    pytest.param(Reply(hang_up=True), id="hang up"),
    pytest.param(Reply(b"<response><returncode>SUCCESS", length=999), id="cut short"),
    pytest.param(Reply(NOT_FOUND_PAGE, 404), id="page"),
    pytest.param(Reply(b"", 302, {"Location": "http://x.example.org/?checksum=1"}), id="redirect"),
    pytest.param(Reply(CHECKSUM_ERROR.encode(), 500), id="server error"),
    pytest.param(Reply(failed("notFound", ECHO).encode(), 400), id="echo of the URL"),
    pytest.param(Reply(b"x", headers={"Content-Encoding": "gzip"}), id="bad gzip"),
    pytest.param(Reply(ok("<a>").encode(), 400), id="malformed"),
]


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("call", CALLS)
def test_an_error_gives_nothing_away(
    server: ScriptedServer,
    address: ServerAddress,
    clock: JumpingClock,
    caplog: pytest.LogCaptureFixture,
    call: Any,
    reply: Any,
) -> None:
    server.says(reply)
    caplog.set_level(logging.DEBUG)
    href = f"http://127.0.0.1:{server.port}/textTrack/{HREF_TOKEN}/x.vtt"

    with (
        Reader(address, clock=clock, tries=2) as reader,
        Writer(address, clock=clock) as writer,
        pytest.raises(BbbError) as caught,
    ):
        call(reader, writer, href)

    problem = caught.value
    shown = "".join(
        [str(problem), repr(problem), *traceback.format_exception(problem), str(pickle.dumps(problem))]
    )
    for secret in (SECRET, "checksum=", HREF_TOKEN, "checksum%3D"):
        assert secret not in shown
        assert secret not in caplog.text
    assert problem.__context__ is None or isinstance(problem.__context__, KeepError)


def test_nothing_that_is_held_shows_the_secret(address: ServerAddress, clock: JumpingClock) -> None:
    with Reader(address, clock=clock) as reader, Writer(address, clock=clock) as writer:
        assert SECRET not in repr(address) + repr(reader) + repr(writer) + repr(reader.address)
        assert SECRET not in repr(vars(reader)) + repr(vars(writer))


def test_the_library_below_logs_no_signed_url_even_when_debugging(
    server: ScriptedServer, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(NOT_FOUND_PAGE)

    with pytest.raises(BbbError):
        reader.listing_all()

    assert "checksum=" not in caplog.text
