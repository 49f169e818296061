"""Many recordings judged at once come to the verdicts that each one comes to by itself."""

from datetime import timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st
from retention.anything import NOW, histories, policies, rows

from bbbkeep.retention import columns
from bbbkeep.retention.decide import decide, judge
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.sift import sifted
from bbbkeep.retention.truth import Truth


@settings(max_examples=200, deadline=None)
@given(policies(), st.lists(rows(), min_size=1, max_size=4), histories, st.integers(0, 90))
def test_a_chunk_and_one_recording_come_to_the_same_verdict(policy, listed, history, days):
    now = NOW + timedelta(days=days)

    found = list(decide(listed, policy, now=now, history=history))

    expected = [judge(facts_of(row, policy.zone, now), policy, history) for row in listed]
    event(f"acts: {any(verdict.act for verdict in expected)}")
    assert found == expected
    assert [(one.reasons, one.due, one.unknown) for one in found] == [
        (one.reasons, one.due, one.unknown) for one in expected
    ]


@settings(max_examples=100, deadline=None)
@given(policies(), st.lists(rows(), min_size=1, max_size=4), histories)
def test_a_chunk_knows_what_protects_each_recording(policy, listed, history):
    [chunk] = sifted(listed, policy, history, now=NOW)

    for protection, mask in zip(policy.protections, chunk.protected, strict=True):
        truths = [protection.truth(facts_of(row, policy.zone, NOW)) for row in listed]
        assert [Truth(one) for one in mask.tolist()] == truths


def test_chunks_follow_one_another_without_a_gap(monkeypatch):
    monkeypatch.setattr(columns, "CHUNK", 2)
    policy, listed = policies(), rows()

    @settings(max_examples=20, deadline=None)
    @given(policy, st.lists(listed, min_size=0, max_size=5), histories)
    def holds(policy, listed, history):
        found = list(decide(iter(listed), policy, now=NOW, history=history))
        assert [one.record_id for one in found] == [row.recording.record_id for row in listed]

    holds()
