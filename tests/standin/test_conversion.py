"""What becomes of an uploaded file, by the measured rules of ffmpeg 5.1."""

import time

import pytest

from bbbkeep.standin.conversion import convert

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nagain\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:03.000 --> 00:04.000\nagain\n"
TIMES = "00:01.000 --> 00:02.000"


def converted(text: str) -> str | None:
    return convert(text.encode())


def one_cue(text: str) -> str:
    return f"WEBVTT\n\n{TIMES}\n{text}\n"


def one(cue: str) -> str:
    """Convert one WebVTT cue and return its text."""
    return converted(one_cue(cue)).split("\n", 3)[3].rstrip("\n")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SRT.encode(), id="srt"),
        pytest.param(b"\xef\xbb\xbf" + SRT.encode(), id="srt with BOM"),
        pytest.param(SRT.replace("\n", "\r\n").encode(), id="srt with CRLF"),
        pytest.param(SRT.encode("utf-16"), id="srt in UTF-16"),
        pytest.param(SRT.replace(",", ".").encode(), id="srt with dots"),
        pytest.param(SRT.rstrip("\n").encode(), id="srt without a last line end"),
        pytest.param(VTT.encode(), id="vtt"),
        pytest.param(b"\xef\xbb\xbf" + VTT.encode(), id="vtt with BOM"),
        pytest.param(VTT.replace("\n", "\r\n").encode(), id="vtt with CRLF"),
        pytest.param(
            VTT.replace("WEBVTT", "WEBVTT - title\nX-TIMESTAMP-MAP=LOCAL:0").encode(), id="vtt with headers"
        ),
        pytest.param(
            VTT.replace("\n\n00:03", "\n\nNOTE\nhi\n\nid\n00:03").encode(), id="vtt with a note and an ID"
        ),
        pytest.param(VTT.replace("2.000", "2.000 align:start position:5%").encode(), id="vtt with settings"),
        pytest.param(b"0:00:01.000,0:00:02.000\nHello\n\n0:00:03.000,0:00:04.000\nagain\n", id="sbv"),
    ],
)
def test_both_cues_arrive(content: bytes) -> None:
    assert convert(content) == VTT


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"Hello\nworld\n", id="plain text"),
        pytest.param(b'<?xml version="1.0"?><tt/>', id="ttml"),
        pytest.param(b"{}", id="json"),
        pytest.param(b"<html></html>", id="html"),
        pytest.param(SRT.replace("1\n00", "00", 1).encode(), id="srt without numbers"),
        pytest.param(VTT.replace("WEBVTT\n\n", "").encode(), id="vtt without its first line"),
        pytest.param(VTT.encode("utf-16"), id="vtt in UTF-16"),
        pytest.param(one_cue("Größe").encode("latin-1"), id="vtt in Latin-1 throughout"),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:02,000\nGröße\n".encode("latin-1"), id="srt in Latin-1 throughout"
        ),
    ],
)
def test_what_ffmpeg_does_not_know_is_refused(content: bytes) -> None:
    assert convert(content) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(VTT.replace("\n\n", "\n\nSTYLE\n::cue { color: red }\n\n", 1), id="style at the top"),
        pytest.param(VTT.replace("\n\n", "\n\nREGION\nid:fred\n\n", 1), id="region at the top"),
        pytest.param(VTT.replace(".000", ",000"), id="commas in the times"),
        pytest.param("WEBVTT\n00:01.000 --> 00:02.000\nHello\n", id="no blank line before the only cue"),
        pytest.param("WEBVTT\n", id="header alone"),
    ],
)
def test_an_empty_track_is_a_success(text: str) -> None:
    assert converted(text) == "WEBVTT\n"


@pytest.mark.parametrize(
    "between",
    [
        pytest.param("STYLE\n::cue {}\n\n", id="style"),
        pytest.param("00:02.x --> 00:03.000\nbroken\n\n", id="broken times"),
        pytest.param("a stray line\n\n", id="rest of a cue with a blank line in it"),
    ],
)
def test_everything_after_a_block_that_is_no_cue_is_lost(between: str) -> None:
    assert converted(VTT.replace("00:03", between + "00:03")) == VTT.partition("\n00:03")[0]


