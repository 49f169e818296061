"""What a viewer gets of a finished upload: the track, downloaded again, plays its cues in a real Chromium.

The server converts uploads with the real ffmpeg, as BigBlueButton's caption inbox does.
"""

import shutil

import pytest
from operations.keeping import SECRET, a_caption_file, a_recording, a_site, an_id, sweep, upload_captions
from playing import CHROMIUM, Cue, play

from bbbkeep.operations.text_tracks import download_track
from bbbkeep.standin.server import LocalServer

pytestmark = [
    pytest.mark.services,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg on this machine"),
]

SRT = """\
1
00:00:01,000 --> 00:00:03,250
Grüße aus <i>Köln</i> &
a < b, c > d, {e} f\\g

2
00:00:04.000 --> 00:00:06,500
<b>Zwei</b> <u>Zeilen</u>
{\\an8}und <font color="red">Farbe</font>

7
0:00:06,000 --> 0:00:08,000
AT&T &amp; Söhne --> weiter

00:00:09,000 --> 00:00:10,000
中文 🎓
"""
SRT_CUES = [
    Cue(1.0, 3.25, "Grüße aus <i>Köln</i> &amp;\na &lt; b, c &gt; d, {e} f\\g"),
    Cue(4.0, 6.5, "<b>Zwei</b> <u>Zeilen</u>\nund Farbe"),
    Cue(6.0, 8.0, "AT&amp;T &amp; Söhne --&gt; weiter"),
    Cue(9.0, 10.0, "中文 🎓"),
]

ASS = """\
[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, Bold, Italic, Underline, Alignment
Style: Default,Arial,20,0,0,0,2
Style: Loud,Arial,20,-1,0,0,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,One{\\i1} two{\\i0}\\Nthree
Dialogue: 0,0:00:03.00,0:00:04.00,Loud,,0,0,0,,loud & <clear>
"""
ASS_CUES = [Cue(1.0, 2.5, "One<i> two</i>\nthree"), Cue(3.0, 4.0, "<b>loud &amp; &lt;clear&gt;</b>")]

HOUR = "1\n01:00:01,000 --> 01:00:02,000\nAfter an hour\n"
HOUR_CUES = [Cue(3601.0, 3602.0, "After an hour")]


@pytest.mark.parametrize(
    ("name", "text", "cues", "seconds"),
    [
        pytest.param("de.srt", SRT, SRT_CUES, 12, id="SRT"),
        pytest.param("en.ass", ASS, ASS_CUES, 6, id="ASS"),
        pytest.param("en.srt", HOUR, HOUR_CUES, 3604, id="after an hour"),
    ],
)
def test_a_finished_upload_plays_its_cues(clock, tmp_path, name, text, cues, seconds):
    with (
        LocalServer(secret=SECRET, clock=clock, ffmpeg=True) as server,
        a_site(server, clock, tmp_path) as site,
    ):
        server.state.add(a_recording(1))
        sweep(site)
        a_caption_file(site, f"{an_id(1)}.{name}", text)
        [outcome] = upload_captions(site)
        track = download_track(site, an_id(1), name.partition(".")[0], None, tmp_path / "track.vtt")

    seen = play(track.read_bytes(), tmp_path / "browser", seconds=seconds)

    assert outcome.outcome == "verified"
    assert seen.listed == cues
    for cue, active in zip(cues, seen.played, strict=True):
        assert cue in active
