"""What is said to follow does follow, for every recording there could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.model import InventoryRow, PlaybackFormat, Recording
from bbbkeep.retention.calendars import MONTH, YEAR, BeforePeriod
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Age, Before, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.contents import BreakoutIs
from bbbkeep.retention.facts import Facts, facts_of
from bbbkeep.retention.implying import Logic, claim
from bbbkeep.retention.matching import Wanted
from bbbkeep.retention.measures import ParticipantsAre, SizeIs
from bbbkeep.retention.presence import TextPresent
from bbbkeep.retention.ranges import Range
from bbbkeep.retention.spans import Span, read_span
from bbbkeep.retention.truth import Truth

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
LOGIC = Logic(NOW)

TEXTS = ["a", "b", "ab", "aab", "A", "\xdf", ""]
texts = st.sampled_from(TEXTS)
wanted = st.one_of(
    st.builds(Wanted, st.sampled_from(["equals", "contains"]), st.tuples(texts)),
    st.builds(
        Wanted, st.just("glob"), st.sampled_from([("*",), ("?",), ("a*",), ("*b",), ("*a*",), ("b*",)])
    ),
    st.builds(Wanted, st.just("in"), st.tuples(texts, texts)),
    st.builds(Wanted, st.just("regex"), st.sampled_from([("a$",), ("[^a]",)]), st.booleans()),
    st.builds(
        Wanted,
        st.sampled_from(["equals", "contains"]),
        st.tuples(st.sampled_from("aAs\u017f")),
        st.just(True),
    ),
)
anchors = st.sampled_from(["start", "end"])
spans = st.sampled_from(["1d", "24h", "30d", "31d", "1mo", "2mo", "60d", "370d", "1y", "13mo"]).map(read_span)
moments = st.sampled_from([NOW - timedelta(days=days) for days in (-10, 0, 20, 40, 400)])
ranges = st.sampled_from(
    [
        Range(over=2),
        Range(over=4),
        Range(under=4),
        Range(under=3),
        Range(exactly=3),
        Range(exactly=5),
        Range(over=2, under=5),
    ]
)
leaves = st.one_of(
    st.builds(StateIs, st.sampled_from([("published",), ("unpublished",), ("published", "unpublished"), ("deleted",)])),
    st.builds(Age, anchors, spans),
    st.builds(Before, anchors, moments, st.just("a day")),
    st.builds(MetadataIs, st.sampled_from(["k", "l"]), wanted),
    st.builds(MetadataPresent, st.just("k"), st.booleans()),
    st.builds(TextIs, st.just("name"), wanted),
    st.builds(TextPresent, st.just("name"), st.booleans()),
    st.builds(BreakoutIs, st.booleans()),
    st.builds(BeforePeriod, anchors, st.sampled_from([YEAR, MONTH]), st.integers(0, 2)),
    st.builds(SizeIs, ranges),
    st.builds(ParticipantsAre, ranges),
)  # fmt: skip
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(All),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf),
        inner.map(Not),
    ),
    max_leaves=6,
)
dates = st.none() | st.sampled_from([0, 1, 20, 29, 30, 31, 32, 40, 59, 60, 62, 365, 366, 371, 400, 800]).map(
    lambda days: NOW - timedelta(days=days, seconds=days % 3)
)
metadata = st.none() | st.dictionaries(st.sampled_from(["k", "K", "l"]), texts, max_size=3)


formats = st.builds(PlaybackFormat, st.just("video"), size_bytes=st.none() | st.integers(1, 6))


@st.composite
def recordings(draw) -> Recording:
    start, end = draw(dates), draw(dates)
    return Recording(
        "r",
        name=draw(st.none() | texts),
        state=draw(st.sampled_from([None, "published", "published", "unpublished", "deleted", "odd"])),
        start=start,
        end=end,
        start_status="ok" if start else "missing",
        end_status="ok" if end else "missing",
        metadata=draw(metadata),
        participants=draw(st.none() | st.integers(1, 6)),
        is_breakout=draw(st.sampled_from([None, True, False])),
        formats=draw(st.lists(formats, max_size=2).map(tuple)),
    )


def facts(recording: Recording, days: int = 0) -> Facts:
    row = InventoryRow(recording, first_seen=NOW - timedelta(days=9), last_seen=NOW, sweep_id=1)
    return facts_of(row, ZONE, NOW + timedelta(days=days))


def implies(premise, goal, *, met: bool = True) -> bool:
    ways = LOGIC.ways(claim(premise))
    return ways is not None and LOGIC.follows(ways, claim(goal, met=met))


@settings(max_examples=80, deadline=None)
@given(
    conditions, conditions, st.booleans(), st.lists(recordings(), min_size=8, max_size=8), st.integers(0, 900)
)
def test_what_is_said_to_follow_is_so(premise, goal, met, some, days):
    if implies(premise, goal, met=met):
        for recording in some:
            known = facts(recording, days)
            if premise.truth(known) is Truth.YES:
                assert goal.truth(known) is (Truth.YES if met else Truth.NO)


@settings(max_examples=80, deadline=None)
@given(conditions, st.booleans(), st.lists(recordings(), min_size=8, max_size=8), st.integers(0, 900))
def test_what_is_said_to_be_impossible_never_is(condition, met, some, days):
    if LOGIC.impossible(claim(condition, met=met)):
        answers = {condition.truth(facts(recording, days)) for recording in some}
        assert (Truth.YES if met else Truth.NO) not in answers


@settings(max_examples=60, deadline=None)
@given(conditions)
def test_every_condition_follows_from_itself(condition):
    ways = LOGIC.ways(claim(condition))

    assert ways is None or LOGIC.follows(ways, claim(condition))


def an_age(over: str) -> Age:
    return Age("end", read_span(over) or Span())


def key(operator: str, *values: str) -> MetadataIs:
    return MetadataIs("k", Wanted(operator, values))


@pytest.mark.parametrize(
    ("premise", "goal"),
    [
        pytest.param(an_age("2y"), an_age("1y"), id="an older age"),
        pytest.param(an_age("31d"), an_age("744h"), id="the same age in hours"),
        pytest.param(an_age("40d"), an_age("1mo"), id="days that are more than any month"),
        pytest.param(an_age("13mo"), an_age("1y"), id="months and years"),
        pytest.param(Before("end", NOW - timedelta(days=800), ""), an_age("2y"), id="a day long ago"),
        pytest.param(key("equals", "a"), key("in", "a", "b"), id="one of several"),
        pytest.param(key("in", "a", "ab"), key("glob", "a*"), id="listed values under a glob"),
        pytest.param(key("glob", "x*exam*"), key("contains", "exam"), id="a glob around a word"),
        pytest.param(key("equals", "a"), MetadataPresent("k", present=True), id="a value is there"),
        pytest.param(
            All((key("in", "a", "b"), Not(key("equals", "a")))),
            key("equals", "b"),
            id="what is left of a list",
        ),
        pytest.param(StateIs(("published",)), Not(StateIs(("unpublished",))), id="another state"),
        pytest.param(Not(an_age("1y")), Not(an_age("2y")), id="younger still"),
        pytest.param(
            AnyOf((key("equals", "a"), key("equals", "b"))),
            key("in", "a", "b"),
            id="alternatives, one by one",
        ),
    ],
)
def test_what_people_would_see_is_seen(premise, goal):
    assert implies(premise, goal)


@pytest.mark.parametrize(
    ("premise", "goal"),
    [
        pytest.param(an_age("1y"), an_age("2y"), id="a younger age"),
        pytest.param(an_age("30d"), an_age("1mo"), id="30 days may be less than a month"),
        pytest.param(an_age("1mo"), an_age("30d"), id="a month may be less than 30 days"),
        pytest.param(replace(an_age("2y"), anchor="start"), an_age("1y"), id="another date"),
        pytest.param(Before("end", NOW, ""), an_age("1d"), id="a day that is not long enough ago"),
        pytest.param(key("glob", "a*"), key("equals", "a"), id="more than one text"),
        pytest.param(
            Not(key("equals", "a")), MetadataPresent("k", present=True), id="an absent key is not a, too"
        ),
        pytest.param(StateIs(("published", "unpublished")), StateIs(("published",)), id="one of two states"),
    ],
)
def test_what_does_not_follow_is_not_said_to(premise, goal):
    assert not implies(premise, goal)


def test_of_a_condition_with_too_many_ways_nothing_is_said():
    choices = tuple(
        AnyOf((key("equals", str(n)), TextIs("name", Wanted("equals", (str(n),))))) for n in range(12)
    )

    assert LOGIC.ways(claim(All(choices))) is None
    assert not LOGIC.impossible(claim(All(choices)))


def test_a_clash_names_both_sides():
    both = All((key("equals", "b"), key("equals", "a"), an_age("1y")))

    assert LOGIC.clash(claim(both)) == "k is a and k is b"
