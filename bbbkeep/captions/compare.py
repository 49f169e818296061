"""Tell whether the text track a server lists shows what was uploaded.

BigBlueButton's server rewrites an upload with ffmpeg (rap-caption-inbox.rb), so
bytes differ: times lose their hours, settings go, `&amp;` may come back as `&`.
What a viewer reads has to be the same: cues, times, text, bold, italic, underline.
"""

import re
from dataclasses import replace

from bbbkeep.captions.cues import Cue, Run, tidy
from bbbkeep.captions.decode import MAX_BYTES
from bbbkeep.captions.references import dereference
from bbbkeep.captions.spans import only_basic
from bbbkeep.captions.vtt import cues_in
from bbbkeep.captions.write import stamp

_SHOWN = 60
_MOMENT = r"(?:([0-9]{2,}):)?([0-9]{2}:[0-9]{2}\.[0-9]{3})"
_TIMES = re.compile(rf"^{_MOMENT} --> {_MOMENT}$", re.ASCII | re.MULTILINE)


def cues_of(webvtt: str) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT text, in file order.

    Raises:
        ValueError: the text does not begin with WEBVTT.
    """
    return tuple(replace(cue, runs=tidy(cue.runs)) for cue in cues_in(webvtt))


def same_cues(sent: str, found: str) -> str | None:
    """Return None if both show the same, else one sentence naming the first difference."""
    if len(found) > MAX_BYTES:
        return f"the server's track has {len(found):,} characters, more than any upload"
    if _with_hours(sent) == _with_hours(found):
        return None  # as nearly always: no cue needs to be read
    try:
        theirs = cues_of(found)
    except ValueError:
        return "the server's track is not WebVTT"
    ours = cues_of(sent)
    for number, (our, their) in enumerate(zip(ours, theirs, strict=False), 1):
        if difference := _difference(our, their):
            return f"cue {number} at {stamp(our.start_ms)}: {difference}"
    if len(ours) != len(theirs):
        return f"{len(ours)} cues were sent, the server's track has {len(theirs)}"
    return None


def _with_hours(webvtt: str) -> str:
    """Return the text with the hours that ffmpeg leaves out below one, and its lines ended alike."""
    lines = webvtt.replace("\r\n", "\n").strip("\n")
    return _TIMES.sub(lambda found: f"{found[1] or '00'}:{found[2]} --> {found[3] or '00'}:{found[4]}", lines)


def _difference(our: Cue, their: Cue) -> str | None:
    if (our.start_ms, our.end_ms) != (their.start_ms, their.end_ms):
        return f"the server has it from {stamp(their.start_ms)} to {stamp(their.end_ms)}"
    sent, found = _shown(our), _shown(their)
    if sent == found:
        return None
    if _text(sent) == _text(found):
        return "bold, italic or underline differs"
    return f"sent {_quoted(sent)}, the server has {_quoted(found)}"


def _shown(cue: Cue) -> tuple[Run, ...]:
    """Return what a viewer sees; references decode once more, as a server may have decoded one level."""
    runs = (Run(dereference(run.text), only_basic(run.marks)) for run in cue.runs)
    return tidy(runs)


def _text(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def _quoted(runs: tuple[Run, ...]) -> str:
    text = _text(runs)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
