"""What parsing promises: what is absent, zero or impossible is unknown, and nothing is guessed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from api.wire import END_MS, START_MS, A, a_format, a_recording
from lxml import etree

from bbbkeep.api.parse import merged, merged_by_id, milliseconds, parse_recording

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY_MS = 24 * 60 * 60 * 1000
START = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def parsed(text: Any, *, lenient: bool = False) -> Any:
    return parse_recording(etree.fromstring(text), now_ms=milliseconds(NOW), lenient=lenient)


def test_a_recording_is_read_whole() -> None:
    recording = parsed(
        a_recording(metadata={"gl-listed": "true"}, meetingID=" course-7\n", state="Published")
    )

    assert recording.record_id == recording.internal_meeting_id == A
    assert recording.meeting_id == "course-7"
    assert recording.name == "Lecture"
    assert recording.state == "published"
    assert recording.published is True
    assert recording.is_breakout is False
    assert (recording.start, recording.start_status) == (START, "ok")
    assert (recording.end - recording.start).total_seconds() == 3600
    assert (recording.participants, recording.size_bytes, recording.raw_size_bytes) == (3, 700, 900)
    assert recording.metadata == {"gl-listed": "true"}
    [playback] = recording.formats
    assert (playback.type, playback.length_minutes, playback.size_bytes) == ("presentation", 60, 500)
    assert playback.url == "https://bbb.example.org/playback/presentation/2.3/x"


@pytest.mark.parametrize(
    "element",
    ["meetingID", "name", "published", "state", "startTime", "endTime", "participants", "size", "rawSize"],
)
def test_an_absent_element_is_unknown(element: str) -> None:
    field = {
        "meetingID": "meeting_id",
        "startTime": "start",
        "endTime": "end",
        "size": "size_bytes",
        "rawSize": "raw_size_bytes",
    }.get(element, element)

    assert getattr(parsed(a_recording(**{element: None})), field) is None


@pytest.mark.parametrize("zero", ["0", "", " ", "-5", "1.5", "many", "²", "9" * 40])
def test_a_count_of_zero_or_nonsense_is_unknown(zero: str) -> None:
    recording = parsed(a_recording(participants=zero, size=zero, formats=[a_format(length=zero, size=zero)]))

    assert recording.participants is None
    assert recording.size_bytes is None
    assert recording.formats[0].length_minutes is None
    assert recording.formats[0].size_bytes is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(None, "missing", id="absent"),
        pytest.param("0", "missing", id="zero"),
        pytest.param("soon", "missing", id="no number"),
        pytest.param("1167609599999", "floor", id="last moment of 2006"),
        pytest.param("1700000000", "floor", id="seconds instead of milliseconds"),
        pytest.param(str(milliseconds(NOW) + 1), "future", id="a millisecond from now"),
        pytest.param("999999999999999", "future", id="beyond every calendar"),
        pytest.param(str(START_MS + DAY_MS + 1), "mismatch", id="more than a day after the ID's digits"),
        pytest.param(str(START_MS - DAY_MS - 1), "mismatch", id="more than a day before them"),
        pytest.param(str(START_MS + DAY_MS), "ok", id="a day off is allowed"),
    ],
)
def test_an_odd_date_is_unknown_and_says_why(text: Any, status: str) -> None:
    recording = parsed(a_recording(startTime=text, endTime=text))

    assert recording.start_status == recording.end_status == status
    assert (recording.start is None) == (recording.end is None) == (status != "ok")


def test_a_recording_with_another_form_of_id_has_no_date_to_mismatch() -> None:
    assert parsed(a_recording("screenshare-1", startTime=str(END_MS))).start_status == "ok"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("true", True),
        (" TRUE ", True),
        ("false", False),
        ("published", True),
        ("unpublished", False),
        ("maybe", None),
    ],
)
def test_published_is_what_the_text_says(text: Any, published: bool | None) -> None:
    assert parsed(a_recording(published=text)).published is published


@pytest.mark.parametrize("text", ["unknown", "", " ", "archived", None])
def test_a_state_nobody_knows_is_unknown(text: Any) -> None:
    assert parsed(a_recording(state=text)).state is None


def test_available_is_published_in_old_words() -> None:
    assert parsed(a_recording(state="available")).state == "published"


def test_a_meeting_id_that_is_the_record_id_is_no_meeting_id() -> None:
    assert parsed(a_recording(meetingID=A)).meeting_id is None


def test_tags_that_somebody_wrote_into_a_name_cost_nothing_of_its_text() -> None:
    assert parsed(a_recording(name="An <i>odd</i> one")).name == "An odd one"


@pytest.mark.parametrize(
    ("sent", "elements", "minutes"),
    [
        pytest.param("60", {}, 60, id="minutes"),
        pytest.param("61", {}, 61, id="rounded up"),
        pytest.param("3600000", {}, 60, id="milliseconds"),
        pytest.param("59999", {}, None, id="milliseconds of less than a minute"),
        pytest.param("90", {}, 90, id="longer than the meeting, but no milliseconds"),
        pytest.param("5000", {"endTime": "0"}, 5000, id="minutes of a meeting without an end"),
        pytest.param("3600000", {"endTime": "0"}, 60, id="milliseconds of a meeting without an end"),
        pytest.param("999999999999", {}, None, id="nonsense"),
    ],
)
def test_a_length_is_in_minutes_also_where_milliseconds_are_sent(
    sent: str, elements: dict[str, str], minutes: int | None
) -> None:
    recording = parsed(a_recording(formats=[a_format(length=sent)], **elements))

    assert recording.formats[0].length_minutes == minutes


def test_a_recording_that_does_not_say_which_is_none() -> None:
    assert parsed(a_recording(recordID=" ")) is None
    assert parsed(a_recording(recordID=None)) is None
    assert parsed(a_recording(recordID="a" * 1000)) is None


def test_metadata_are_unknown_without_their_element_or_after_a_lenient_parse() -> None:
    assert parsed(f"<recording><recordID>{A}</recordID></recording>").metadata is None
    assert parsed(a_recording(metadata={"a": "b"}), lenient=True).metadata is None
    assert parsed(a_recording(metadata={})).metadata == {}


def test_metadata_values_are_kept_as_sent_and_empty_ones_too() -> None:
    text = a_recording(metadata={"a": "  x\n  y ", "b": "", "c": "<![CDATA[<i>&]]>", "recording": "yes"})

    assert parsed(text).metadata == {"a": "  x\n  y ", "b": "", "c": "<i>&", "recording": "yes"}


def test_callback_urls_never_leave_the_parser() -> None:
    recording = parsed(a_recording(metadata={"endcallbackurl": "https://lms.example.org/?key=hunter2"}))

    assert recording.metadata["endcallbackurl"].startswith("masked:")
    assert "hunter2" not in repr(recording)


def test_formats_listed_twice_are_one() -> None:
    twice = [
        a_format("video"),
        a_format("presentation"),
        a_format("video", url="https://bbb.example.org/other"),
    ]

    assert [one.type for one in parsed(a_recording(formats=twice)).formats] == ["video", "presentation"]


@pytest.mark.parametrize(
    ("elements", "url"),
    [
        pytest.param({"protected": "true"}, "https://bbb.example.org/x", id="protected"),
        pytest.param({}, "https://bbb.example.org/recording/x?token=abc", id="one-time token"),
        pytest.param({}, "https://bbb.example.org/bbblb/api/v1/recording/ticket/1/x", id="ticket"),
        pytest.param({}, " ", id="blank"),
    ],
)
def test_a_url_that_opens_a_protected_recording_is_unknown(elements: dict[str, str], url: str) -> None:
    recording = parsed(a_recording(formats=[a_format(url=url)], **elements))

    assert recording.formats[0].url is None


def test_urls_are_stripped_of_the_whitespace_around_them() -> None:
    recording = parsed(a_recording(formats=[a_format(url="\n   https://bbb.example.org/x \n")]))

    assert recording.formats[0].url == "https://bbb.example.org/x"


def test_entries_of_one_recording_are_merged() -> None:
    first = parsed(a_recording(formats=[a_format("presentation")], metadata={"a": "1"}))
    second = parsed(a_recording(formats=[a_format("video")], metadata={"a": "1", "b": "3"}))

    [both] = merged_by_id([first, second]).values()

    assert [one.type for one in both.formats] == ["presentation", "video"]
    assert both.metadata == {"a": "1", "b": "3"}
    assert both.state == "published"
    assert merged(first, parsed(a_recording(), lenient=True)).metadata is None


def test_what_two_entries_of_one_recording_disagree_on_is_unknown() -> None:
    first = parsed(a_recording(metadata={"bbbkeep-hold": "2020-01-01"}))
    second = parsed(a_recording(metadata={"bbbkeep-hold": "for ever"}, state="processing", published="false"))

    both = merged(first, second)

    assert (both.metadata, both.state, both.published) == (None, None, None)


@pytest.mark.parametrize(("second", "known"), [("2020-01-01", {"bbbkeep-hold": "2020-01-01"}), ("x", None)])
def test_a_key_with_two_values_leaves_the_metadata_unknown(second: str, known: Any) -> None:
    printed = a_recording(metadata={"bbbkeep-hold": "2020-01-01"})
    twice = printed.replace("</metadata>", f"<bbbkeep-hold>{second}</bbbkeep-hold></metadata>")

    assert parsed(twice).metadata == known
