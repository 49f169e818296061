"""Strategies: recordings as odd as servers have them, around the moments at which policies turn, conditions and policies."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bbbkeep.model import InventoryRow, KnownTracks, PlaybackFormat, Recording, TextTrack
from bbbkeep.retention.calendars import MONTH, YEAR, BeforePeriod, Period
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Age, Before, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.contents import SHARES, BreakoutIs, CaptionsAre, FormatsAre
from bbbkeep.retention.decide import History
from bbbkeep.retention.facts import ANCHORS
from bbbkeep.retention.keeping import Fixed, Keep
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.measures import DURATIONS, DurationIs, ParticipantsAre, SizeIs
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
PERIODS = [
    YEAR,
    MONTH,
    Period("semester", yearly=((4, 1), (10, 1))),
    Period("over", days=(date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1))),
    Period("term", days=(date(2025, 4, 1), date(2025, 10, 1), date(2026, 3, 30), date(2026, 10, 1))),
    Period("coming", days=(date(2026, 3, 31), date(2026, 4, 1))),
]
"""One that is over, one that begins just now in Berlin and one that is still to come are among them."""

ages = st.one_of(
    st.builds(Age, st.sampled_from(ANCHORS), st.sampled_from(SPANS)),
    st.builds(Before, st.sampled_from(ANCHORS), st.sampled_from(DAYS), st.just("a day")),
    st.builds(BeforePeriod, st.sampled_from(ANCHORS), st.sampled_from(PERIODS), st.integers(0, 2)),
)
ranges = st.sampled_from([Range(over=90), Range(under=90), Range(over=60, under=7_300), Range(exactly=2)])
types = st.sampled_from([("video",), ("video", "podcast"), ("presentation",)])
langs = st.sampled_from([(), ("de",), ("de-AT",), ("en", "fr")])
contents = st.one_of(
    st.builds(SizeIs, ranges),
    st.builds(DurationIs, ranges, st.sampled_from(DURATIONS)),
    st.builds(ParticipantsAre, ranges),
    st.builds(FormatsAre, st.sampled_from(SHARES), types),
    st.builds(CaptionsAre, st.sampled_from(["any_of", "none_of"]), langs, st.sampled_from(SPANS[:2])),
    st.builds(CaptionsAre, st.sampled_from(SHARES), langs.filter(bool), st.sampled_from(SPANS[:2])),
    st.builds(BreakoutIs, st.booleans()),
)
leaves = st.one_of(
    ages,
    contents,
    st.builds(StateIs, st.sampled_from([("published",), ("unpublished",), ("published", "unpublished")])),
    st.builds(MetadataIs, keys, wanted),
    st.builds(MetadataPresent, keys, st.booleans()),
    st.builds(TextIs, st.sampled_from(["name", "meeting_id"]), wanted),
    st.builds(TextPresent, st.sampled_from(["name", "meeting_id"]), st.booleans()),
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
numbers = st.none() | st.sampled_from([0, 1, 2, 3, 90, 91, 121, 7_300])
formats = st.lists(
    st.builds(
        PlaybackFormat,
        st.sampled_from(["presentation", "video", "podcast", "unknown"]),
        length_minutes=numbers,
        size_bytes=numbers,
    ),
    max_size=3,
    unique_by=lambda one: one.type,
).map(tuple)
tracks = st.none() | st.builds(
    KnownTracks,
    st.none()
    | st.lists(st.builds(TextTrack, st.just("captions"), st.sampled_from(["de", "de_AT", "fr", "??"]))).map(
        tuple
    ),
    st.sampled_from(
        [NOW - timedelta(days=1), NOW - timedelta(days=1, seconds=1), NOW + timedelta(seconds=1)]
    ),
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
        published=draw(st.sampled_from([None, True, True, False])),
        start=start,
        end=end,
        start_status=draw(statuses) if start else "missing",
        end_status=draw(statuses) if end else "missing",
        participants=draw(numbers),
        is_breakout=draw(st.none() | st.booleans()),
        size_bytes=draw(numbers | st.sampled_from([0, 10**6, 10**9])),
        metadata=draw(metadata),
        formats=draw(formats),
    )
    unpublished = draw(st.none() | moments)
    seen = recording, draw(moments), NOW, 1
    return InventoryRow(*seen, unpublished_at=unpublished, tracks=draw(tracks))


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
