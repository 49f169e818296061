"""What retention may act on: due by a rule, not held, not protected, and nothing that matters unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bbbkeep.model import InventoryRow, PlaybackFormat, Recording
from bbbkeep.retention.decide import History, decide, unmatched_protections
from bbbkeep.retention.load import loads_policy
from bbbkeep.retention.verdict import Verdict

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ID = "a" * 40 + "-1700000000000"
KEEP_180_DAYS = "- {name: old, action: delete, when: {age: {from: end, over: 180d}}}"
OLD_TESTS = (
    "- {name: old-tests, action: delete, when: {age: {from: end, over: 180d}, metadata: {category: test}}}"
)


def a_row(
    *, ended: datetime | None = NOW - timedelta(days=400), record_id: str = ID, **known
) -> InventoryRow:
    given = {
        "state": "published",
        "metadata": {"category": "test"},
        "name": "Lecture",
        "meeting_id": "m1",
    } | known
    status = "ok" if ended else "missing"
    started = ended - timedelta(hours=1) if ended else None
    recording = Recording(
        record_id, start=started, end=ended, start_status=status, end_status=status, **given
    )
    return InventoryRow(recording, first_seen=NOW - timedelta(days=10), last_seen=NOW, sweep_id=1)


def a_policy(rules: str, before: str = ""):
    rules = rules if rules == "[]" else "\n" + rules
    return loads_policy(f"mode: act\ntimezone: Europe/Berlin\n{before}\nrules: {rules}", Path("policy.yaml"))


def verdict_on(row: InventoryRow, policy, *, now: datetime = NOW, history: History = History()) -> Verdict:  # noqa: B008  # frozen
    [verdict] = decide([row], policy, now=now, history=history)
    return verdict


def test_a_verdict_names_the_rule_and_the_facts_with_their_values():
    verdict = verdict_on(a_row(size_bytes=7), a_policy(OLD_TESTS))

    assert (verdict.record_id, verdict.act, verdict.action, verdict.rule) == (ID, True, "delete", "old-tests")
    assert verdict.reasons == (
        "rule old-tests",
        "ended 2025-04-27, 400 days ago, over 180d",
        "category is test",
    )
    assert (verdict.due, verdict.unknown) == (NOW - timedelta(days=220), ())
    assert (verdict.size_bytes, verdict.held) == (7, False)


@pytest.mark.parametrize(
    ("sizes", "whole"),
    [
        pytest.param([300, 400], 700, id="their sum"),
        pytest.param([300, None], None, id="one is not told"),
        pytest.param([300, 0], None, id="0 is not told"),
        pytest.param([], None, id="no format"),
    ],
)
def test_a_verdict_counts_the_bytes_that_formats_tell_where_the_recording_tells_none(sizes, whole):
    formats = tuple(PlaybackFormat(f"f{n}", size_bytes=size) for n, size in enumerate(sizes))

    assert verdict_on(a_row(formats=formats), a_policy(OLD_TESTS)).size_bytes == whole


def test_verdicts_come_in_the_order_of_the_recordings():
    rows = [a_row(record_id=f"{n:040x}-1700000000000") for n in range(5)]

    verdicts = decide(rows, a_policy(OLD_TESTS), now=NOW, history=History())

    assert [verdict.record_id for verdict in verdicts] == [row.recording.record_id for row in rows]


def test_no_rules_select_nothing():
    verdict = verdict_on(a_row(), a_policy("[]"))

    assert (verdict.act, verdict.reasons) == (False, ("the policy has no rules",))


@pytest.mark.parametrize(
    ("offset", "act"),
    [
        pytest.param(timedelta(milliseconds=-1), False, id="a millisecond before"),
        pytest.param(timedelta(0), False, id="exactly as old is kept"),
        pytest.param(timedelta(milliseconds=1), True, id="a millisecond after"),
    ],
)
@pytest.mark.parametrize("ended", ["2025-12-03T12:00+00:00", "2026-03-29T00:59+00:00", "2025-10-26T01:30+00:00", "2024-02-29T23:59+01:00"])  # fmt: skip
@pytest.mark.parametrize("over", ["180d", "36h", "26w", "6mo", "2y"])
def test_a_recording_is_due_just_after_its_due_moment(ended, over, offset, act):
    policy = a_policy(KEEP_180_DAYS.replace("180d", over))
    row = a_row(ended=datetime.fromisoformat(ended).astimezone(UTC))
    due = verdict_on(row, policy, now=row.recording.end).due

    verdict = verdict_on(row, policy, now=due + offset)

    assert (verdict.act, verdict.due) == (act, due)


@pytest.mark.parametrize(
    ("ended", "over", "due"),
    [
        pytest.param(
            "2026-03-28T12:00+01:00", "1d", "2026-03-29T13:00+02:00", id="a day is 24 hours in spring"
        ),
        pytest.param(
            "2025-10-25T12:00+02:00", "1d", "2025-10-26T11:00+01:00", id="a day is 24 hours in autumn"
        ),
        pytest.param("2026-02-28T12:00+01:00", "1mo", "2026-03-28T12:00+01:00", id="a month keeps the hour"),
        pytest.param(
            "2026-03-15T12:00+01:00", "1mo", "2026-04-15T12:00+02:00", id="a month keeps it over summer time"
        ),
        pytest.param(
            "2025-08-31T12:00+02:00", "6mo", "2026-02-28T12:00+01:00", id="the 31st becomes the last day"
        ),
        pytest.param("2024-02-29T12:00+01:00", "1y", "2025-02-28T12:00+01:00", id="a leap day, a year on"),
        pytest.param(
            "2024-02-29T12:00+01:00", "4y", "2028-02-29T12:00+01:00", id="a leap day, four years on"
        ),
        pytest.param("2025-12-31T23:30+01:00", "1mo", "2026-01-31T23:30+01:00", id="over the year's end"),
    ],
)
def test_months_and_years_follow_the_calendar_and_days_are_24_hours(ended, over, due):
    row = a_row(ended=datetime.fromisoformat(ended).astimezone(UTC))

    verdict = verdict_on(row, a_policy(KEEP_180_DAYS.replace("180d", over)), now=row.recording.end)

    assert verdict.due == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "last", "first_kept"),
    [
        pytest.param("2026-01-15", "2026-01-14T23:59:59.999+01:00", "2026-01-15T00:00+01:00", id="winter"),
        pytest.param("2025-07-15", "2025-07-14T23:59:59.999+02:00", "2025-07-15T00:00+02:00", id="summer"),
        pytest.param(
            "2026-03-29", "2026-03-28T23:59:59.999+01:00", "2026-03-29T00:00+01:00", id="clocks go forward"
        ),
        pytest.param(
            "2026-03-30", "2026-03-29T23:59:59.999+02:00", "2026-03-30T00:00+02:00", id="the day after"
        ),
        pytest.param(
            "2025-10-26", "2025-10-25T23:59:59.999+02:00", "2025-10-26T00:00+02:00", id="clocks go back"
        ),
        pytest.param(
            "2025-10-27", "2025-10-26T23:59:59.999+01:00", "2025-10-27T00:00+01:00", id="the day after that"
        ),
        pytest.param("2024-02-29", "2024-02-28T23:59:59.999+01:00", "2024-02-29T00:00+01:00", id="leap day"),
        pytest.param(
            "2024-03-01", "2024-02-29T23:59:59.999+01:00", "2024-03-01T00:00+01:00", id="after a leap day"
        ),
    ],
)
def test_before_a_date_ends_at_its_midnight_in_the_policys_time_zone(day, last, first_kept):
    policy = a_policy(OLD_TESTS.replace("over: 180d", f"before: {day}"))

    assert verdict_on(a_row(ended=datetime.fromisoformat(last)), policy).act
    assert not verdict_on(a_row(ended=datetime.fromisoformat(first_kept)), policy).act


def test_a_rule_that_names_a_day_to_come_does_nothing_before_it():
    policy = a_policy("- {name: old, action: delete, when: {age: {from: end, before: 2026-07-01}}}")
    day = datetime(2026, 6, 30, 22, tzinfo=UTC)

    early = verdict_on(a_row(), policy)

    assert (early.act, early.due) == (False, day)
    assert not verdict_on(a_row(), policy, now=day).act
    assert verdict_on(a_row(), policy, now=day + timedelta(milliseconds=1)).act


@pytest.mark.parametrize("state", ["processing", "processed", "deleted", "archived", None])
def test_only_published_and_unpublished_recordings_are_ever_due(state):
    verdict = verdict_on(a_row(state=state), a_policy(OLD_TESTS))

    assert (verdict.act, verdict.due) == (False, None)
    assert verdict.reasons[0].startswith(f"state is {state or 'unknown'}")


def test_a_recording_without_a_date_is_kept_and_says_what_is_unknown():
    verdict = verdict_on(a_row(ended=None), a_policy(OLD_TESTS))

    assert (verdict.act, verdict.due, verdict.unknown) == (False, None, ("end",))
    assert verdict.reasons == ("rule old-tests can't be judged: end is unknown",)


@pytest.mark.parametrize("status", ["missing", "floor", "future", "mismatch"])
def test_a_date_that_is_not_trusted_is_unknown_even_if_it_is_there(status):
    row = a_row()
    odd = replace(row, recording=replace(row.recording, end_status=status))

    assert verdict_on(odd, a_policy(OLD_TESTS)).unknown == ("end",)


def test_a_date_after_now_is_unknown_also_under_not():
    policy = a_policy(
        "- {name: odd, action: delete, allow_unbounded: yes, when: {not: {age: {from: end, over: 180d}}}}"
    )

    assert not verdict_on(a_row(ended=NOW + timedelta(days=1)), policy).act


def test_what_an_unknown_would_not_change_is_not_reported_as_unknown():
    verdict = verdict_on(a_row(ended=None, metadata={"category": "lecture"}), a_policy(OLD_TESTS))

    assert (verdict.unknown, verdict.reasons) == ((), ("no rule matches",))


def test_an_absent_metadata_key_is_a_fact_and_unreadable_metadata_is_not():
    policy = a_policy(
        "- {name: bare, action: delete, when: {age: {from: end, over: 9d}, metadata: {key: owner, present: false}}}"
    )

    assert verdict_on(a_row(metadata={}), policy).act
    assert not verdict_on(a_row(metadata={"Owner": ""}), policy).act
    assert not verdict_on(a_row(metadata=None), policy).act
    assert "metadata" in verdict_on(a_row(metadata=None), policy).unknown


def test_two_spellings_of_a_key_that_disagree_are_unknown():
    verdict = verdict_on(a_row(metadata={"category": "test", "Category": "lecture"}), a_policy(OLD_TESTS))

    assert (verdict.act, verdict.unknown) == (False, ("metadata",))


def test_a_value_that_a_server_wrapped_is_still_the_same_value():
    policy = a_policy(OLD_TESTS.replace("category: test", "category: a long value"))

    assert verdict_on(a_row(metadata={"CATEGORY": "a  long\n      value "}), policy).act


@pytest.mark.parametrize(
    ("when", "name", "met"),
    [
        pytest.param("{name: {glob: 'Test*'}}", "Test 1", True, id="star"),
        pytest.param("{name: {glob: 'Test*'}}", "My Test", False, id="anchored"),
        pytest.param("{name: {glob: '[Test] ?'}}", "[Test] 1", True, id="brackets stand for themselves"),
        pytest.param("{name: {glob: '[Test] ?'}}", "T 1", False, id="brackets are no set"),
        pytest.param("{name: {glob: test}}", "Test", False, id="letter case matters"),
        pytest.param("{name: {contains: es}}", "Test", True, id="contains"),
        pytest.param("{name: Test}", "Test", True, id="short form"),
        pytest.param("{name: {in: [a, Test]}}", "Test", True, id="in"),
        pytest.param("{meeting: {equals: m1}}", "Test", True, id="meeting"),
        pytest.param("{meeting: {in: [m2, m11]}}", "Test", False, id="meeting is no prefix"),
    ],
)
def test_names_and_meetings_are_compared_as_written(when, name, met):
    policy = a_policy(OLD_TESTS.replace("metadata: {category: test}", f"all: [{when}]"))

    assert verdict_on(a_row(name=name), policy).act is met


def test_a_hostile_name_is_compared_in_linear_time():
    policy = a_policy(
        "- {name: r, action: delete, when: {age: {from: end, over: 9d}, name: {glob: '%sb'}}}" % ("*a" * 40)
    )

    assert not verdict_on(a_row(name="a" * 200_000), policy).act


def test_the_first_rule_that_matches_decides():
    hide = "- {name: hide, action: unpublish, when: {age: {from: end, over: 90d}}}\n"

    assert verdict_on(a_row(), a_policy(hide + KEEP_180_DAYS)).action == "unpublish"
    assert verdict_on(a_row(), a_policy(KEEP_180_DAYS + "\n" + hide)).action == "delete"


def test_what_is_unpublished_is_not_unpublished_again_and_meets_the_next_rule():
    hide = "- {name: hide, action: unpublish, when: {age: {from: end, over: 90d}}}\n"

    verdict = verdict_on(a_row(state="unpublished"), a_policy(hide + KEEP_180_DAYS))

    assert (verdict.action, verdict.rule) == ("delete", "old")


def test_a_rule_behind_one_that_cannot_be_judged_does_not_take_another_action():
    hide = "- {name: hide, action: unpublish, when: {age: {from: start, over: 90d}}}\n"
    row = a_row()
    undated = replace(row, recording=replace(row.recording, start=None, start_status="missing"))

    verdict = verdict_on(undated, a_policy(hide + KEEP_180_DAYS))

    assert (verdict.act, verdict.rule, verdict.unknown) == (False, "old", ("start",))


def test_a_protection_beats_every_rule_and_says_why():
    protect = "protect: [{name: archive, when: {metadata: {category: test}}}]"

    verdict = verdict_on(a_row(), a_policy(OLD_TESTS, protect))

    assert (verdict.act, verdict.due, verdict.rule) == (False, None, "old-tests")
    assert verdict.reasons[0] == "protected by archive: category is test"
    assert verdict.reasons[1].startswith("rule old-tests would delete it: ended 2025-04-27")


def test_a_protection_that_cannot_be_ruled_out_protects():
    protect = "protect: [{name: exams, when: {name: {contains: Exam}}}]"

    verdict = verdict_on(a_row(name=None), a_policy(KEEP_180_DAYS, protect))

    assert (verdict.act, verdict.unknown) == (False, ("name",))
    assert verdict.reasons[0] == "can't rule out protection exams: name is unknown"


def test_a_protection_that_protects_nothing_is_named():
    protect = (
        "protect: [{name: archive, when: {metadata: {categoryy: test}}}, {name: m1, when: {meeting: m1}}]"
    )

    assert unmatched_protections([a_row()], a_policy(OLD_TESTS, protect), now=NOW) == ("archive",)


def test_a_hold_outlives_any_age():
    row = a_row(ended=NOW - timedelta(days=5000), metadata={"category": "test", "BBBKeep-Hold": "case-7"})

    verdict = verdict_on(row, a_policy(OLD_TESTS))

    assert (verdict.act, verdict.held, verdict.due) == (False, True, None)
    assert verdict.reasons[0] == "on hold: bbbkeep-hold is case-7"


def test_unreadable_metadata_cannot_rule_a_hold_out():
    verdict = verdict_on(a_row(metadata=None), a_policy(KEEP_180_DAYS))

    assert (verdict.act, verdict.held, verdict.unknown) == (False, True, ("metadata",))


def test_a_hold_that_was_asked_for_counts_though_the_server_did_not_store_it():
    verdict = verdict_on(a_row(), a_policy(OLD_TESTS), history=History(holds_asked={ID: "case-7"}))

    assert (verdict.act, verdict.held) == (False, True)
    assert verdict.reasons[0] == "on hold, as asked: case-7"


def test_a_hold_that_was_asked_for_ends_with_its_date():
    assert verdict_on(a_row(), a_policy(OLD_TESTS), history=History(holds_asked={ID: "2026-05-31"})).act


def test_a_recording_with_a_failed_write_this_night_is_left_alone():
    verdict = verdict_on(a_row(), a_policy(OLD_TESTS), history=History(troubled=frozenset({ID})))

    assert (verdict.act, verdict.due) == (False, NOW - timedelta(days=220))
    assert verdict.reasons[0] == "a write to it failed or was not verified this night"


def test_a_kept_recording_says_when_it_will_be_due():
    verdict = verdict_on(a_row(ended=NOW - timedelta(days=150)), a_policy(OLD_TESTS))

    assert (verdict.act, verdict.due) == (False, NOW + timedelta(days=30))


def test_a_recording_that_no_rule_will_ever_meet_has_no_due_date():
    assert verdict_on(a_row(metadata={}), a_policy(OLD_TESTS)).due is None


def test_the_earliest_rule_tells_the_due_date():
    rules = "- {name: hide, action: unpublish, when: {age: {from: end, over: 500d}}}\n"

    assert verdict_on(
        a_row(), a_policy(rules + KEEP_180_DAYS.replace("180d", "450d"))
    ).due == NOW + timedelta(days=50)


def test_first_seen_counts_only_where_a_policy_asks_for_it():
    policy = a_policy("- {name: r, action: delete, when: {age: {from: first_seen, over: 9d}}}")

    verdict = verdict_on(a_row(ended=None), policy)

    assert (verdict.act, verdict.due) == (True, NOW - timedelta(days=1))


def test_server_text_in_a_reason_is_one_bounded_printable_line():
    policy = a_policy(
        "- {name: r, action: delete, when: {age: {from: end, over: 9d}, name: {contains: evil}}}"
    )

    verdict = verdict_on(a_row(name="evil\x1b[31m\n\u202e" + "x" * 5_000_000), policy)

    assert all(reason.isprintable() and len(reason) < 200 for reason in verdict.reasons)
