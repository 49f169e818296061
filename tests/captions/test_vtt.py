"""What WebVTT becomes: what a browser shows of it, and nothing that stops the server's ffmpeg."""

import pytest

from bbbkeep.captions.convert import convert
from bbbkeep.errors import CaptionError

RICH = b"""\
WEBVTT - a title
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0

STYLE
::cue { color: red }

REGION
id:fred

NOTE a comment
of two lines

7
00:01.000 --> 00:02.000 region:fred line:0 align:start bogus:1
<v.loud Mary &amp; Ann>Hi <c.red>there</c> <00:01.500>&lt;you&gt; {x}

00:03.000 --> 00:04.000
<b.big>a <b>b</b></b> <ruby>k<rt>r</rt></ruby><lang en>e</lang> <odd>c
"""


def test_for_the_server_only_what_survives_is_written():
    done = convert(RICH, "a.vtt")

    assert done.webvtt == (
        "WEBVTT\n"
        "\n00:00:01.000 --> 00:00:02.000\nHi there &#60;you&#62; &#123;x&#125;\n"
        "\n00:00:03.000 --> 00:00:04.000\n<b>a b</b> kre c\n"
    )


def test_what_the_server_drops_is_told_by_cues():
    assert convert(RICH, "a.vtt").lost_at_server == {
        "classes": 2,
        "karaoke": 1,
        "languages": 1,
        "positions": 1,
        "regions": 1,
        "ruby": 1,
        "stylesheets": 1,
        "unknown_tags": 1,
        "voices": 1,
    }


def test_for_a_player_markup_and_valid_settings_stay():
    assert convert(RICH, "a.vtt", target="player").webvtt == (
        "WEBVTT\n"
        "\n00:00:01.000 --> 00:00:02.000 line:0 align:start\n"
        "<v.loud Mary &amp; Ann>Hi <c.red>there</c> <00:00:01.500>&lt;you&gt; {x}</v>\n"
        "\n00:00:03.000 --> 00:00:04.000\n"
        "<b.big>a <b>b</b></b> <ruby>k<rt>r</rt></ruby><lang en>e</lang> c\n"
    )


def test_a_bad_cue_and_text_outside_cues_are_counted_not_fatal():
    done = convert(b"WEBVTT\n\n00:01.000 --> soon\na\n\n00:01.000 --> 00:02.000\nb\n\nc\n", "a.vtt")

    assert (done.events, done.cues, done.drops) == (3, 1, {"stray_text": 1, "unreadable": 1})


def test_times_with_commas_are_read():
    assert convert(b"WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nb\n", "a.vtt").cues == 1


def test_a_smaller_sign_that_opens_no_tag_is_text():
    assert "3 &#60; 4" in convert(b"WEBVTT\n\n00:01.000 --> 00:02.000\n3 < 4 <b>x\n", "a.vtt").webvtt


def test_content_beats_the_ending():
    assert convert(b"WEBVTT\n\n00:01.000 --> 00:02.000\nb\n", "a.srt").cues == 1
    assert convert(b"00:00:01,000 --> 00:00:02,000\nb\n", "a.vtt").cues == 1


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "does not begin with WEBVTT", id="an empty file"),
        pytest.param(b"WEBVTT\n", "no cues; nothing to upload", id="a header alone"),
        pytest.param(b"hello\n", "does not begin with WEBVTT", id="prose"),
        pytest.param(b"WEBVTT\n\n00:01.000 --> 00:01.000\nx", "(1 zero length)", id="the reasons are told"),
    ],
)
def test_a_file_without_cues_is_refused(data, problem):
    with pytest.raises(CaptionError) as caught:
        convert(data, "a.vtt")

    assert str(caught.value).startswith("a.vtt: ")
    assert problem in str(caught.value)


def test_for_a_player_tags_that_are_not_valid_give_way_to_their_classes():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<lang.a>x</lang> <v>y</v> <rt>z</rt> <b.>q</b>\n"

    assert convert(data, "a.vtt", target="player").webvtt.endswith("\n<c.a>x</c> y z <b>q</b>\n")


def test_old_references_need_no_semicolon_as_in_a_browser():
    assert (
        "\nAT&#38;T &#60; \u00e9\n"
        in convert(b"WEBVTT\n\n00:01.000 --> 00:02.000\nAT&T &lt &eacute\n", "a.vtt").webvtt
    )


def test_for_a_player_a_voice_that_never_ended_gives_way_to_the_next():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>a\n<i><v Bob>b\n"

    assert convert(data, "a.vtt", target="player").webvtt.endswith("\n<v Ann>a</v>\n<i><v Bob>b</v></i>\n")
