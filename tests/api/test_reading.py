"""What a Reader promises: exact answers to exact questions, and no way to write."""

import json
import re
from typing import Any

import pytest
from api.scripted import SECRET, JumpingClock, Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, EMPTY, A, B, a_format, a_recording, failed, listing, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader, ServerVersion
from bbbkeep.errors import (
    BbbAuthError,
    BbbError,
    BbbRejectedError,
    BbbUnavailableError,
    BbbUnsupportedError,
    UsageError,
)
from bbbkeep.model import TextTrack

TRACK = {
    "href": "https://127.0.0.1/t",
    "kind": "captions",
    "label": "English",
    "lang": "en",
    "source": "upload",
}


def an_id(number: int) -> str:
    return f"{number:040x}-1700000000000"


def a_track_list(*tracks: object, **more: str) -> str:
    return json.dumps({"response": {"returncode": "SUCCESS", "tracks": list(tracks), **more}})


def test_the_version_is_asked_without_a_secret(server: ScriptedServer, reader: Reader) -> None:
    server.says(ok("<version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>3.0.4</bbbVersion>"))

    assert reader.version() == ServerVersion(api="2.0", bbb="3.0.4")
    assert server.requests[0].target == "/bigbluebutton/api"


def test_a_listing_asks_once_for_every_state_and_without_a_limit(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(listing(a_recording(A), a_recording(B)))

    with reader.listing(["a", "b", "-"]) as found:
        recordings = list(found)

    assert [one.record_id for one in recordings] == [A, B]
    assert found.complete
    [request] = server.requests
    assert (request.method, request.call) == ("GET", "getRecordings")
    assert {**request.parameters, "checksum": ""} == {"state": "any", "recordID": "a,b,-", "checksum": ""}


def test_a_listing_of_everything_sends_no_id(server: ScriptedServer, reader: Reader) -> None:
    server.says(EMPTY)

    with reader.listing_all() as found:
        assert list(found) == []

    assert found.complete
    assert set(server.requests[0].parameters) == {"state", "checksum"}


@pytest.mark.parametrize("prefixes", [[], [""], ["a", ""], ["a,b"], ["a%41"], ["a b"], "abc"])
def test_a_listing_with_an_empty_or_odd_prefix_is_never_sent(
    server: ScriptedServer, reader: Reader, prefixes: list[str]
) -> None:
    with pytest.raises(UsageError):
        reader.listing(prefixes)

    assert server.requests == []


def test_a_listing_without_a_recordings_element_is_not_complete(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(ok("<messageKey>noRecordings</messageKey>"))

    with reader.listing_all() as found:
        assert list(found) == []

    assert not found.complete
    assert "no <recordings> element" in found.because


def test_a_listing_is_not_complete_before_its_end_nor_with_a_recording_nobody_can_name(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(listing(a_recording(A), a_recording(recordID="")))

    with reader.listing_all() as found:
        assert next(iter(found)).record_id == A
        assert not found.complete
    with reader.listing_all() as found:
        assert len(list(found)) == 1
        assert "1 recording in the answer has no usable recordID" in found.because


def test_a_lenient_listing_says_so_and_knows_no_metadata(server: ScriptedServer, reader: Reader) -> None:
    server.says(listing(a_recording(A, metadata={"a": "b"}), a_recording(B, name="\x01")))

    with reader.listing_all() as found:
        assert [one.metadata for one in found] == [None, None]

    assert found.lenient
    assert found.complete


def test_recordings_are_exactly_those_asked_for(server: ScriptedServer, reader: Reader) -> None:
    longer = f"{A}0"
    server.says(listing(a_recording(A), a_recording(longer), a_recording(B)))

    assert list(reader.recordings([A])) == [A]


def test_formats_listed_apart_are_merged(server: ScriptedServer, reader: Reader) -> None:
    server.says(
        listing(a_recording(A, formats=[a_format("video")]), a_recording(A, formats=[a_format("notes")]))
    )

    assert [one.type for one in reader.recordings([A])[A].formats] == ["video", "notes"]


def test_many_recordings_are_asked_for_in_batches_that_fit_a_url(
    server: ScriptedServer, reader: Reader
) -> None:
    known = {an_id(number) for number in range(120)}
    server.route = lambda request: Reply(
        listing(*map(a_recording, request.parameters["recordID"].split(","))).encode()
    )

    assert set(reader.recordings(sorted(known))) == known
    assert [len(request.parameters["recordID"].split(",")) for request in server.requests] == [50, 50, 20]
    assert max(len(request.target) for request in server.requests) < 4096


def test_one_odd_recording_leaves_the_metadata_of_no_other_unknown(
    server: ScriptedServer, reader: Reader
) -> None:
    ids = [an_id(number) for number in range(60)]
    names = dict.fromkeys(ids, "Lecture") | {ids[7]: "\x01"}
    server.route = lambda request: Reply(
        listing(
            *(a_recording(one, name=names[one]) for one in request.parameters["recordID"].split(","))
        ).encode()
    )

    found = reader.recordings(ids)

    assert [one for one in ids if found[one].metadata is None] == [ids[7]]
    assert len(server.requests) == 14


def test_absence_is_a_fact_only_if_the_answer_proves_it(server: ScriptedServer, reader: Reader) -> None:
    server.says(EMPTY)
    assert reader.recordings([A]) == {}

    server.says(ok("<messageKey>noRecordings</messageKey>"))
    with pytest.raises(BbbUnavailableError, match="no <recordings> element"):
        reader.recordings([A])


@pytest.mark.parametrize(
    "record_ids",
    [[], [""], [A, ""], ["a" * 40], [A + "0"], [A.upper()], ["../../x"], [f"{A},{B}"], [A + "\n"], A],
)
def test_a_record_id_that_is_not_whole_is_never_sent(
    server: ScriptedServer, reader: Reader, record_ids: list[str]
) -> None:
    with pytest.raises(UsageError, match=r"whole record ID|no record IDs"):
        reader.recordings(record_ids)

    assert server.requests == []


def test_other_forms_of_ids_can_be_allowed_within_bounds(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock
) -> None:
    server.says(EMPTY)

    with Reader(address, clock=clock, other_ids=re.compile(r"screenshare-.*")) as reader:
        reader.recordings(["screenshare-1"])
        for bad in ("screenshare-1,a", "screenshare-%41", "screenshare-/../x", "other-1"):
            with pytest.raises(UsageError):
                reader.recordings([bad])

    assert len(server.requests) == 1


def test_a_server_that_refuses_sha256_is_asked_with_sha1_from_then_on(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    server.route = lambda request: Reply(
        (EMPTY if len(request.parameters["checksum"]) == 40 else CHECKSUM_ERROR).encode()
    )

    with Reader(ServerAddress("old", server.url, SECRET), clock=clock) as reader:
        reader.recordings([A])
        reader.recordings([A])

    assert [len(request.parameters["checksum"]) for request in server.requests] == [64, 40, 40]


def test_what_the_index_answers_settles_no_checksum(server: ScriptedServer, clock: JumpingClock) -> None:
    version = ok("<version>2.0</version>")
    server.route = lambda request: Reply(
        (
            version
            if request.call == "api"
            else EMPTY
            if len(request.parameters["checksum"]) == 40
            else CHECKSUM_ERROR
        ).encode()
    )

    with Reader(ServerAddress("old", server.url, SECRET), clock=clock) as reader:
        assert reader.version().api == "2.0"
        assert reader.recordings([A]) == {}


def test_a_server_that_refuses_both_refuses_the_secret(server: ScriptedServer, clock: JumpingClock) -> None:
    server.says(CHECKSUM_ERROR)

    with (
        Reader(ServerAddress("here", server.url, SECRET), clock=clock) as reader,
        pytest.raises(BbbAuthError),
    ):
        reader.recordings([A])

    assert len(server.requests) == 2


def test_a_configured_checksum_is_the_only_one_tried(server: ScriptedServer, reader: Reader) -> None:
    server.says(CHECKSUM_ERROR)

    with pytest.raises(BbbAuthError):
        reader.recordings([A])

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("after", "total"),
    [
        ("<totalElements>7</totalElements>", (7, True)),
        ("<pagination><totalElements>9</totalElements></pagination>", (9, False)),
        ("<totalElements>many</totalElements>", None),
        ("", None),
    ],
)
def test_a_total_is_known_where_the_server_tells_it(
    server: ScriptedServer, reader: Reader, after: str, total: Any
) -> None:
    server.says(listing(a_recording(), after=after))

    assert reader.total() == total
    assert server.requests[0].parameters["limit"] == "1"


def test_text_tracks_are_read_as_listed(server: ScriptedServer, reader: Reader) -> None:
    live = {"kind": "captions", "lang": "en_US", "source": "live"}
    server.says(a_track_list(TRACK, live))

    assert reader.text_tracks(A) == (
        TextTrack("captions", "en", "English", "upload", "https://127.0.0.1/t"),
        TextTrack("captions", "en-US", None, "live", None),
    )
    assert server.requests[0].parameters["recordID"] == A
    assert server.requests[0].headers["Accept"].startswith("application/json")


def test_an_href_never_shows_in_a_track(server: ScriptedServer, reader: Reader) -> None:
    server.says(a_track_list(TRACK))

    assert TRACK["href"] not in repr(reader.text_tracks(A))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_track_list(), id="empty list"),
        pytest.param('{"response":{"returncode":"SUCCESS","tracks":{"tracks":[]}}}', id="nested list"),
        pytest.param(
            '{"response":{"returncode":"FAILED","messageKey":"noRecordings","message":"x"}}', id="no folder"
        ),
        pytest.param(
            '{"response":{"returncode":"FAILED","messageKey":"noCaptionsFound","message":"x"}}', id="no list"
        ),
        pytest.param(
            '{"response":{"returncode":"FAILED","key":"noCaptionsFound","msg":"x"}}', id="first betas"
        ),
    ],
)
def test_no_text_tracks_is_an_empty_answer_in_all_its_forms(
    server: ScriptedServer, reader: Reader, answer: str
) -> None:
    server.says(answer)

    assert reader.text_tracks(A) == ()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(CHECKSUM_ERROR, BbbAuthError, id="checksum error in XML"),
        pytest.param(failed("notImplemented"), BbbUnsupportedError, id="BBBLB"),
        pytest.param(failed("unsupportedRequest"), BbbUnsupportedError, id="Scalelite"),
        pytest.param(ok(), BbbUnavailableError, id="SUCCESS in XML"),
        pytest.param('{"response":{"returncode":"SUCCESS"}}', BbbUnavailableError, id="no list at all"),
        pytest.param('{"response":{"returncode":"SUCCESS","tracks":[', BbbUnavailableError, id="cut short"),
        pytest.param(a_track_list({"kind": "captions"}), BbbRejectedError, id="a track without lang"),
        pytest.param(a_track_list("x"), BbbRejectedError, id="a track that is none"),
        pytest.param(a_track_list({**TRACK, "label": "x" * 2000}), BbbRejectedError, id="an endless label"),
        pytest.param(a_track_list(*[TRACK] * 1001), BbbUnavailableError, id="endless tracks"),
    ],
)
def test_a_failed_list_of_text_tracks_is_an_error(
    server: ScriptedServer, reader: Reader, answer: str, error: type[BbbError]
) -> None:
    server.says(answer)

    with pytest.raises(error):
        reader.text_tracks(A)


