"""An explanation names everything that was asked, the answers, and comes to the verdict of the night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.anomalies import anomalies
from bbbkeep.retention.decide import History, decide
from bbbkeep.retention.explain import explain, explanation_text
from bbbkeep.retention.load import loads_policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENDED = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = loads_policy(
    """\
mode: act
protect:
  - name: archive
    when: {metadata: {category: archive}}
rules:
  - name: old-tests
    action: delete
    when:
      all:
        - age: {from: end, over: 180d}
        - not:
            name: {contains: Exam}
  - name: hide
    action: unpublish
    when: {age: {from: start, over: 30d}}
""",
    Path("policy.yaml"),
)
RECORDING = Recording(
    "a" * 40 + "-1700000000000", name="Lecture", state="published", end=ENDED, end_status="ok", metadata={}
)


def a_row(**changed) -> InventoryRow:
    return InventoryRow(replace(RECORDING, **changed), first_seen=ENDED, last_seen=NOW, sweep_id=1)


def test_an_explanation_shows_every_step():
    text = explanation_text(explain(a_row(), POLICY, now=NOW, history=History()))

    assert (
        text
        == """\
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1700000000000: keep
  because rule hide can't be judged: start is unknown
  due after 2026-08-28 12:00 UTC
  odd: start is missing
  no      on hold
  yes     in a state that is acted on
  no      a write failed or was not verified this night
  no      protected by archive
  no        category is archive  [category is absent]
  no      rule old-tests: delete
  no        all
  no          ended over 180d ago  [ended 2026-03-01, 92 days ago, not over 180d]
  yes         not
  no            name contains Exam  [name is Lecture]
  unknown rule hide: unpublish
  unknown   started over 30d ago  [start is unknown]
"""
    )


def test_a_hold_that_cant_be_ruled_out_is_no_known_hold():
    text = explanation_text(explain(a_row(metadata=None), POLICY, now=NOW, history=History()))

    assert "  unknown on hold  [metadata is unknown" in text


def test_an_explanation_comes_to_the_same_verdict_as_the_night():
    row = a_row(end=NOW - timedelta(days=400))
    history = History(holds_asked={RECORDING.record_id: "case-7"})

    explanation = explain(row, POLICY, now=NOW, history=history)

    assert [explanation.verdict] == list(decide([row], POLICY, now=NOW, history=history))


def test_a_rule_that_asks_nothing_of_what_is_unpublished_says_so():
    text = explanation_text(explain(a_row(state="unpublished"), POLICY, now=NOW, history=History()))

    assert "no      rule hide: unpublish  [it is unpublished]\n" in text


def test_a_rule_behind_the_one_that_decides_says_so():
    text = explanation_text(explain(a_row(end=NOW - timedelta(days=400)), POLICY, now=NOW, history=History()))

    assert "\n  yes     rule old-tests: delete\n" in text
    assert "\n  unknown rule hide: unpublish  [not asked: rule old-tests comes first]\n" in text


def test_an_explanation_reads_on_a_terminal_whatever_a_server_sends():
    row = a_row(record_id="r\x1b[2J", name="\x1b]0;x\x07\n" * 99, metadata={"category": "\u202e\r\n\x9b"})

    text = explanation_text(explain(row, POLICY, now=NOW, history=History()))

    assert all(line.isprintable() for line in text.removesuffix("\n").split("\n"))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"start_status": "missing"}, ("start is missing",), id="undated"),
        pytest.param({"end_status": "floor"}, ("end is before 2007",), id="before its time"),
        pytest.param({"end_status": "future"}, ("end is in the future",), id="future"),
        pytest.param({"start_status": "mismatch"}, ("start is more than a day off the record ID's own",), id="mismatch"),
        pytest.param({"metadata": None}, ("metadata could not be read",), id="metadata"),
        pytest.param({"state": None}, ("state is unknown",), id="state"),
    ],
)  # fmt: skip
def test_what_should_be_known_and_is_not_is_an_anomaly(changed, found):
    assert anomalies(a_row(**{"start_status": "ok"} | changed)) == found
