"""What SSA and ASS files become: the text a viewer of them reads, in libass's reading."""

import pytest

from bbbkeep.captions.convert import convert

FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
STYLES = """\
[V4+ Styles]
Format: Name, Bold, Italic, Underline, Alignment
Style: Default,0,0,0,2
Style: Loud,-1,0,0,8
"""


def a_script(*dialogues: str, head: str = STYLES) -> bytes:
    return "\n".join([head, "[Events]", FORMAT, *dialogues]).encode()


def a_dialogue(text: str, style: str = "Default", start: str = "0:00:01.00") -> str:
    return f"Dialogue: 0,{start},0:00:02.00,{style},,0,0,0,,{text}"


def text_of(text: str, style: str = "Default") -> str:
    return convert(a_script(a_dialogue(text, style)), "a.ass").webvtt.split("\n", 3)[3].rstrip("\n")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("one, two\\Nthree", "one, two\nthree", id="commas and breaks"),
        pytest.param(
            "one\\ntwo\\hthree", "one two\u00a0three", id="soft break is a space, \\h a no-break space"
        ),
        pytest.param("a\u00a0 ", "a\u00a0", id="a no-break space at the end is text"),
        pytest.param("{\\i1}a{\\b1}b{\\i0}c", "<i>a</i><b><i>b</i>c</b>", id="overrides"),
        pytest.param("{\\t(0,100,\\i1)}x", "x", id="an animation is not a style"),
        pytest.param("{\\b700}x{\\b400}y", "<b>x</b>y", id="font weights"),
        pytest.param("{\\p1}m 0 0 l 1 1{\\p0}text", "text", id="a drawing goes, text after it stays"),
        pytest.param("a \\{b\\} c", "a &#123;b&#125; c", id="escaped braces are text"),
        pytest.param("a {b", "a &#123;b", id="a brace that never closes is text"),
        pytest.param("a {note to self}b", "a b", id="a comment in braces goes"),
        pytest.param("AT&amp;T", "AT&#38;amp;T", id="no references in SubStation"),
    ],
)
def test_override_codes_are_obeyed(text, written):
    assert text_of(text) == written


def test_a_style_is_bold_and_placed():
    player = convert(a_script(a_dialogue("x{\\r} y{\\rDefault}z", "Loud")), "a.ass", target="player")

    assert player.webvtt.endswith("line:0\n<b>x y</b>z\n")


def test_the_format_line_decides_the_columns():
    script = b"[Events]\nFormat: Start, Text, End\nDialogue: 0:00:01.00,a, b,0:00:02.00\n"

    assert convert(script, "a.ass").webvtt == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na, b\n"


def test_a_line_with_a_bad_time_costs_that_line():
    done = convert(a_script(a_dialogue("bad", start="Start"), a_dialogue("good")), "a.ass")

    assert (done.cues, done.drops) == (1, {"unreadable": 1})


def test_comments_drawings_and_karaoke_copies_are_counted():
    done = convert(
        a_script(
            "Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,no",
            a_dialogue("{\\p1}m 0 0 l 9 9"),
            a_dialogue("{\\k20}la"),
            a_dialogue("{\\c&H00FF00&}la"),
        ),
        "a.ass",
    )

    assert (done.events, done.cues) == (4, 1)
    assert done.drops == {"comment": 1, "drawing": 1, "duplicate": 1}
    assert done.lost_at_server == {"colours": 1, "karaoke": 1}


def test_ssa_spells_alignment_its_own_way():
    head = "[V4 Styles]\nFormat: Name, Bold, Italic, Alignment\nStyle: *Default,0,0,6"

    assert " line:0\n" in convert(a_script(a_dialogue("x"), head=head), "a.ssa", target="player").webvtt


def test_a_style_that_is_cut_short_has_the_columns_that_it_has():
    head = "[V4+ Styles]\nFormat: Name, Bold, Italic, Alignment, Encoding\nStyle: Default,-1,0,8"

    assert (
        " line:0\n<b>x</b>" in convert(a_script(a_dialogue("x"), head=head), "a.ass", target="player").webvtt
    )


@pytest.mark.parametrize("style", ["default", "*Default", "Gone", ""])
def test_an_event_without_a_style_of_its_own_has_the_default(style):
    head = "[V4+ Styles]\nFormat: Name, Bold\nStyle: Other,0\nStyle: Default,-1"

    assert "<b>x</b>" in convert(a_script(a_dialogue("x", style), head=head), "a.ass").webvtt


def test_lines_of_attached_fonts_are_no_events():
    script = a_script(a_dialogue("x")) + b"\n[Fonts]\nfontname: a.ttf\nDialogue: 0,0,0\n"

    assert convert(script, "a.ass").events == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param(
            "{\\rLoud}a{\\b0}b{\\b}c", "<b>a</b>b<b>c</b>", id="a switch returns to the style last reset to"
        ),
        pytest.param("{\\i(1)}a{\\ i0}b", "<i>a</i>b", id="parentheses and spaces around an argument"),
        pytest.param(
            "{\\b-1}a{\\b2}b{\\i7}c", "abc", id="a switch that is neither on nor off is the style's"
        ),
        pytest.param("a\\nb{\\q2}c\\nd", "a bc\nd", id="without wrapping a soft break is a break"),
    ],
)
def test_odd_arguments_are_read_as_libass_reads_them(text, written):
    assert text_of(text) == written


def test_headings_in_capitals_are_headings():
    script = a_script(a_dialogue("x"), head=STYLES.upper().replace("DEFAULT", "Default")).replace(
        b"[Events]", b"[EVENTS]"
    )

    assert convert(script, "a.ass").cues == 1