def a_track_at(href: Any) -> TextTrack:
    return TextTrack("captions", "en", href=href)


def test_a_text_track_is_fetched_once(server: ScriptedServer, reader: Reader) -> None:
    server.says(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n")

    data = reader.download(a_track_at(f"http://127.0.0.1:{server.port}/bigbluebutton/textTrack/abc/x.vtt"))

    assert data.startswith(b"WEBVTT")
    assert [request.target for request in server.requests] == ["/bigbluebutton/textTrack/abc/x.vtt"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>", 401),
        Reply(b"WEBVTT", 500),
        Reply(b"<html>"),
        Reply(b""),
        Reply(b"", 302, {"Location": "/"}),
        Reply(hang_up=True),
        Reply(b"WEBVTT", length=99),
    ],
    ids=["spent", "server error", "page", "empty", "redirect", "hang up", "cut short"],
)
def test_a_failed_download_is_not_tried_again(server: ScriptedServer, reader: Reader, reply: Any) -> None:
    server.says(reply)

    with pytest.raises(BbbUnavailableError) as caught:
        reader.download(a_track_at(f"http://127.0.0.1:{server.port}/secret-token/x.vtt"))

    assert len(server.requests) == 1
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize(
    "href",
    [
        None,
        "",
        "http://evil.example.org/x.vtt",
        "http://127.0.0.1:9/x.vtt",
        "http://127.0.0.1@evil.example.org/x.vtt",
        "http://u:p@127.0.0.1/x.vtt",
        "file:///etc/passwd",
        "//127.0.0.1/x.vtt",
        "http://[::1/x",
        "http://127.0.0.1:99999/x",
    ],
)
def test_a_text_track_elsewhere_is_not_fetched(server: ScriptedServer, reader: Reader, href: Any) -> None:
    with pytest.raises(BbbRejectedError, match="own hosts") as caught:
        reader.download(a_track_at(href))

    assert server.requests == []
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize(
    ("href", "fine"),
    [
        ("https://bbb.example.org/t", True),
        ("https://bbb.example.org:443/t", True),
        ("https://bbb.example.org:8443/t", True),
        ("http://bbb.example.org/t", False),
        ("https://bbb.example.org:22/t", False),
        ("https://cdn.example.org/t", True),
        ("https://cdn.example.org:9000/t", False),
        ("https://store.example.org:9000/t", True),
        ("https://store.example.org/t", False),
        ("https://bbb.example.org.evil.example.com/t", False),
    ],
)
def test_https_is_never_given_up_and_other_hosts_are_named(href: Any, fine: bool) -> None:
    from bbbkeep.api.hosts import trusted

    hosts = ("cdn.example.org", "store.example.org:9000")
    address = ServerAddress("here", "https://bbb.example.org:8443/bigbluebutton/api", "s", hosts=hosts)

    assert trusted(address, href) is fine


def test_a_reader_can_not_write(server: ScriptedServer, reader: Reader) -> None:
    assert not {"publish", "delete", "update_metadata", "upload_text_track"} & set(dir(reader))
    with pytest.raises(UsageError, match="kept apart"):
        reader._caller.write("deleteRecordings", "", lambda body: body)

    assert server.requests == []


def test_an_answer_that_shows_others_instead_proves_nothing_of_what_was_asked(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(listing(a_recording(B)))

    with pytest.raises(BbbUnavailableError, match=f"shows {B}, which was not asked for"):
        reader.recordings([A])


def test_an_answer_that_shows_more_than_was_asked_still_shows_what_was(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(listing(a_recording(A), a_recording(B)))

    assert set(reader.recordings([A])) == {A}


@pytest.mark.parametrize("like_it", [A + "-2", A.upper()], ids=["a longer one", "one in capitals"])
def test_an_id_like_it_belongs_to_the_answer_and_is_not_what_was_asked(
    server: ScriptedServer, reader: Reader, like_it: str
) -> None:
    server.says(listing(a_recording(like_it)))

    assert reader.recordings([A]) == {}
