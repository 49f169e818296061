"""What people upload, and how many of its cues ffmpeg 5.1.9 keeps; None: it refuses the file."""

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nGr\u00fc\u00dfe\n\n3\n00:00:05,000 --> 00:00:06,000\nthe end\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:03.000 --> 00:04.000\nGr\u00fc\u00dfe\n\n00:05.000 --> 00:06.000\nthe end\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello\n"
    r"Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\i1}slanted{\i0}\Nline"
    "\n"
)
SBV = "0:00:01.000,0:00:02.000\nHello\n\n0:00:03.000,0:00:04.000\nagain\n"
TTML = '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">Hello</p></div></body></tt>'
BOM = "\ufeff"


def _changed(text: str, *changes: tuple[str, str]) -> bytes:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


INPUTS: dict[str, tuple[bytes, int | None]] = {
    "srt": (SRT.encode(), 3),
    "srt with BOM": ((BOM + SRT).encode(), 3),
    "srt with CRLF": (SRT.replace("\n", "\r\n").encode(), 3),
    "srt in UTF-16": (SRT.encode("utf-16"), 3),
    "srt with dotted times": (_changed(SRT, ("1,000", "1.000"), ("2,000", "2.000")), 3),
    "srt without a last line end": (SRT.rstrip("\n").encode(), 3),
    "srt with overlaps": (_changed(SRT, ("02,000", "09,000")), 3),
    "srt out of order": (
        _changed(SRT, ("00:00:01,000 --> 00:00:02,000", "00:01:01,000 --> 00:01:02,000")),
        3,
    ),
    "srt in Latin-1": (SRT.encode("latin-1"), 2),
    "srt without numbers": (
        _changed(SRT, ("1\n00", "00"), ("2\n00", "00"), ("3\n00", "00")),
        None,
    ),
    "srt that ends before it starts": (_changed(SRT, ("02,000", "00,500")), 3),
    "srt with markup": (_changed(SRT, ("Hello", r'{\an8}<font color="red">Hello</font> <b>you</b>')), 3),
    "vtt": (VTT.encode(), 3),
    "vtt with BOM": ((BOM + VTT).encode(), 3),
    "vtt with CRLF": (VTT.replace("\n", "\r\n").encode(), 3),
    "vtt with a title and headers": (
        _changed(VTT, ("WEBVTT", "WEBVTT - title\nKind: captions\nLanguage: de")),
        3,
    ),
    "vtt with X-TIMESTAMP-MAP": (
        _changed(VTT, ("WEBVTT", "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0")),
        3,
    ),
    "vtt with hours": (_changed(VTT, ("00:05.000 --> 00:06.000", "100:00:05.000 --> 100:00:06.000")), 3),
    "vtt with overlaps": (_changed(VTT, ("00:02.000", "00:09.000")), 3),
    "vtt with a NOTE at the top": (_changed(VTT, ("\n\n", "\n\nNOTE hi\n\n")), 3),
    "vtt with a NOTE between cues": (_changed(VTT, ("00:03.000", "NOTE\nhi\nthere\n\n00:03.000")), 3),
    "vtt with cue IDs": (_changed(VTT, ("00:01.000", "first\n00:01.000"), ("00:03.000", "2\n00:03.000")), 3),
    "vtt with settings": (_changed(VTT, ("00:02.000", "00:02.000 align:start position:5%")), 3),
    "vtt with voices": (_changed(VTT, ("Hello", "<v Fred>Hello <b>all</b>")), 3),
    "vtt with an arrow in the text": (_changed(VTT, ("Hello", "a --> b")), 3),
    "vtt with entities": (_changed(VTT, ("Hello", "a &amp; b &lt;c&gt;")), 3),
    "vtt with STYLE at the top": (_changed(VTT, ("\n\n", "\n\nSTYLE\n::cue { color: red }\n\n")), 0),
    "vtt with REGION at the top": (_changed(VTT, ("\n\n", "\n\nREGION\nid:fred\n\n")), 0),
    "vtt with STYLE between cues": (_changed(VTT, ("00:03.000", "STYLE\n::cue {}\n\n00:03.000")), 1),
    "vtt with a malformed time": (_changed(VTT, ("00:03.000", "00:03.x")), 1),
    "vtt with a blank line in a cue": (_changed(VTT, ("Hello", "Hello\n\nthere")), 1),
    "vtt without a blank line after WEBVTT": (_changed(VTT, ("\n\n", "\n")), 2),
    "vtt with comma times": (VTT.replace(".000", ",000").encode(), 0),
    "vtt with a header alone": (b"WEBVTT\n", 0),
    "vtt with CR line ends": (VTT.replace("\n", "\r").encode(), 2),
    "vtt that ends before it starts": (_changed(VTT, ("00:02.000", "00:00.500")), 3),
    "vtt with a cue without text": (_changed(VTT, ("Hello", "")), 2),
    "vtt without its first line": (_changed(VTT, ("WEBVTT\n\n", "")), None),
    "vtt in Latin-1": (VTT.encode("latin-1"), 2),
    "vtt in Latin-1 throughout": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nGr\u00fc\u00dfe\n".encode("latin-1"),
        None,
    ),
    "vtt in UTF-16": (VTT.encode("utf-16"), None),
    "ass": (ASS.encode(), 2),
    "sbv": (SBV.encode(), 2),
    "ttml": (TTML.encode(), None),
    "json": (b'{"cues": []}', None),
    "html": (b"<!DOCTYPE html><html><body>Hello</body></html>", None),
    "plain text": (b"Hello\nworld\n", None),
    "nothing": (b"", None),
}
"""Name -> the file, and how many cues come out of it."""