def test_line_ends_of_cr_alone_lose_the_first_cue() -> None:
    assert converted(VTT.replace("\n", "\r")) == "WEBVTT\n\n00:03.000 --> 00:04.000\nagain\n"


def test_without_a_blank_line_after_the_header_the_first_cue_belongs_to_it() -> None:
    assert converted(VTT.replace("\n\n", "\n", 1)) == "WEBVTT\n\n00:03.000 --> 00:04.000\nagain\n"


def test_cues_are_sorted_and_exact_duplicates_go() -> None:
    assert converted(SRT + "\n3\n00:00:01,000 --> 00:00:02,000\nHello\n").count("Hello") == 1
    assert converted("WEBVTT\n\n00:03.000 --> 00:04.000\nagain\n\n00:01.000 --> 00:02.000\nHello\n") == VTT


def test_an_end_before_the_start_wraps_around_in_the_last_cue() -> None:
    assert "00:05.000 --> 1193:02:49.796\n" in converted("WEBVTT\n\n00:05.000 --> 00:02.500\nx\n")


def test_an_end_before_the_start_becomes_the_start_of_the_next_cue() -> None:
    assert "00:01.000 --> 00:03.000\nHello\n" in converted(VTT.replace("00:02.000", "00:00.500"))


def test_hours_are_written_only_when_there_are_some() -> None:
    assert "\n100:00:01.000 --> 100:00:02.000\n" in converted(
        "WEBVTT\n\n100:00:01.000 --> 100:00:02.000\nx\n"
    )


@pytest.mark.parametrize("text", [SRT, VTT], ids=["srt", "vtt"])
def test_a_cue_with_a_latin_1_byte_is_dropped_in_silence(text: str) -> None:
    content = text.replace("Hello", "Größe").encode("latin-1")

    assert convert(content) == "WEBVTT\n\n00:03.000 --> 00:04.000\nagain\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("<v Fred>Hi</v>", "Hi", id="voice"),
        pytest.param("1 <i>a</i> < 2 and more", "1 <i>a</i> ", id="nothing is left after an open angle"),
        pytest.param("<b>a</b> <i>b</i> <u>c</u>", "<b>a</b> <i>b</i> <u>c</u>", id="b, i and u stay"),
        pytest.param("a &amp; b &lt;x&gt;", "a & b <x>", id="entities become raw"),
        pytest.param("a &#38; b", "a &#38; b", id="numeric references stay"),
        pytest.param("a&nbsp;b", r"a\hb", id="no-break space"),
        pytest.param("{x}", r"\{x\}", id="braces"),
        pytest.param("a --> b", "a -- b", id="an arrow in the text"),
        pytest.param("two\nlines", "two\nlines", id="two lines"),
    ],
)
def test_the_text_of_a_webvtt_cue_changes(text: str, written: str) -> None:
    assert one(text) == written


def test_subrip_markup_goes_but_b_i_and_u_stay() -> None:
    text = SRT.replace("Hello", r'{\an8}<font color="red">Hello</font> <b>you</b>')

    assert "\nHello <b>you</b>\n" in converted(text)


def test_a_cue_without_text_is_dropped() -> None:
    assert converted(VTT.replace("Hello", "")) == "WEBVTT\n\n00:03.000 --> 00:04.000\nagain\n"


def test_ass_keeps_italics_and_line_breaks() -> None:
    text = (
        "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        r"Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\i1}Hello{\i0},\N{\pos(1,2)}you {\b1}there"
        "\nComment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,not shown\n"
    )

    assert converted(text) == "WEBVTT\n\n00:01.000 --> 00:02.500\n<i>Hello</i>,\nyou <b>there</b>\n"


def test_scc_is_accepted() -> None:
    assert "HELLO" in converted("Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 c8c5 4c4c 4f80 942f\n")


@pytest.mark.parametrize("filling", ["<", "{", "&", "<b>", "-->", "1\n"])
def test_a_hostile_file_takes_linear_time(filling: str) -> None:
    began = time.perf_counter()
    converted(VTT + filling * 100_000)
    convert((SRT + filling * 100_000).encode())

    assert time.perf_counter() - began < 10
