"""Converting captions: rates a core and memory against limits, and beside pysubs2, which keeps neither bold nor positions."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pysubs2

from bbbkeep.captions.convert import convert
from benchmarks.measure import Figure, compare, medians

CUES = 600
MANY = 200_000
MEASURED = """
import resource
from bbbkeep.captions.convert import convert
from benchmarks.converting import MANY, srt
convert(srt(MANY).encode(), "lecture.srt")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def srt(cues: int) -> str:
    """Return a lecture of so many cues."""
    return "".join(
        f"{number}\n{_clock(number)},000 --> {_clock(number)},900\n"
        f"and so the <i>next</i> term of the series\nis number {number}\n\n"
        for number in range(1, cues + 1)
    )


def ass(cues: int) -> str:
    """Return the same lecture as a script."""
    return "[Events]\nFormat: Layer, Start, End, Style, Text\n" + "".join(
        f"Dialogue: 0,{_clock(number)}.00,{_clock(number)}.90,Default,"
        f"and so the {{\\i1}}next{{\\i0}} term of the series\\Nis number {number}\n"
        for number in range(1, cues + 1)
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def converting() -> Iterator[Figure]:
    """Measure a lecture of 600 cues, self-check included, and the memory of the largest file."""
    text = srt(CUES)
    yield compare(
        "conversion of an SRT cue, self-checked",
        CUES,
        lambda: convert(text.encode(), "lecture.srt"),
        "pysubs2",
        lambda: pysubs2.SSAFile.from_string(text).to_string("vtt"),
    )
    yield _processor("SRT", text, at_most_us=1e6 / 15_000)
    yield _processor("ASS", ass(CUES), at_most_us=1e6 / 10_000)
    peak = subprocess.run([sys.executable, "-c", MEASURED], check=True, capture_output=True, text=True)  # noqa: S603  # our own words
    yield Figure("memory of the largest SRT file", f"{MANY:,}", float(peak.stdout), "MiB", limit=350)


def _processor(kind: str, text: str, *, at_most_us: float) -> Figure:
    data = text.encode()
    [seconds] = medians(5, [lambda: _cpu(lambda: convert(data, f"lecture.{kind.lower()}"))])
    what = f"processor's time for an {kind} cue, self-checked"
    return Figure(what, f"{CUES:,}", seconds * 1e6 / CUES, "us each", limit=round(at_most_us, 1))


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
