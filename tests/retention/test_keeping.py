"""Keep rules keep the newest few, and whatever may be one of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retention.asking import BERLIN, NOW, a_row

from bbbkeep.errors import PolicyError
from bbbkeep.model import InventoryRow, Recording
from bbbkeep.retention.decide import History, Verdict, decide
from bbbkeep.retention.explain import explain, explanation_text
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.keeping import rank
from bbbkeep.retention.load import loads_policy

DAY = timedelta(days=1)


def a_policy(keep: str):
    rule = "- {name: all, action: delete, when: {age: {from: end, over: 1h}}, allow_unbounded: a test}"
    kept = f"keep:\n- {{name: k, {keep}}}\n" if keep else ""
    return loads_policy(f"mode: act\ntimezone: Europe/Berlin\n{kept}rules:\n{rule}", Path("policy.yaml"))


def a_recording(number: int, days_old: float | None = None, **known) -> InventoryRow:
    given = {"meeting_id": "m", "state": "published", "metadata": {}} | known
    if days_old is not None:
        given |= {"end": NOW - days_old * DAY, "end_status": "ok"}
    return InventoryRow(Recording(f"r{number}", **given), NOW - DAY * 999, NOW, 1)


def verdicts(rows, policy) -> list[Verdict]:
    newest = rank((facts_of(row, BERLIN, NOW) for row in rows), policy.keeps)
    return list(decide(rows, policy, now=NOW, history=History(newest=newest)))


def gone(rows, keep: str) -> list[str]:
    return [one.record_id for one in verdicts(rows, a_policy(keep)) if one.act]


def test_the_newest_of_each_meeting_stay():
    rows = [a_recording(n, days_old=n, meeting_id=meeting) for n, meeting in enumerate("abaabbc", start=1)]

    assert gone(rows, "newest: 1") == ["r3", "r4", "r5", "r6"]
    assert gone(rows, "newest: 2") == ["r4", "r6"]
    assert gone(rows, "newest: 3") == []


def test_the_newest_of_all_meetings_stay():
    rows = [a_recording(n, days_old=n, meeting_id=str(n)) for n in range(1, 5)]

    assert gone(rows, "newest: 3, of: site") == ["r4"]


def test_a_month_is_the_month_in_the_policys_time_zone():
    ends = ["2026-02-28T22:59", "2026-02-28T23:01", "2026-03-31T21:59", "2026-03-31T22:01"]
    rows = [
        a_recording(n, end=datetime.fromisoformat(end).replace(tzinfo=UTC), end_status="ok")
        for n, end in enumerate(ends)
    ]

    assert gone(rows, "newest: 1, per: month") == ["r1"]
    assert gone(rows, "newest: 1, per: year") == ["r0", "r1", "r2"]


def test_of_the_same_moment_all_stay():
    rows = [a_recording(n, days_old=5) for n in range(3)]

    assert gone(rows, "newest: 1") == []


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param({"days_old": None}, id="one without a date"),
        pytest.param({"meeting_id": None}, id="one of an unknown meeting"),
        pytest.param({"state": None}, id="one in an unknown state"),
        pytest.param({"state": "deleted"}, id="one that is deleted"),
        pytest.param({"state": "processing"}, id="one that is not there yet"),
        pytest.param({"end": NOW + DAY, "end_status": "ok", "days_old": None}, id="one in the future"),
    ],
)
def test_nothing_makes_room_for_what_may_not_be_newer(newer):
    rows = [a_recording(1, days_old=9), a_recording(2, **{"days_old": 1} | newer)]

    assert gone(rows, "newest: 1") == []


def test_what_is_held_counts_as_kept():
    rows = [a_recording(1, days_old=9), a_recording(2, days_old=1, metadata={"bbbkeep-hold": ""})]

    assert gone(rows, "newest: 1") == ["r1"]


def test_a_keep_rule_counts_only_what_meets_its_condition():
    rows = [
        a_recording(1, days_old=9, name="Lecture"),
        a_recording(2, days_old=5, name="Test"),
        a_recording(3, days_old=3, name="Lecture"),
    ]

    assert gone(rows, "newest: 1, when: {name: Lecture}") == ["r1", "r2"]


def test_what_may_meet_the_condition_is_ranked_and_makes_no_room():
    older, newer = a_recording(1, days_old=9, name="Lecture"), a_recording(2, days_old=1, name="Lecture")
    keep = "newest: 1, when: {name: Lecture}"

    assert gone([older, newer], keep) == ["r1"]
    assert gone([a_recording(1, days_old=9, name=None), newer], keep) == ["r1"]
    assert gone([older, a_recording(2, days_old=1, name=None)], keep) == []


def test_the_newest_by_another_date():
    rows = [
        a_recording(1, days_old=9, start=NOW - 1 * DAY, start_status="ok"),
        a_recording(2, days_old=1, start=NOW - 9 * DAY, start_status="ok"),
    ]

    assert gone(rows, "newest: 1, from: start") == ["r2"]


def test_without_a_ranking_everything_may_be_the_newest():
    policy = a_policy("newest: 1")

    verdicts = decide([a_recording(1, days_old=9)], policy, now=NOW, history=History())

    assert [one.act for one in verdicts] == [False]


def test_a_verdict_and_an_explanation_name_the_keep_rule():
    rows, policy = [a_recording(1, days_old=9), a_recording(2, days_old=3)], a_policy("newest: 1")
    history = History(newest=rank((facts_of(row, BERLIN, NOW) for row in rows), policy.keeps))

    [first, second] = decide(rows, policy, now=NOW, history=history)

    assert first.act
    assert second.reasons[0] == "kept by k: it is among the newest 1"
    text = explanation_text(explain(rows[1], policy, now=NOW, history=history))
    assert "yes     kept by k  [kept by k: it is among the newest 1]" in text
    text = explanation_text(explain(rows[0], policy, now=NOW, history=history))
    assert "no      kept by k\n" in text


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        pytest.param({"meeting_id": None}, "meeting_id", id="its meeting"),
        pytest.param({"name": None}, "name", id="whether it is one of them"),
    ],
)
def test_what_may_be_among_the_newest_is_said_to_be_unknown(known, unknown):
    policy = a_policy("newest: 1, when: {name: Lecture}")
    rows = [a_recording(1, days_old=9, **{"name": "Lecture"} | known), a_recording(2, days_old=99)]

    [verdict, _] = verdicts(rows, policy)

    reason = f"can't rule out that k keeps it: it may be among the newest 1, as unknown: {unknown}"
    assert (verdict.reasons[0], verdict.unknown) == (reason, (unknown,))
    newest = rank((facts_of(row, BERLIN, NOW) for row in rows), policy.keeps)
    text = explanation_text(explain(rows[0], policy, now=NOW, history=History(newest=newest)))
    assert f"unknown kept by k  [{reason}]" in text


def test_a_keep_rule_says_itself():
    keep = a_policy("newest: 2, per: month, when: {name: x}, reason: exams").keeps[0]

    assert keep.sentence() == (
        "k: keep the newest 2 of each meeting in each month where name is x, by when it ended (exams)"
    )


@pytest.mark.parametrize(
    ("keep", "complaint"),
    [
        pytest.param("newest: 0", "from 1 to 10000", id="none"),
        pytest.param("newest: many", "must be a number", id="no number"),
        pytest.param("newest: 1, per: week", "must be one of month, year", id="a week"),
        pytest.param("newest: 1, of: room", "must be one of meeting, site", id="a room"),
        pytest.param("per: month", "newest is missing", id="how many"),
        pytest.param("newest: 1, when: {age: {from: end, over: 1d}}", "knows no `age`", id="an age"),
        pytest.param("newest: 1, when: {}", "is empty", id="an empty condition"),
        pytest.param("newest: 1, new: 2", "unknown key 'new'; did you mean newest?", id="an unknown key"),
    ],
)
def test_a_keep_rule_that_is_not_clear_is_refused(keep, complaint):
    with pytest.raises(PolicyError, match=r"policy\.yaml:\d+:\d+: ") as refusal:
        a_policy(keep)

    assert complaint in str(refusal.value)


known = st.fixed_dictionaries(
    {
        "days_old": st.integers(1, 6),
        "meeting_id": st.sampled_from(["m", "n"]),
        "state": st.sampled_from(["published", "published", "unpublished", "deleted"]),
        "name": st.sampled_from(["a", "b"]),
    }
)
keeps = st.sampled_from(
    ["newest: 1", "newest: 2", "newest: 2, of: site", "newest: 1, per: month", "newest: 1, when: {name: a}"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(known, min_size=1, max_size=6), keeps, st.data())
def test_what_is_unknown_can_only_keep_more(described, keep, data):
    whole = [a_recording(n, **one) for n, one in enumerate(described)]
    hidden = data.draw(
        st.lists(st.sampled_from(sorted(described[0])), min_size=len(described), max_size=len(described))
    )
    which = data.draw(st.sets(st.integers(0, len(described) - 1)))
    partly = [
        a_recording(n, **one | ({hidden[n]: None} if n in which else {})) for n, one in enumerate(described)
    ]

    assert set(gone(partly, keep)) <= set(gone(whole, keep))


@settings(max_examples=150, deadline=None)
@given(st.lists(known, min_size=1, max_size=12), st.integers(1, 3))
def test_after_the_deletes_each_meeting_has_its_newest_left(described, newest):
    rows = [a_recording(n, **one) for n, one in enumerate(described)]
    there = [row for row in rows if row.recording.state != "deleted"]
    deleted = set(gone(rows, f"newest: {newest}"))

    for meeting in ("m", "n"):
        before = [row.recording for row in there if row.recording.meeting_id == meeting]
        left = [one for one in before if one.record_id not in deleted]
        best = sorted((one.end for one in before), reverse=True)[:newest]
        assert sorted((one.end for one in left), reverse=True)[:newest] == best
        assert all(one.end in best for one in left)


def test_ranking_many_recordings_agrees_with_sorting_them():
    random = Random(7)  # noqa: S311  # the same recordings each time
    rows = [
        a_recording(n, days_old=random.randint(1, 400) / 2, meeting_id=f"m{random.randint(0, 40)}")
        for n in range(2000)
    ]
    deleted = set(gone(rows, "newest: 3"))

    for meeting in {row.recording.meeting_id for row in rows}:
        ends = sorted((r.recording.end for r in rows if r.recording.meeting_id == meeting), reverse=True)
        kept = {r.recording.end for r in rows if r.recording.meeting_id == meeting} & {
            r.recording.end
            for r in rows
            if r.recording.record_id not in deleted and r.recording.meeting_id == meeting
        }
        assert kept == set(ends[:3])


def test_a_protection_ends_after_its_last_day():
    text = (
        "mode: act\ntimezone: Europe/Berlin\nprotect:\n- {name: p, when: {state: published}, until: 2026-06-01, reason: appeal}\n"
        "rules:\n- {name: all, action: delete, when: {age: {from: end, over: 1h}}}"
    )
    policy = loads_policy(text, Path("policy.yaml"))
    row = a_row(end=NOW - DAY * 9, end_status="ok")
    midnight = datetime(2026, 6, 1, 22, tzinfo=UTC)

    def verdict(now):
        return next(iter(decide([row], policy, now=now, history=History())))

    assert (
        verdict(midnight - timedelta(milliseconds=1)).reasons[0]
        == "protected by p (appeal): state is published"
    )
    assert verdict(midnight).act
    assert "protected by p  [it ended after 2026-06-01]" in explanation_text(
        explain(row, policy, now=midnight, history=History())
    )
    assert next(one for one in policy.sentences() if one.startswith("p:")) == (
        "p: never act on recordings where state is published through 2026-06-01 (appeal)"
    )
