"""What is unknown never makes a rule act that would not act if it were known."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from retention.anything import NOW, ZONES, ages, conditions, contents, leaves, rows

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.decide import History, decide
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.keeping import Keep, rank
from bbbkeep.retention.policy import Policy, Protection, Rule
from bbbkeep.retention.truth import Truth

STALE = timedelta(days=31)


def without_dates(row: InventoryRow, *names: str) -> InventoryRow:
    unknown = dict.fromkeys(names) | {f"{name}_status": "missing" for name in names}
    return replace(row, recording=replace(row.recording, **unknown))


def without(row: InventoryRow, name: str) -> InventoryRow:
    """Return what is left where one thing is not told, in the way that servers don't tell it."""
    if name in ("start", "end"):
        return without_dates(row, name)
    if name in ("tracks", "asked"):
        old = row.tracks and replace(row.tracks, asked_at=NOW - STALE)
        return replace(row, tracks=None if name == "tracks" else old)
    if name in ("lengths", "first length", "sizes", "first size"):
        return replace(row, recording=_measured_less(row.recording, name))
    unknown = () if name == "formats" else None
    return replace(row, recording=replace(row.recording, **{name: unknown}))


def _measured_less(recording: Recording, name: str) -> Recording:
    lacking = {"size_bytes" if "size" in name else "length_minutes": None}
    lost = 1 if name.startswith("first") else len(recording.formats)
    formats = tuple(replace(one, **lacking) for one in recording.formats[:lost]) + recording.formats[lost:]
    whole = {"size_bytes": None} if "size" in name else {}
    return replace(recording, formats=formats, **whole)


THINGS = ["start", "end", "name", "meeting_id", "metadata", "state", "participants", "is_breakout", "tracks", "asked",
          "formats", "lengths", "sizes", "first length", "first size"]  # fmt: skip


def told_alike(row: InventoryRow) -> InventoryRow:
    """Return a recording whose size is that of its formats, as it is on every server."""
    sizes = [one.size_bytes for one in row.recording.formats]
    whole = sum(sizes) if sizes and None not in sizes else None
    return replace(row, recording=replace(row.recording, size_bytes=whole))


def partly(row: InventoryRow, names) -> InventoryRow:
    for name in names:
        row = without(row, name)
    return row


@settings(max_examples=150, deadline=None)
@given(leaves | contents, rows(), ZONES)
def test_an_answer_over_what_is_known_stays_when_more_is_known(leaf, row, zone):
    whole = told_alike(row)
    all_told = leaf.truth(facts_of(whole, zone, NOW))

    for name in THINGS:
        assert leaf.truth(facts_of(without(whole, name), zone, NOW)) in (Truth.UNKNOWN, all_told), name


def a_policy(whens, protected, kept, actions, zone) -> Policy:
    rules = tuple(
        Rule(f"r{n}", action, when, allow_unbounded="made up")
        for n, (when, action) in enumerate(zip(whens, actions, strict=False))
    )
    keeps = tuple(Keep(f"k{n}", newest=1, when=when, of="site") for n, when in enumerate(kept))
    return Policy("act", zone, protections=(Protection("p", protected),), rules=rules, keeps=keeps)


def verdicts(listed, policy):
    newest = rank((facts_of(row, policy.zone, NOW) for row in listed), policy.keeps)
    return {
        place: verdict.action
        for place, verdict in enumerate(decide(listed, policy, now=NOW, history=History(newest=newest)))
        if verdict.act
    }


timeless = leaves.filter(lambda leaf: not leaf.ages)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(conditions, min_size=1, max_size=3),
    conditions,
    st.lists(timeless, max_size=1),
    st.lists(st.sampled_from(["delete", "unpublish"]), min_size=3, max_size=3),
    st.lists(st.tuples(rows(), st.sets(st.sampled_from(THINGS), max_size=3)), min_size=1, max_size=4),
    ZONES,
)
def test_what_is_acted_on_would_be_acted_on_alike_if_all_were_known(
    whens, protected, kept, actions, listed, zone
):
    policy = a_policy(whens, protected, kept, actions, zone)
    whole = [told_alike(row) for row, _ in listed]

    acted = verdicts([partly(row, names) for row, (_, names) in zip(whole, listed, strict=True)], policy)

    assert acted.items() <= verdicts(whole, policy).items()


instants = st.builds(
    lambda days, hours: NOW - timedelta(days=days, hours=hours), st.integers(-400, 1200), st.integers(0, 23)
)


@settings(max_examples=200, deadline=None)
@given(ages | conditions, rows(), instants, ZONES, instants, st.sampled_from([1, 20, 100, 300]))
def test_an_answer_changes_only_just_after_a_turn(condition, row, first_seen, zone, earlier, days):
    facts = facts_of(replace(row, first_seen=first_seen), zone, NOW)
    later = earlier + timedelta(days=days)
    turned = any(earlier <= turn < later for turn in condition.turns(facts))

    if not turned:
        assert condition.truth(facts.as_of(earlier)) is condition.truth(facts.as_of(later))
