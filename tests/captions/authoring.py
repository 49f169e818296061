"""Cues drawn by hypothesis, and the SubRip and SubStation files in which an author would write them."""

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from bbbkeep.captions.cues import Cue, Run, tidy
from bbbkeep.captions.write import stamp

SIGNS = "abz &<>{}-\n\t#;/0:1.,é\u00a0\u2028\u200f\u200b日\U0001f469"
PIECES = [
    *SIGNS,
    "-->",
    "<b>",
    "</i>",
    "<x>",
    "{an8}",
    "{x}",
    "&amp;",
    "&#60;",
    "NOTE ",
    "STYLE",
    "\n\n1\n",
    "a --> b",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
MARKS = st.sets(st.sampled_from(["b", "i", "u"])).map(lambda marks: tuple(sorted(marks)))
RUNS = st.lists(st.builds(Run, TEXTS, MARKS), min_size=1, max_size=4).map(tidy)
TIMES = st.integers(0, 40_000_000).map(lambda hundredths: hundredths * 10)
LENGTHS = st.integers(1, 999).map(lambda hundredths: hundredths * 10)
ZONES = st.integers(1, 9)

Placed = tuple[Cue, int]
"""A cue and its place on a number pad."""

CUES: st.SearchStrategy[list[Placed]] = st.lists(
    st.tuples(st.builds(lambda at, ms, runs: Cue(at, at + ms, runs), TIMES, LENGTHS, RUNS), ZONES), max_size=8
)
FILES = st.lists(CUES.filter(lambda cues: any(cue.runs for cue, _ in cues)), min_size=1, max_size=20)


def as_srt(cues: Iterable[Placed]) -> bytes:
    blocks = []
    for number, (cue, zone) in enumerate(cues, 1):
        times = f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}".replace(".", ",")
        blocks.append(f"{number}\n{times}\n{{\\an{zone}}}{''.join(map(_tagged, cue.runs))}\n")
    return "\n".join(blocks).encode()


def _tagged(run: Run) -> str:
    text = run.text
    for sign in "&<>{":
        text = text.replace(sign, f"&#{ord(sign)};")
    return "".join(f"<{mark}>" for mark in run.marks) + text + "".join(f"</{mark}>" for mark in run.marks)


def as_ass(cues: Iterable[Placed]) -> bytes:
    lines = [
        f"Dialogue: 0,{_time(c.start_ms)},{_time(c.end_ms)},,,0,0,0,,{_overridden(c, z)}" for c, z in cues
    ]
    return "\n".join(["[Events]", *lines]).encode()


def _time(ms: int) -> str:
    return stamp(ms)[:-1]


def _overridden(cue: Cue, zone: int) -> str:
    pieces = [f"{{\\an{zone}}}"]
    for run in cue.runs:
        switches = "".join(f"\\{mark}{int(mark in run.marks)}" for mark in "biu")
        text = run.text.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")
        pieces.append(f"{{{switches}}}{text}")
    return "".join(pieces)


def seen(cues: Iterable[Placed]) -> list[tuple[int, int, str, str, int]]:
    """Return what a viewer should get: by time, each once, without those that show nothing."""
    once = dict.fromkeys((cue, zone) for cue, zone in cues if cue.runs)
    timed = sorted(once, key=lambda placed: (placed[0].start_ms, placed[0].end_ms))
    return [(c.start_ms, c.end_ms, *look((r.text, r.marks) for r in c.runs), zone) for c, zone in timed]


def look(runs: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, str]:
    """Return the text and, a digit for each of its characters, which of bold, italic and underline it has.

    Blanks have none that one could see.
    """
    signs = [(sign, marks) for text, marks in runs for sign in text]
    digits = (
        sum(1 << at for at, mark in enumerate("biu") if mark in marks and not sign.isspace())
        for sign, marks in signs
    )
    return "".join(sign for sign, _ in signs), "".join(map(str, digits))
