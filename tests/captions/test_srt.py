"""What a SubRip file becomes for a BigBlueButton server: its text, whole, whatever its author did."""

import pytest

from bbbkeep.captions.convert import convert


def texts(srt: str) -> list[str]:
    blocks = convert(srt.encode(), "lecture.srt").webvtt.split("\n\n")[1:]
    return [block.rstrip("\n").split("\n", 1)[1] for block in blocks]


def one_cue(text: str) -> str:
    [found] = texts(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n")
    return found


def test_a_plain_file_becomes_header_times_and_text():
    done = convert(b"1\r\n00:00:01,000 --> 01:00:02,500\r\nHello\r\nthere\r\n", "lecture.srt")

    assert done.webvtt == "WEBVTT\n\n00:00:01.000 --> 01:00:02.500\nHello\nthere\n"
    assert (done.encoding, done.events, done.cues) == ("utf-8", 1, 1)
    assert (done.drops, done.lost_at_server) == ({}, {})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("AT&T 3 < 4 > 2", "AT&#38;T 3 &#60; 4 &#62; 2", id="signs are numeric references"),
        pytest.param("2^{n+1} \\alpha", "2^&#123;n+1&#125; &#92;alpha", id="formulas stay"),
        pytest.param("<laughs> x", "&#60;laughs&#62; x", id="an unknown tag is text"),
        pytest.param("{music}", "&#123;music&#125;", id="braces without a backslash are text"),
        pytest.param("a --> b", "a --&#62; b", id="an arrow in the text is text"),
        pytest.param("00:01 --> then", "00:01 --&#62; then", id="an arrow after a time may be text, too"),
        pytest.param(
            "if (a<b && c>d)", "if (a&#60;b &#38;&#38; c&#62;d)", id="a tag has attributes, not a formula"
        ),
        pytest.param("<b class=x>x</b>", "<b>x</b>", id="attributes go"),
        pytest.param(
            "&notit; &lt;", "&#38;notit; &#60;", id="a name that only begins like a reference is text"
        ),
        pytest.param(
            "x &lt;i&gt; &#38; &nope;", "x &#60;i&#62; &#38; &#38;nope;", id="references are read once"
        ),
        pytest.param("<B>x</B> <i>y", "<b>x</b> <i>y</i>", id="an open tag is closed"),
        pytest.param("<b>a <i>b</b> c</i>", "<b>a <i>b</i></b><i> c</i>", id="crossed tags are nested"),
        pytest.param('<font color="#fff">x</font>', "x", id="font goes, its text stays"),
        pytest.param("{\\an8}{\\i1}x{\\i0} y", "<i>x</i> y", id="SubStation overrides are obeyed"),
        pytest.param("a\n \n\nb  ", "a\nb", id="blank lines inside close up"),
        pytest.param("In\n1984", "In\n1984", id="a last line that is a number is text"),
        pytest.param("STYLE\nNOTE x", "STYLE\nNOTE x", id="words of WebVTT are text inside a cue"),
        pytest.param("a\x00b\x85c", "abc", id="control characters go"),
    ],
)
def test_text_reaches_the_server_in_a_form_its_ffmpeg_keeps(text, written):
    assert one_cue(text) == written


@pytest.mark.parametrize(
    ("srt", "expected"),
    [
        pytest.param(
            "00:01,000 --> 00:02,000\na\n\n00:03.5 --> 00:04\nb", ["a", "b"], id="no numbers, no hours"
        ),
        pytest.param(
            "1\n0:0:1,0 --> 0:0:2,0\nIn\n1984\n2\n0:0:3,0 --> 0:0:4,0\nb",
            ["In\n1984", "b"],
            id="only the number that counts on is taken where no blank line is",
        ),
        pytest.param(
            "1\n0:0:1,0 --> 0:0:2,0\na\n\n2\n\n0:0:3,0 --> 0:0:4,0\nb",
            ["a", "b"],
            id="a blank after the number",
        ),
        pytest.param(
            "1\n0:0:1,0 --> 0:0:2,0\na\n\n1984\n\nb", ["a\n1984\nb"], id="blank lines do not end a cue"
        ),
    ],
)
def test_numbers_are_told_from_text(srt, expected):
    assert texts(srt) == expected


