"""Probing tells the kinds of server apart by three small reads, and believes nothing that it does not know."""

from collections.abc import Callable, Mapping

import pytest
from api.scripted import Reply, Request, ScriptedServer
from api.wire import CHECKSUM_ERROR, NOT_FOUND_PAGE, failed, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.probing import contradicts
from bbbkeep.api.profiles import PROFILES, UNKNOWN, profile_named
from bbbkeep.api.reading import Reader
from bbbkeep.errors import BbbAuthError, BbbUnavailableError
from bbbkeep.standin.server import LocalServer

NO_RECORDINGS = "<messageKey>noRecordings</messageKey><message>{}</message>"
BBB_EMPTY = "<recordings></recordings>" + NO_RECORDINGS.format("There are no recordings for the meeting(s).")
RAILS_EMPTY = "<recordings>\n  </recordings>" + NO_RECORDINGS.format(
    "There are not recordings for the meetings"
)
G1 = (
    "<pagination><pageable><offset>0</offset><limit>1</limit><paged>true</paged><unpaged>false</unpaged></pageable>"
    "<totalElements>0</totalElements><empty>true</empty></pagination>"
)
BBB_INDEX = ok("<version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>3.0.4</bbbVersion>")
INDEX = ok("<version>2.0</version>")
NO_CAPTIONS = (
    '{"response":{"returncode":"FAILED","messageKey":"noRecordings","message":"No recording found for it"}}'
)
NO_CAPTIONS_OF_EARLY_22 = NO_CAPTIONS.replace("messageKey", "key").replace("message", "msg")
NOTHING = Reply(b"", 404, {"Content-Type": "text/html; charset=UTF-8"})
PAGE = Reply(NOT_FOUND_PAGE, 404)

Answers = tuple[str | Reply, str | Reply, str | Reply]
"""What is answered to the index, to getRecordings and to getRecordingTextTracks."""

KNOWN: Mapping[str, Answers] = {
    "bbb22": (INDEX, ok(BBB_EMPTY), NO_CAPTIONS),
    "bbb26": (BBB_INDEX, ok(BBB_EMPTY + G1), NO_CAPTIONS),
    "bbb30": (BBB_INDEX, ok(BBB_EMPTY + "<totalElements>0</totalElements>"), NO_CAPTIONS),
    "scalelite": (
        f'<?xml version="1.0"?>\n{INDEX}',
        ok(RAILS_EMPTY),
        failed("unsupportedRequest", "This request is not supported."),
    ),
    "bbblb": (
        ok("<version>2.0</version><info>Served by BBBLB</info>"),
        ok("<recordings/>"),
        failed("notImplemented", "This API endpoint or feature is not implemented"),
    ),
    "recapi": (NOTHING, ok(RAILS_EMPTY), NOTHING),
}


def answering(index: str | Reply, listing: str | Reply, captions: str | Reply) -> Callable[[Request], Reply]:
    said = {"api": index, "getRecordings": listing, "getRecordingTextTracks": captions}

    def route(request: Request) -> Reply:
        body = said[request.call]
        return body if isinstance(body, Reply) else Reply(body.encode())

    return route


@pytest.mark.parametrize("name", KNOWN)
def test_each_kind_is_found_by_what_it_answers(server: ScriptedServer, reader: Reader, name: str) -> None:
    server.route = answering(*KNOWN[name])

    assert reader.probe().profile == name


def test_early_caption_servers_are_known_by_their_old_keys(server: ScriptedServer, reader: Reader) -> None:
    server.route = answering(INDEX, ok(BBB_EMPTY), NO_CAPTIONS_OF_EARLY_22)

    assert reader.probe().profile == "bbb22"


def test_probing_takes_three_reads_for_a_recording_that_nobody_has(
    server: ScriptedServer, reader: Reader
) -> None:
    server.route = answering(*KNOWN["bbb30"])

    finding = reader.probe()

    assert [(one.method, one.call) for one in server.requests] == [
        ("GET", "api"),
        ("GET", "getRecordings"),
        ("GET", "getRecordingTextTracks"),
    ]
    assert {one.parameters["recordID"] for one in server.requests[1:]} == {f"{'0' * 40}-{'0' * 13}"}
    assert (finding.api_version, finding.bbb_version) == ("2.0", "3.0.4")


