"""What is kept is counted by a reason that says nothing of one recording alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retention import anything
from retention.anything import histories, policies, rows

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.decide import History, judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.kept_kinds import MOST_KINDS, OTHERS, Kinds, kept_because
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.owners import Owners
from bbbkeep.retention.sift import sifted
from bbbkeep.retention.verdict import Verdict

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ID = "a" * 40 + "-1700000000000"
POLICY = loads_policy(
    """\
mode: act
protect:
  - {name: archive, when: {metadata: {category: archive}}}
rules:
  - {name: old, action: {unpublish_then_delete: 30d}, when: {age: {from: end, over: 1y}}}
""",
    Path("policy.yaml"),
)
OLD = NOW - timedelta(days=400)
TROUBLED = History(troubled=frozenset({"r0"}))


def a_verdict(history: History = History(), unpublished_at: datetime | None = None, **facts) -> Verdict:  # noqa: B008  # frozen
    end = facts.pop("end", OLD)
    known = {
        "state": "published",
        "metadata": {},
        "end": end,
        "end_status": "ok" if end else "missing",
    } | facts
    row = InventoryRow(Recording(ID, **known), OLD, NOW, sweep_id=1, unpublished_at=unpublished_at)
    return judge(facts_of(row, POLICY.zone, NOW), POLICY, history)


@pytest.mark.parametrize(
    ("verdict", "because"),
    [
        pytest.param(a_verdict(end=NOW), "no rule matches", id="young"),
        pytest.param(a_verdict(metadata={"bbbkeep-hold": "case 7"}), "on hold", id="held"),
        pytest.param(a_verdict(History(holds_asked={ID: "x"})), "on hold, as asked", id="asked to be held"),
        pytest.param(a_verdict(History(holds_listed={ID: "x"})), "on hold, as listed", id="listed"),
        pytest.param(a_verdict(metadata={"category": "archive"}), "protected by archive", id="protected"),
        pytest.param(a_verdict(metadata=None), "metadata is unknown", id="unread"),
        pytest.param(a_verdict(end=None), "rule old can't be judged", id="undated"),
        pytest.param(a_verdict(state="processing"), "state is processing", id="processing"),
        pytest.param(
            a_verdict(History(troubled=frozenset({ID}))),
            "a write to it failed or was not verified this night",
            id="troubled",
        ),
        pytest.param(
            a_verdict(state="unpublished", unpublished_at=NOW - timedelta(days=3)),
            "it is unpublished, and its time until it is deleted still runs",
            id="in its grace",
        ),
        pytest.param(
            a_verdict(History(owners=Owners("owner"))), "its owner could not be told", id="no owner"
        ),
    ],
)
def test_each_reason_has_one_kind(verdict, because):
    assert not verdict.act or verdict.action is None
    assert kept_because(verdict) == because


def test_what_a_server_makes_up_does_not_make_the_list_longer():
    kinds = Kinds()
    for number in range(2 * MOST_KINDS):
        grounds = SimpleNamespace(reasons=(f"state is s{number}: so it is kept",), due=None, unknown=())
        kinds.count(replace(a_verdict(end=NOW), find=lambda grounds=grounds: grounds))

    found = kinds.most_first()

    assert len(found) == MOST_KINDS + 1
    assert next(iter(found.items())) == (OTHERS, MOST_KINDS)
    assert sum(found.values()) == 2 * MOST_KINDS


def test_trouble_with_one_recording_is_not_said_of_all():
    young = [InventoryRow(Recording(f"r{n}", state="published", metadata={}), NOW, NOW, 1) for n in range(3)]
    kinds = Kinds()

    for chunk in sifted(young, loads_policy("mode: act\nrules: []\n", Path("p")), TROUBLED, now=NOW):
        kinds.count_chunk(chunk)

    assert kinds.most_first() == {
        "the policy has no rules": 2,
        "a write to it failed or was not verified this night": 1,
    }


@settings(max_examples=60, deadline=None)
@given(policies(), histories, st.lists(rows(), max_size=8))
def test_a_chunk_counts_what_its_verdicts_say_one_by_one(policy, history, some):
    quick, slow = Kinds(), Kinds()

    for chunk in sifted(some, policy, history, now=anything.NOW):
        quick.count_chunk(chunk)
        for verdict in chunk.verdicts():
            if not verdict.act:
                slow.count(verdict)

    assert quick.most_first() == slow.most_first()
