"""What a policy names and no recording has is told, with what may have been meant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.lint_listing import Listing
from bbbkeep.retention.load import loads_policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLICY = """\
mode: act
protect:
  - {name: archive, when: {metadata: {category: archive}}}
rules:
  - {name: tests, action: delete, when: {age: {from: end, over: 1y}, metadata: {categry: test}}}
  - {name: rooms, action: delete, when: {age: {from: end, over: 1y}, meeting: room-9}}
"""


def found(*recordings: Recording, policy: str = POLICY) -> list[tuple[str, str, str]]:
    listing = Listing(loads_policy(policy, Path("policy.yaml")), now=NOW)
    for one in recordings:
        listing.look(InventoryRow(one, NOW, NOW, sweep_id=1))
    return [(one.level, one.name, one.message) for one in listing.findings()]


def a_recording(**facts) -> Recording:
    return Recording(
        "r", **{"state": "published", "meeting_id": "room-9", "metadata": {"category": "archive"}} | facts
    )


def test_a_key_that_no_recording_has_is_warned_of_with_the_nearest_that_one_has():
    assert found(a_recording(), a_recording(metadata={})) == [
        ("warning", "tests", "no recording listed has the metadata key categry; did you mean category?")
    ]


@pytest.mark.parametrize(
    ("categories", "message"),
    [
        (["lecture", "lecture"], "protects none of the 2 recordings listed"),
        (["archive", "archive"], "protects all 2 recordings listed: no rule acts on any of them"),
        ([None, "lecture"], "protects none of the 2 recordings listed for certain, and 1 because it can't be ruled out"),
        ([None, "archive"], "protects all 2 recordings listed, because it can't be ruled out: no rule acts on any of them"),
    ],
)  # fmt: skip
def test_a_protection_that_matches_none_or_all_is_warned_of(categories, message):
    metadata = [one if one is None else {"category": one} for one in categories]

    assert ("warning", "archive", message) in found(*(a_recording(metadata=one) for one in metadata))


def test_a_protection_that_matches_some_is_in_order():
    assert not [
        one for one in found(a_recording(), a_recording(metadata={"category": "x"})) if one[1] == "archive"
    ]


def test_a_value_that_no_recording_has_is_a_note():
    told = found(
        a_recording(meeting_id="room-1", metadata={"category": "archive", "categry": "x"}),
        a_recording(metadata={}, meeting_id=None),
    )

    assert told == [
        ("note", "tests", "of no recording listed it is true that categry is test"),
        ("note", "rooms", "of no recording listed it is true that meeting_id is room-9"),
    ]


def test_a_key_under_not_is_looked_at_too():
    policy = "mode: act\nrules:\n  - {name: r, action: delete, when: {age: {from: end, over: 1y}, not: {metadata: {kep: x}}}}\n"  # one rule

    [(level, _, message)] = found(a_recording(metadata={"keep": "x"}), policy=policy)

    assert (level, message) == ("warning", "no recording listed has the metadata key kep; did you mean keep?")


def test_of_an_empty_listing_nothing_is_concluded():
    assert found() == [("note", "", "the last listing holds no recording to compare with")]