@pytest.mark.parametrize(
    ("listing", "captions"),
    [
        pytest.param(
            ok(BBB_EMPTY), failed("unsupportedRequest"), id="says so, but lists as BigBlueButton does"
        ),
        pytest.param(ok(RAILS_EMPTY + G1), failed("unsupportedRequest"), id="pages where Scalelite does not"),
        pytest.param(ok(RAILS_EMPTY), failed("notImplemented"), id="neither BBBLB nor Scalelite"),
        pytest.param(ok("<recordings/>"), NOTHING, id="no call for text tracks, a listing without words"),
        pytest.param(ok(RAILS_EMPTY), PAGE, id="a page about text tracks"),
        pytest.param(ok(BBB_EMPTY), ok("<tracks/>"), id="a success about nobody's text tracks"),
        pytest.param(
            ok(BBB_EMPTY), '{"response":{"returncode":"SUCCESS","tracks":[]}}', id="the same in JSON"
        ),
        pytest.param(ok(BBB_EMPTY), Reply(b"", 500), id="an error about text tracks"),
        pytest.param(ok(BBB_EMPTY), Reply(b"Not Found", 404), id="plain text about text tracks"),
    ],
)
def test_what_fits_no_kind_is_unknown_and_said(
    server: ScriptedServer, reader: Reader, listing: str, captions: str | Reply
) -> None:
    server.route = answering(INDEX, listing, captions)

    finding = reader.probe()

    assert finding.profile == "unknown"
    assert finding.because
    assert finding.certain == (not isinstance(captions, Reply) or captions.status < 500)


@pytest.mark.parametrize("captions", [NO_CAPTIONS, failed("notImplemented"), failed("unsupportedRequest")])
def test_a_refused_secret_is_never_taken_for_a_kind_of_server(
    server: ScriptedServer, reader: Reader, captions: str
) -> None:
    server.route = answering(INDEX, CHECKSUM_ERROR, captions)

    with pytest.raises(BbbAuthError):
        reader.probe()


def test_a_secret_that_only_the_caption_call_refuses_is_refused(
    server: ScriptedServer, reader: Reader
) -> None:
    server.route = answering(INDEX, ok(BBB_EMPTY), CHECKSUM_ERROR)

    with pytest.raises(BbbAuthError):
        reader.probe()


@pytest.mark.parametrize("page", [PAGE, Reply(NOT_FOUND_PAGE, 200), Reply(NOT_FOUND_PAGE, 502), NOTHING])
def test_a_page_instead_of_a_listing_is_no_server(
    server: ScriptedServer, reader: Reader, page: Reply
) -> None:
    server.route = answering(page, page, page)

    with pytest.raises(BbbUnavailableError):
        reader.probe()


def test_a_server_that_takes_sha1_alone_is_found_and_its_algorithm_kept(
    server: ScriptedServer, clock
) -> None:
    by_call = answering(*KNOWN["recapi"])

    def route(request: Request) -> Reply:
        refused = request.call == "getRecordings" and len(request.parameters["checksum"]) != 40
        words = failed("checksumError", "You did not pass the checksum security check", code="FAILURE")
        return Reply(words.encode()) if refused else by_call(request)

    server.route = route
    with Reader(ServerAddress("here", server.url, "secret"), clock=clock) as reader:
        assert reader.checksum is None
        assert reader.probe().profile == "recapi"
        assert reader.checksum == "sha1"


@pytest.mark.parametrize("name", KNOWN)
def test_the_local_server_is_found_for_what_it_plays(clock, name: str) -> None:
    with (
        LocalServer(recordings=3, secret="secret", clock=clock, profile=name) as playing,
        Reader(ServerAddress("here", playing.url, "secret"), clock=clock) as reader,
    ):
        assert reader.probe().profile == name


def test_a_total_of_the_wrong_kind_contradicts_a_profile() -> None:
    found = {
        name: (contradicts(profile, (5, True)), contradicts(profile, (5, False)))
        for name, profile in PROFILES.items()
    }

    assert found["bbb30"] == (False, True)
    assert found["bbb26"] == (True, False)
    assert {found[name] for name in ("bbb22", "scalelite", "bbblb", "recapi")} == {(True, True)}
    assert not any(contradicts(profile, None) for profile in PROFILES.values())
    assert not contradicts(UNKNOWN, (5, True))


def test_the_profile_of_the_unknown_is_the_most_careful_one() -> None:
    for profile in PROFILES.values():
        assert UNKNOWN.max_ids <= profile.max_ids
        assert UNKNOWN.max_ids_read <= profile.max_ids_read
        assert UNKNOWN.max_query <= profile.max_query
    assert UNKNOWN.stores_text_tracks, "else tracks would be lost unsaved in a delete"
    assert not UNKNOWN.recovery
    assert profile_named("unknown") is UNKNOWN


@pytest.mark.parametrize("profile", [*PROFILES.values(), UNKNOWN], ids=lambda one: one.name)
def test_what_we_send_stays_below_what_front_ends_refuse(profile) -> None:
    assert profile.max_query * 2 <= profile.refused_query
    assert profile.max_ids * 56 <= profile.max_query * 2