@pytest.mark.parametrize(
    "times",
    [
        pytest.param("00: 00: 01, 000 --> 00 : 00 : 02 , 000", id="spaces inside"),
        pytest.param("\uff10\uff10\uff1a00\uff1a01\uff0c000 --> 00:00:02,000", id="full-width signs"),
        pytest.param("00:00:01;0 \u2013> 00:00:02;0", id="a dash for the hyphens"),
        pytest.param("00:00:01,000 \u2192 00:00:02,000", id="an arrow"),
        pytest.param("0:1.0005 ->0:2.0", id="one hyphen and four digits"),
    ],
)
def test_times_are_read_as_people_and_word_processors_write_them(times):
    assert convert(f"{times}\na\n".encode(), "a.srt").webvtt == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\n"


@pytest.mark.parametrize(
    ("tail", "settings", "text"),
    [
        pytest.param(" Hello: you", "", "Hello: you\na", id="text"),
        pytest.param(" X1:40 X2:600 Y1:20 Y2:50", "", "a", id="a place in pixels can't be kept"),
        pytest.param("  align:start line:0 bogus:", "", "align:start line:0 bogus:\na", id="almost settings"),
        pytest.param(" align:start line:0", " line:0 align:start", "a", id="WebVTT's settings"),
    ],
)
def test_what_stands_behind_the_times_is_a_place_or_text(tail, settings, text):
    done = convert(f"1\n00:00:01,000 --> 00:00:02,000{tail}\na\n".encode(), "a.srt", target="player")

    assert done.webvtt == f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000{settings}\n{text}\n"


def test_each_event_that_is_no_cue_is_counted_with_its_reason():
    done = convert(
        b"stray\n\n1\n00:00:01,000 --> 00:00:02,000\nkept\n\n"
        b"2\n00:00:01,000 --> 00:00:02,000\nkept\n\n"
        b"3\n00:00:03,000 --> 00:00:03,000\nat once\n\n"
        b"4\n00:00:05,000 --> 00:00:04,000\nbackwards\n\n"
        b"5\n00:00:05,000 --> 00:00:06,000\n \n\n"
        b"6\nno times\n\n"
        b"7\n00:00:07,000 -->\nno end\n\n"
        b"8\n1193:03:00,000 --> 1194:00:00,000\nbeyond ffmpeg's clock\n",
        "lecture.srt",
    )

    assert done.cues == 1
    assert done.drops == {
        "duplicate": 1,
        "empty": 1,
        "negative": 1,
        "too_late": 1,
        "unreadable": 3,
        "zero_length": 1,
    }
    assert done.events == done.cues + sum(done.drops.values())


@pytest.mark.parametrize(
    ("end", "last"),
    [
        pytest.param("b\n\n3\n", "b", id="the number of a cue that is cut off is no text"),
        pytest.param("b\n3\n", "b\n3", id="straight after text it is text"),
        pytest.param("b\n\n1984\n", "b\n1984", id="a number that does not count on is text"),
    ],
)
def test_a_file_may_be_cut_off_after_a_number(end, last):
    srt = f"1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 00:00:04,000\n{end}"

    assert texts(srt) == ["a", last]


def test_cues_are_sorted_by_time():
    assert texts("1\n0:0:5,0 --> 0:0:6,0\nb\n\n2\n0:0:1,0 --> 0:0:2,0\na") == ["a", "b"]


def test_a_place_on_the_screen_is_counted_as_lost_at_the_server_and_kept_for_a_player():
    srt = b"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}x < y\n"

    assert convert(srt, "a.srt").lost_at_server == {"positions": 1}
    player = convert(srt, "a.srt", target="player")
    assert player.webvtt == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\nx &lt; y\n"
    assert player.lost_at_server == {}


def test_a_numbered_line_is_text_where_the_next_cue_has_that_number_itself():
    srt = "1\n0:0:1,0 --> 0:0:2,0\na\n\n2\nb\n\n2\n0:0:3,0 -- > 0:0:4,0\nc"

    assert texts(srt) == ["a\n2\nb", "c"]


def test_a_cue_that_begins_before_the_recording_begins_with_it():
    srt = b"1\n-00:00:01,000 --> 00:00:02,000\na\n\n2\n-00:00:03,000 --> 00:00:00,000\nb\n"
    done = convert(srt, "a.srt")

    assert done.webvtt == "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\na\n"
    assert done.drops == {"negative": 1}


def test_a_tag_that_opened_twice_ends_twice():
    assert one_cue("<i>a<i>b</i>c</i>d") == "<i>abc</i>d"


def test_what_is_too_late_for_the_servers_clock_is_kept_for_a_player():
    srt = b"1\n00:00:01,000 --> 1234:00:00,000\na\n"

    assert convert(srt, "a.srt", target="player").webvtt.endswith("00:00:01.000 --> 1234:00:00.000\na\n")
