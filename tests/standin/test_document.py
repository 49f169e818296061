"""How one recording reads in a listing, asked for over real HTTP."""

from lxml import etree
from standin.calling import RECORD, a_recording, ask

from bbbkeep.standin.recording import SeedFormat
from bbbkeep.standin.server import LocalServer

ORDER = (
    "recordID meetingID internalMeetingID name isBreakout published state startTime endTime participants rawSize "
    "metadata breakout size playback data"
)


def listed(server: LocalServer, **facts: object) -> etree._Element:
    """Put a recording with these facts on the server, and return its element."""
    server.state.add(a_recording(**facts))
    listing = etree.fromstring(ask(server, "getRecordings", f"recordID={RECORD}").content)
    [recording] = listing.iterfind("recordings/recording")
    return recording


def test_the_elements_come_in_the_recorded_order(server: LocalServer) -> None:
    recording = listed(server, raw_size=5)

    assert " ".join(child.tag for child in recording) == ORDER


def test_the_elements_of_a_format_come_in_the_recorded_order(server: LocalServer) -> None:
    playback = listed(server, formats=(SeedFormat(previews=("Slide & 1",)),)).find("playback/format")

    assert " ".join(child.tag for child in playback) == "type url processingTime length size preview"
    assert playback.find("preview/images/image").attrib == {
        "alt": "Slide & 1",
        "height": "136",
        "width": "176",
    }


def test_markup_in_names_and_metadata_is_text(server: LocalServer) -> None:
    recording = listed(server, name='<b>"A" & B</b>', metadata={"gl-listed": "x < y", "empty": ""})

    assert recording.findtext("name") == '<b>"A" & B</b>'
    assert [(one.tag, one.text) for one in recording.find("metadata")] == [
        ("gl-listed", "x < y"),
        ("empty", None),
    ]


def test_a_length_is_whole_minutes_cut_off_and_the_size_a_sum(server: LocalServer) -> None:
    formats = (
        SeedFormat("video", length_ms=119_999, size=100),
        SeedFormat("notes", length_ms=59_999, size=20),
    )
    recording = listed(server, formats=formats)

    assert [one.text for one in recording.iterfind("playback/format/length")] == ["1", "0"]
    assert recording.findtext("size") == "120"


def test_times_are_milliseconds(server: LocalServer) -> None:
    recording = listed(server, start_ms=1_700_000_000_000, end_ms=0)

    assert recording.findtext("startTime") == "1700000000000"
    assert recording.findtext("endTime") == "0"


def test_a_breakout_names_its_parent_and_others_an_unknown_one(server: LocalServer) -> None:
    assert listed(server).findtext("breakout/parentId") == "unknown"
    assert listed(server, is_breakout=True, parent_id="main").findtext("breakout/parentId") == "main"


def test_a_recording_without_its_meeting_shows_its_own_id_instead(server: LocalServer) -> None:
    recording = listed(server, knows_meeting=False)

    assert recording.findtext("meetingID") == RECORD
    assert recording.find("internalMeetingID") is None
    assert recording.findtext("name") == "unknown"


def test_a_rewritten_recording_has_padded_urls_and_wrapped_values(server: LocalServer) -> None:
    value = "long words " * 12 + "end"
    recording = listed(server, metadata={"abstract": value}, rewritten=True)
    url, abstract = recording.findtext("playback/format/url"), recording.findtext("metadata/abstract")

    assert url != url.strip()
    assert url.strip().endswith(RECORD)
    assert "\n" in abstract
    assert " ".join(abstract.split()) == value


def test_sizes_are_absent_where_the_recording_is_too_old(server: LocalServer) -> None:
    recording = listed(server, formats=(SeedFormat(size=None),))

    assert recording.find("size") is None
    assert recording.find("rawSize") is None
    assert recording.find("playback/format/size") is None
