"""Every cue reaches the viewer of a recording: through our writer, webvtt-py, and the server's ffmpeg.

`what_ffmpeg_leaves` is a model of `ffmpeg -i F -map 0:s -f webvtt`, as
BigBlueButton runs it (rap-caption-inbox.rb), written from what 5.1 does; where
ffmpeg is installed the model is checked against it.
"""

import contextlib
import re
import shutil
import subprocess
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.captions.compare import cues_of, same_cues
from bbbkeep.captions.convert import convert
from bbbkeep.captions.cues import Cue, Run, tidy
from bbbkeep.captions.write import block_of, document
from bbbkeep.errors import CaptionError

SIGNS = "abz &<>{}\\-\n\t#;/0:1.é\u00a0\u2028\u200f\ufeff日"
NASTY = [*SIGNS, "-->", "<b>", "</i>", "{\\an8}", "&amp;", "&#60;", "\\N", "NOTE ", "STYLE"]
TEXTS = st.lists(st.sampled_from(NASTY), max_size=12).map("".join)
MARKS = st.lists(st.sampled_from(["b", "i", "u"]), unique=True, max_size=3).map(tuple)
RUNS = st.lists(st.builds(Run, TEXTS, MARKS), max_size=4).map(tuple)
TIMES = st.integers(0, 400_000_000)
CUES = st.lists(
    st.builds(lambda at, ms, runs: Cue(at, at + ms, runs), TIMES, st.integers(1, 9_999), RUNS), max_size=6
)


def what_ffmpeg_leaves(webvtt: str) -> str:
    kept: dict[str, None] = {}
    header, *blocks = webvtt.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    for block in blocks:
        times, text = block.split("\n", 1)
        start, arrow, end = times.split(" ")[:3]
        kept[f"{short(start)} {arrow} {short(end)}\n{as_ffmpeg_spells(text)}"] = None
    return "\n\n".join([header, *kept]) + "\n"


def short(stamp: str) -> str:
    return stamp.removeprefix("00:")


def as_ffmpeg_spells(text: str) -> str:
    text = re.sub(r"</?(?![biu]>|/[biu]>)[^>]*>", "", text).lstrip(" \t\n")
    text = text.replace("{", "\\{").replace("}", "\\}").replace("-->", "--")
    for name, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\\h"),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&amp;", "&"),
    ):
        text = text.replace(name, sign)
    return text


def written(cues: list[Cue]) -> str:
    return document(block for cue in cues if (block := block_of(cue, "bbb")).text)


@given(CUES)
@settings(max_examples=150, deadline=None)
def test_any_cues_survive_writing_and_reading(cues):
    shown = [Cue(cue.start_ms, cue.end_ms, tidy(cue.runs)) for cue in cues]

    found = cues_of(written(cues))

    assert list(found) == [cue for cue in shown if cue.runs]


@given(CUES)
@settings(max_examples=150, deadline=None)
def test_any_output_converts_to_itself(cues):
    for target in ("bbb", "player"):
        try:
            once = convert(written(cues).encode(), "a.vtt", target=target)
        except CaptionError:  # nothing to see in any of them
            return
        again = convert(once.webvtt.encode(), "b.vtt", target=target)

        assert again.webvtt == once.webvtt
        assert (again.events, again.drops, again.lost_at_server) == (once.cues, {}, {})


@given(CUES)
@settings(max_examples=150, deadline=None)
def test_any_output_comes_back_the_same_from_the_servers_ffmpeg(cues):
    try:
        sent = convert(written(cues).encode(), "a.vtt").webvtt
    except CaptionError:
        return

    assert same_cues(sent, what_ffmpeg_leaves(sent)) is None


@given(st.text(max_size=200), st.sampled_from(["a.srt", "a.ass", "a.vtt", "a.txt"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_accounted_for_or_refused(text, name):
    try:
        done = convert(text.encode("utf-8", "ignore"), name)
    except CaptionError:
        return

    assert done.events == done.cues + sum(done.drops.values())


ODD = """\
1
00:00:01,000 --> 00:00:02,000
  AT&T <laughs> 2^{n+1} \\alpha --> &lt;b&gt; <b>a <i>b</b> c</i>

2
00:00:01,000 --> 00:00:02,000
STYLE
NOTE x \u2028 y

3
125:00:00,000 --> 125:00:01,000
1984
"""


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_real_ffmpeg_leaves_what_the_model_says(tmp_path):
    sent = convert(ODD.encode(), "a.srt").webvtt
    (tmp_path / "1-track.txt").write_text(sent)

    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", "1-track.txt", "-map", "0:s", "-f", "webvtt", "-"]
    left = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60).stdout.decode()  # noqa: S603  # our own words

    assert left == what_ffmpeg_leaves(sent)
    assert same_cues(sent, left) is None


@pytest.mark.parametrize("name", ["a.srt", "a.ass", "a.vtt"])
@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<b ",
        "<font ",
        "<b>a\n",
        "{",
        "{\\t(",
        "&#",
        "<c.a",
        "(",
        "-->",
        "-",
        " ",
        "\n",
        "<ruby><rt>",
        "1:",
        "1\n\n",
    ],
)
def test_hostile_text_takes_linear_time(name, hostile):
    head = {
        "a.srt": "1\n00:00:01,000 --> 00:00:02,000\n",
        "a.ass": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{",
        "a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    }[name]
    begun = time.process_time()

    with contextlib.suppress(CaptionError):
        convert((head + hostile * 40_000).encode(), name)

    assert time.process_time() - begun < 10
