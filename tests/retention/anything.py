"""Strategies: recordings as odd as servers have them, around the moments at which policies turn, and conditions."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Age, Before, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.facts import ANCHORS
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.spans import Span

NOW = datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
"""Half an hour after the clocks of Berlin went forward, on a 30th of March: a month earlier there is no such day."""
ZONES = st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")])
SPANS = [Span(24, 0, "1d"), Span(24 * 30, 0, "30d"), Span(0, 1, "1mo"), Span(0, 6, "6mo"), Span(0, 24, "2y")]
DAYS = [NOW - timedelta(days=900), NOW - timedelta(days=29), NOW, NOW + timedelta(days=20)]

words = st.sampled_from(["", "a", "b", "x", "a  b", "A", "[Test] a"])
keys = st.sampled_from(["a", "b", "category", "bbbkeep-hold"])
wanted = st.one_of(
    st.builds(Wanted, st.sampled_from(["equals", "contains"]), st.tuples(words)),
    st.builds(Wanted, st.just("glob"), st.sampled_from([("*",), ("?",), ("a*",), ("[Test] *",)])),
    st.builds(Wanted, st.just("in"), st.tuples(words, words)),
)
ages = st.one_of(
    st.builds(Age, st.sampled_from(ANCHORS), st.sampled_from(SPANS)),
    st.builds(Before, st.sampled_from(ANCHORS), st.sampled_from(DAYS), st.just("a day")),
)
leaves = ages | st.one_of(
    st.builds(StateIs, st.sampled_from([("published",), ("unpublished",), ("published", "unpublished")])),
    st.builds(MetadataIs, keys, wanted),
    st.builds(MetadataPresent, keys, st.booleans()),
    st.builds(TextIs, st.sampled_from(["name", "meeting_id"]), wanted),
)


def _several(inner):
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(_several(inner).map(All), _several(inner).map(AnyOf), inner.map(Not)),
    max_leaves=6,
)

statuses = st.sampled_from(["ok", "ok", "ok", "missing", "floor", "future", "mismatch"])
# What is a millisecond from being as old as a span, in any zone's hours, and what is far from it.
moments = st.builds(
    lambda age, off: NOW - age + off,
    st.sampled_from(
        [timedelta(days=d) for d in (-1, 0, 1, 27, 28, 29, 30, 31, 89, 181, 182, 730, 731, 3000)]
    ),
    st.sampled_from([timedelta(milliseconds=ms) for ms in (-3_600_000, -1, 0, 1, 3_600_000)])
    | st.timedeltas(timedelta(hours=-26), timedelta(hours=26)),
)
metadata = st.none() | st.dictionaries(
    keys.flatmap(lambda key: st.sampled_from([key, key.upper(), key.title()])),
    words | st.sampled_from(["2026-03-29", "2026-03-30 exam", "2026-04-01", "2026-13-01", "false"]),
    max_size=4,
)


@st.composite
def rows(draw):
    start, end = draw(st.none() | moments), draw(st.none() | moments)
    recording = Recording(
        draw(st.sampled_from(["r0", "r1", "r2", "r3"])),
        meeting_id=draw(st.none() | words),
        name=draw(st.none() | words),
        state=draw(
            st.none() | st.sampled_from(["published"] * 4 + ["unpublished", "unpublished", "deleted"])
        ),
        start=start,
        end=end,
        start_status=draw(statuses) if start else "missing",
        end_status=draw(statuses) if end else "missing",
        size_bytes=draw(st.none() | st.integers(1, 10**9)),
        metadata=draw(metadata),
    )
    return InventoryRow(recording, draw(moments), NOW, sweep_id=1)
