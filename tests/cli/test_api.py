"""`bbbkeep api`: any reading call, meetings after a question, recordings never."""

import pytest
from api.scripted import Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, failed, listing, ok
from cli.conftest import SECRET

ID = f"{'a' * 40}-1700000000000"


@pytest.fixture
def script(bbbkeep, monkeypatch):
    server = ScriptedServer()
    monkeypatch.setenv("BBB_URL", server.url)
    monkeypatch.setenv("BBB_SECRET", SECRET)
    monkeypatch.setenv("BBB_CHECKSUM", "sha256")
    yield server
    server.close()


def test_a_reading_call_is_sent_as_it_was_given(script, bbbkeep):
    script.says(ok("<running>true</running>"))
    told = bbbkeep("api", "isMeetingRunning", "meetingID=a b=c")

    assert (told.exit, told.out) == (
        0,
        "<response><returncode>SUCCESS</returncode><running>true</running></response>\n",
    )
    assert [(one.call, one.parameters["meetingID"]) for one in script.requests] == [
        ("isMeetingRunning", "a b=c")
    ]


def test_json_is_one_document_with_repeated_elements_as_lists(script, bbbkeep):
    script.says(
        ok(
            "<meetings><meeting><meetingID>a</meetingID></meeting><meeting><meetingID>b</meetingID></meeting></meetings>"
        )
    )
    told = bbbkeep("api", "getMeetings", "--json")

    assert told.document == {
        "server": "default",
        "call": "getMeetings",
        "answer": {
            "returncode": "SUCCESS",
            "meetings": {"meeting": [{"meetingID": "a"}, {"meetingID": "b"}]},
        },
    }


def test_the_index_needs_no_secret(script, bbbkeep):
    script.says(ok("<version>2.0</version>"))

    assert bbbkeep("api", "index", "--json").document["answer"]["version"] == "2.0"
    assert script.requests[0].query == ""


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_failed_answer_is_printed_and_exit_3(script, bbbkeep, json):
    script.says(failed("notFound", "no such meeting"))
    told = bbbkeep("api", "getMeetingInfo", "meetingID=x", *json)

    assert (told.exit, told.last_line) == (
        3,
        "bbbkeep: getMeetingInfo: the server answered FAILED: no such meeting (notFound)",
    )
    assert "no such meeting" in told.out


def test_a_refused_secret_is_exit_8(script, bbbkeep):
    script.says(CHECKSUM_ERROR)

    assert bbbkeep("api", "getMeetings").exit == 8


@pytest.mark.parametrize("json", [[], ["--json"]])
@pytest.mark.parametrize(
    "spilt",
    [
        "<attendeePW>sentinel</attendeePW>",
        "<url>https://x.example.org/client?sessionToken=sentinel</url>",
        "<metadata><bbb-recording-ready-url>https://lms.example.org/sentinel</bbb-recording-ready-url></metadata>",
        "<recording><protected>true</protected><playback><format><url>https://x.example.org/sentinel</url></format></playback></recording>",
        '<error key="x" message="https://x.example.org/?checksum=sentinel"/>',
    ],
)
def test_what_opens_something_is_masked(script, bbbkeep, spilt, json):
    script.says(ok(f"<meeting>{spilt}</meeting>"))
    told = bbbkeep("api", "getMeetings", *json)

    assert told.exit == 0
    assert "masked:" in told.out
    assert "sentinel" not in told.out + told.err


def test_the_single_use_address_of_a_text_track_is_masked(script, bbbkeep):
    answer = '{"response": {"returncode": "SUCCESS", "tracks": [{"href": "https://x.example.org/sentinel", "lang": "de"}]}}'
    script.says(Reply(answer.encode()))
    told = bbbkeep("api", "getRecordingTextTracks", f"recordID={ID}", "--json")

    assert told.document["answer"]["tracks"] == [{"href": "masked:hidden", "lang": "de"}]


@pytest.mark.parametrize(
    "answer",
    [b"<html>x</html>", b"", b"<response><returncode>SUCC", b'<!DOCTYPE r [<!ENTITY a "b">]><response/>'],
)
def test_what_is_not_the_apis_is_exit_9(script, bbbkeep, impatient, answer):
    script.says(answer)

    assert bbbkeep("api", "getMeetings").exit == 9


def test_a_listing_is_printed_whole(script, bbbkeep):
    script.says(listing())

    assert "<recordings" in bbbkeep("api", "getRecordings", "state=any").out


# --- what changes meetings


CHANGING = [["create", "name=L", "meetingID=m"], ["end", "meetingID=m"], ["insertDocument", "meetingID=m"]]


@pytest.mark.parametrize("words", CHANGING, ids=lambda words: words[0])
def test_nothing_is_sent_where_nobody_can_be_asked(script, bbbkeep, words):
    told = bbbkeep("api", *words)

    assert (told.exit, told.last_line) == (
        2,
        "bbbkeep: nothing was sent: there is no terminal to ask at; pass --yes",
    )
    assert script.requests == []


@pytest.mark.parametrize("words", CHANGING, ids=lambda words: words[0])
def test_a_no_sends_nothing(script, bbbkeep, words):
    assert bbbkeep("api", *words, typed="n\n").exit == 0
    assert script.requests == []


def test_create_hands_documents_over_and_shows_no_password(script, bbbkeep, tmp_path):
    (tmp_path / "slides.pdf").write_bytes(b"%PDF")
    script.says(ok("<meetingID>m</meetingID><moderatorPW>sentinel</moderatorPW>"))
    told = bbbkeep(
        "api", "create", "name=L", "meetingID=m", "--document", "slides.pdf",
        "--document", "https://x.example.org/b.pdf?v=1", "--yes", "--json",
    )  # fmt: skip

    [asked] = script.requests
    assert asked.body.count(b"<document") == 2
    assert b'filename="b.pdf"' in asked.body
    assert told.document["answer"] == {
        "returncode": "SUCCESS",
        "meetingID": "m",
        "moderatorPW": "masked:hidden",
    }


def test_a_refused_change_is_exit_3(script, bbbkeep):
    script.says(failed("idNotUnique", "taken"))

    assert bbbkeep("api", "create", "name=L", "meetingID=m", "--yes").exit == 3


# --- what is refused before any request


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["deleteRecordings", f"recordID={ID}"], "bbbkeep retention apply"),
        (["publishRecordings", f"recordID={ID}", "publish=false"], "bbbkeep unpublish"),
        (["updateRecordings", f"recordID={ID}", "meta_a=b"], "bbbkeep metadata apply"),
        (["putRecordingTextTrack", f"recordID={ID}"], "bbbkeep captions upload"),
        (["join", "meetingID=m"], "bbbkeep sign join"),
        (["getrecordings"], "getRecordings, "),
        (["getMeetings", "x"], "write KEY=VALUE"),
        (["getMeetings", "a=1", "a=2"], "given twice"),
        (["getMeetings", "checksum=1"], "leave it out"),
        (["end", "meetingID=m", "--document", "x.pdf"], "takes no documents"),
        (["create", "name=a", "--document", "gone.pdf", "--yes"], "gone.pdf: "),
    ],
)
def test_what_is_not_for_sending_is_exit_2_with_what_to_do(script, bbbkeep, words, remedy):
    told = bbbkeep("api", *words, "--yes")

    assert told.exit == 2
    assert remedy in told.last_line
    assert script.requests == []
