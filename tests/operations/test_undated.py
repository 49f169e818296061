"""A date that nobody can trust selects nothing, on any kind of server, whatever the rule, and is told."""

from datetime import UTC, datetime, timedelta

import pytest
from fake_clock import FakeClock
from operations.keeping import SECRET, a_recording, a_site, an_id, plan_retention, sweep

from bbbkeep.ledger import inventory
from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.server import LocalServer

ANY_AGE = "allow_unbounded: the strictest promise is made without the lint"
ALL_LIMITS = "guards: {max_deletes: 500, max_share_percent: 100, reason: a test's site is small}"


def a_policy(*rules: str, zone: str = "UTC") -> str:
    lines = (f"  - {{name: r{n}, action: delete, {ANY_AGE}, when: {when}}}" for n, when in enumerate(rules))
    return "\n".join(["mode: act", f"timezone: {zone}", ALL_LIMITS, "rules:", *lines])


AGES = [
    "{age: {from: end, over: 1h}}",
    "{age: {from: start, over: 1h}}",
    "{age: {from: end, before: 2026-01-01}}",
    "{not: {age: {from: end, over: 90y}}}",
    "{not: {age: {from: start, before: 2000-01-01}}}",
    "{any: [{age: {from: start, over: 1h}}, {not: {age: {from: end, over: 1h}}}]}",
    "{not: {all: [{age: {from: end, over: 90y}}, {age: {from: start, over: 90y}}]}}",
]


def undated(clock: FakeClock, number: int, moment: datetime | int) -> SeedRecording:
    """A recording of today whose server tells *moment* as its start and end."""
    ms = moment if isinstance(moment, int) else int(moment.timestamp() * 1000)
    return a_recording(number, start_ms=ms, end_ms=ms)


@pytest.mark.parametrize("profile", ["bbb22", "bbb30", "scalelite", "bbblb", "recapi"])
def test_no_rule_selects_what_has_no_date_that_can_be_trusted(profile, clock, tmp_path):
    odd = {
        "start is missing": 0,
        "start is before 2007": datetime(2006, 12, 31, tzinfo=UTC),
        "start is in the future": clock.now() + timedelta(days=2),
        "start is more than a day off the record ID's own": clock.now() - timedelta(days=900),
    }
    with LocalServer(secret=SECRET, clock=clock, profile=profile) as server:
        server.state.add(*(undated(clock, number, when) for number, when in enumerate(odd.values(), 1)))
        # the only checksum that every kind of server takes
        with a_site(server, clock, tmp_path, a_policy(*AGES), checksum="sha1") as site:
            sweep(site)
            _, plan = plan_retention(site)

    told = {(one["record_id"], one["anomaly"]) for one in plan.anomalies}
    assert [item.record_id for item in plan.items] == []
    assert plan.kept == len(odd)
    assert told >= {(an_id(number), what) for number, what in enumerate(odd, 1)}


def test_a_start_of_0_from_a_cluster_is_missing_and_a_known_end_still_counts(clock, tmp_path):
    with LocalServer(secret=SECRET, clock=clock, profile="scalelite") as server:
        server.state.add(a_recording(1, start_ms=0), a_recording(2))
        with a_site(server, clock, tmp_path, a_policy("{age: {from: start, over: 1d}}")) as site:
            sweep(site)
            _, plan = plan_retention(site)
            with site.ledger.read() as conn:
                row = inventory.get(conn, site.key, an_id(1))

    assert row is not None
    assert (row.recording.start_status, row.recording.end_status) == ("missing", "ok")
    assert [item.record_id for item in plan.items] == [an_id(2)]


BERLIN = [
    pytest.param("2026-02-28T12:00+01:00", "30d", "2026-03-30T13:00+02:00", id="days over the start of summer time"),
    pytest.param("2026-02-28T12:00+01:00", "1mo", "2026-03-28T12:00+01:00", id="a month to the day before it"),
    pytest.param("2026-02-28T02:30+01:00", "1mo", "2026-03-28T02:30+01:00", id="the hour that the next day lacks"),
    pytest.param("2026-09-25T02:30+02:00", "1mo", "2026-10-25T02:30+02:00", id="the hour that there is twice"),
    pytest.param("2026-10-01T12:00+02:00", "30d", "2026-10-31T11:00+01:00", id="days over the end of summer time"),
    pytest.param("2024-02-29T12:00+01:00", "1y", "2025-02-28T12:00+01:00", id="a leap day, a year on"),
    pytest.param("2024-02-29T12:00+01:00", "4y", "2028-02-29T12:00+01:00", id="a leap day, four years on"),
    pytest.param("2024-01-31T12:00+01:00", "1mo", "2024-02-29T12:00+01:00", id="the 31st, in a leap year"),
]  # fmt: skip


@pytest.mark.parametrize(("ended", "over", "due"), BERLIN)
def test_a_plan_takes_a_recording_a_millisecond_after_it_is_due_and_not_before(
    ended, over, due, clock, tmp_path
):
    end, due = datetime.fromisoformat(ended), datetime.fromisoformat(due)
    clock.time = end.astimezone(UTC)
    ms = int(end.timestamp() * 1000)
    found = []
    with LocalServer(secret=SECRET, clock=clock) as server:
        record_id = f"{1:040x}-{ms}"
        server.state.add(SeedRecording(record_id, state="published", start_ms=ms, end_ms=ms))
        policy = a_policy(f"{{age: {{from: end, over: {over}}}}}", zone="Europe/Berlin")
        with a_site(server, clock, tmp_path, policy) as site:
            sweep(site)
            for off in (-1, 0, 1):
                clock.time = due.astimezone(UTC) + timedelta(milliseconds=off)
                _, plan = plan_retention(site)
                found.append([(item.record_id, item.due) for item in plan.items])

    assert found == [[], [], [(record_id, due.astimezone(UTC).isoformat())]]


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        pytest.param("2026-03-29", "2026-03-29T00:00+01:00", id="clocks go forward"),
        pytest.param("2026-03-30", "2026-03-30T00:00+02:00", id="the day after"),
        pytest.param("2025-10-26", "2025-10-26T00:00+02:00", id="clocks go back"),
        pytest.param("2025-10-27", "2025-10-27T00:00+01:00", id="the day after that"),
        pytest.param("2024-02-29", "2024-02-29T00:00+01:00", id="leap day"),
    ],
)
def test_before_a_day_means_before_its_midnight_where_the_policy_lives(day, midnight, clock, tmp_path):
    border = int(datetime.fromisoformat(midnight).timestamp() * 1000)
    clock.time = datetime(2026, 5, 1, tzinfo=UTC)
    ids = [f"{n:040x}-{border + off}" for n, off in enumerate((-1, 0, 1))]
    with LocalServer(secret=SECRET, clock=clock) as server:
        for record_id in ids:
            ms = int(record_id.partition("-")[2])
            server.state.add(SeedRecording(record_id, state="published", start_ms=ms, end_ms=ms))
        policy = a_policy(f"{{age: {{from: end, before: {day}}}}}", zone="Europe/Berlin")
        with a_site(server, clock, tmp_path, policy) as site:
            sweep(site)
            _, plan = plan_retention(site)

    assert [item.record_id for item in plan.items] == ids[:1]
