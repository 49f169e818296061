"""Converting captions, beside pysubs2, which keeps neither bold nor positions and escapes nothing."""

from collections.abc import Iterator

import pysubs2

from bbbkeep.captions.convert import convert
from benchmarks.measure import Figure, compare

CUES = 600
SRT = "".join(
    f"{number}\n00:{number // 60:02}:{number % 60:02},000 --> 00:{number // 60:02}:{number % 60:02},900\n"
    f"and so the <i>next</i> term of the series\nis number {number}\n\n"
    for number in range(1, CUES + 1)
)


def converting() -> Iterator[Figure]:
    """Measure a lecture of 600 cues, self-check included."""
    yield compare(
        "conversion of an SRT cue, self-checked",
        CUES,
        lambda: convert(SRT.encode(), "lecture.srt"),
        "pysubs2",
        lambda: pysubs2.SSAFile.from_string(SRT).to_string("vtt"),
    )
