"""Strategies: recordings as odd as servers have them, around the moments at which policies turn, conditions and policies."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.calendars import MONTH, YEAR, BeforePeriod
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Age, Before, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.contents import BreakoutIs
from bbbkeep.retention.decide import History
from bbbkeep.retention.facts import ANCHORS
from bbbkeep.retention.keeping import Fixed, Keep
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.measures import ParticipantsAre, SizeIs
from bbbkeep.retention.owners import Owners
from bbbkeep.retention.policy import Policy, Protection, Rule
from bbbkeep.retention.presence import TextPresent
from bbbkeep.retention.ranges import Range
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
    st.builds(Wanted, st.just("in"), st.tuples(words, words), st.booleans()),
    st.builds(Wanted, st.just("regex"), st.sampled_from([("a$",), ("^[Tt]|x",)]), st.booleans()),
)
ages = st.one_of(
    st.builds(Age, st.sampled_from(ANCHORS), st.sampled_from(SPANS)),
    st.builds(Before, st.sampled_from(ANCHORS), st.sampled_from(DAYS), st.just("a day")),
    st.builds(BeforePeriod, st.sampled_from(ANCHORS), st.sampled_from([YEAR, MONTH]), st.integers(0, 2)),
)
leaves = ages | st.one_of(
    st.builds(StateIs, st.sampled_from([("published",), ("unpublished",), ("published", "unpublished")])),
    st.builds(MetadataIs, keys, wanted),
    st.builds(MetadataPresent, keys, st.booleans()),
    st.builds(BreakoutIs, st.booleans()),
    st.builds(SizeIs, st.just(Range(over=10**6))),
    st.builds(ParticipantsAre, st.just(Range(under=5))),
    st.builds(TextPresent, st.sampled_from(["name", "meeting_id"]), st.booleans()),
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
        size_bytes=draw(st.sampled_from([None, 0, 10**6, 10**9])),
        participants=draw(st.sampled_from([None, 0, 4, 5])),
        is_breakout=draw(st.sampled_from([None, True, False])),
        metadata=draw(metadata),
    )
    unpublished = draw(st.none() | moments)
    return InventoryRow(recording, draw(moments), NOW, sweep_id=1, unpublished_at=unpublished)


def rules(name: str):
    plain = st.builds(
        Rule, st.just(name), st.sampled_from(["delete", "unpublish"]), conditions, st.just("of any age")
    )
    in_two_steps = st.builds(
        Rule, st.just(name), st.just("delete"), conditions, st.just("of any age"), st.sampled_from(SPANS)
    )
    return plain | in_two_steps


@st.composite
def policies(draw):
    return Policy(
        "act",
        draw(ZONES),
        protections=tuple(
            Protection(
                f"p{n}", draw(conditions), draw(st.none() | st.sampled_from([NOW.date(), DAYS[-1].date()]))
            )
            for n in range(draw(st.integers(0, 2)))
        ),
        keeps=draw(st.sampled_from([(), (Keep("k", 2),), (Keep("k", 1, "start", "site", "month"),)])),
        rules=tuple(draw(rules(f"r{n}")) for n in range(draw(st.integers(0, 4)))),
    )


hold_values = st.sampled_from(["case 7", "2026-03-29", "2026-03-30", "2026-04-20 exam", "without end"])
ids = st.sampled_from(["r0", "r1", "r2"])
owners = st.builds(Owners, st.just("a"), st.just({"x": "x@example.org"}), required=st.booleans())
histories = st.builds(
    History,
    holds_asked=st.dictionaries(ids, hold_values, max_size=1),
    troubled=st.frozensets(ids, max_size=1),
    holds_listed=st.dictionaries(ids, hold_values, max_size=1),
    given_up=st.dictionaries(
        st.tuples(ids, st.sampled_from(["delete", "unpublish"]), st.sampled_from(["r0", "r1"])),
        st.just("tried too often"),
        max_size=2,
    ),
    owners=st.none() | owners,
    newest=st.none() | st.builds(Fixed, st.integers(0, 2)),
)
