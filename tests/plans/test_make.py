"""Making a plan: a whole, private, faithful file, and not one write."""

import json
import stat
import tracemalloc
from dataclasses import asdict, replace
from datetime import datetime

import pytest
from plans.bench import ALL, FIRST, SECOND, SECRET, THIRD, Bench, setting

from bbbkeep.errors import LedgerError, PlanRefusedError
from bbbkeep.ledger import plans, sweeps
from bbbkeep.plans.document import FRESH_FOR, PlanItem, Total, read_plan, totals_of
from bbbkeep.plans.population import population_of
from bbbkeep.settings_digest import configuration_digest


def test_planning_never_writes(swept: Bench):
    swept.plan([*swept.retagging(*ALL), swept.item("delete"), swept.item("unpublish")])
    swept.plan([swept.item("delete")], "retention", policy_digest="policy-1")

    assert swept.server.writes == []


def test_a_plan_reads_back_as_it_was_made(bench: Bench):
    plan, path = bench.plan(
        bench.retagging(*ALL, value='Größe \U0001f642 \\ " \u2028'),
        kept=3,
        anomalies=({"record_id": FIRST, "anomaly": "no date"},),
        refused=({"line": "4", "outcome": "refused", "because": "no such key"},),
    )

    assert read_plan(path) == (plan, plan.digest)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_plans_file_is_plain_json_with_sorted_keys(bench: Bench, count: int):
    plan, path = bench.plan(bench.retagging(*ALL[:count], value='Größe \n "items": [], \u2028'))

    whole = json.dumps(asdict(plan), ensure_ascii=False, sort_keys=True, indent=1)
    assert path.read_text(encoding="utf-8") == whole


def test_a_long_plan_is_spelled_in_little_more_room_than_it_takes(bench: Bench):
    plan, _ = bench.plan(bench.retagging(FIRST))
    long = replace(plan, items=plan.items * 2_000)

    tracemalloc.start()
    try:
        length = len(long.to_bytes())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 4 * length


def test_items_are_numbered_in_their_order(bench: Bench):
    plan, _ = bench.plan(bench.retagging(SECOND, FIRST))

    assert [(item.number, item.record_id) for item in plan.items] == [(1, SECOND), (2, FIRST)]


def test_a_plan_is_its_owners_alone_and_whole(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_plan_holds_no_secret(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))

    text = path.read_text()
    assert SECRET not in text
    assert "checksum" not in text


def test_the_ledger_knows_the_plan_by_the_digest_of_its_file(bench: Bench):
    plan, path = bench.plan(bench.retagging(FIRST))

    with bench.site.ledger.read() as conn:
        known = plans.get(conn, plan.plan_id)
    assert (known.digest, known.status, known.items) == (read_plan(path)[1], "open", 1)


def test_a_plan_that_the_ledger_could_not_note_can_not_be_applied(bench: Bench):
    items = bench.retagging(FIRST)
    bench.lock_ledger()
    with pytest.raises(LedgerError):
        bench.plan(items)
    bench.unlock_ledger()

    [orphan] = bench.site.plans_dir.glob("*.json")
    with pytest.raises(PlanRefusedError, match="this ledger made no plan"):
        bench.begin(orphan)


def test_two_plans_of_the_same_second_are_two(bench: Bench):
    one, two = (bench.plan(bench.retagging(FIRST))[0] for _ in range(2))

    assert one.plan_id != two.plan_id


def test_a_plan_names_what_it_rests_on(swept: Bench):
    plan, path = swept.plan([swept.item("delete")], "retention", policy_digest="policy-1")

    with swept.site.ledger.read() as conn:
        latest = sweeps.latest(conn, swept.site.key)
    written = json.loads(path.read_text())
    assert written["sweep_id"] == latest.sweep_id
    assert written["policy_digest"] == "policy-1"
    assert written["configuration_digest"] == configuration_digest(swept.site.settings, swept.site.server)
    assert (written["server_key"], written["profile"]) == (swept.site.key, "bbb30")
    assert datetime.fromisoformat(plan.expires_at) - datetime.fromisoformat(plan.created_at) == FRESH_FOR


def test_totals_are_by_action_and_count_each_recordings_size_once():
    def an_item(action: str, record_id: str, size: int | None) -> PlanItem:
        return PlanItem(0, record_id, action, "f", ("asked",), size_bytes=size)

    items = [
        an_item("delete", FIRST, 700),
        an_item("delete", SECOND, None),
        an_item("delete", THIRD, 0),
        an_item("set_metadata", FIRST, 700),
        an_item("set_metadata", FIRST, 700),
    ]

    assert totals_of(items) == {"delete": Total(3, 700, 2), "set_metadata": Total(2, 700, 0)}
    assert totals_of([]) == {}


def test_the_totals_stand_in_the_file(swept: Bench):
    _, path = swept.plan([swept.item("delete", FIRST, size_bytes=9), *swept.retagging(SECOND)])

    assert json.loads(path.read_text())["totals"] == {
        "delete": {"count": 1, "size_bytes": 9, "unknown_sizes": 0},
        "set_metadata": {"count": 1, "size_bytes": 0, "unknown_sizes": 1},
    }


def test_without_a_sweep_nothing_is_known_of_the_population(bench: Bench):
    found = population_of(bench.site, now=bench.clock.now())

    assert (found.complete, found.because, found.standing) == (False, "there was no sweep yet", 0)


def test_only_published_and_unpublished_recordings_are_the_population(bench: Bench):
    for record_id, state in zip(ALL, ("published", "unpublished", "deleted", "processing"), strict=True):
        bench.server.state.set_state(record_id, state)
    bench.sweep()

    assert population_of(bench.site, now=bench.clock.now()).standing == 2


def test_what_was_taken_away_counts_for_24_hours(swept: Bench):
    swept.apply([swept.item("delete", FIRST), *swept.retagging(SECOND)])

    def taken() -> dict:
        return dict(population_of(swept.site, now=swept.clock.now()).taken_today)

    assert taken() == {"delete": {FIRST}, "unpublish": set()}
    swept.clock.advance(24 * 3600 + 60)
    assert taken() == {"delete": set(), "unpublish": set()}


def test_a_deletion_that_is_unverified_counts_and_one_that_failed_does_not(swept: Bench):
    items = [swept.item("delete", one) for one in (FIRST, SECOND)]
    swept.server.set_faults("lost-delete")
    swept.proxy.on_write({2: "internalError"})
    _, path = swept.plan(items)
    run = swept.begin(path)
    for number in (1, 2):
        swept.work(run, numbers=[number])
    swept.finish(run)

    assert population_of(swept.site, now=swept.clock.now()).taken_today["delete"] == {FIRST}


def test_guards_of_a_plan_show_in_its_file(swept: Bench):
    _, path = swept.plan([swept.item("delete")], "retention", policy_digest="p", limits=None)

    guards = {one["name"]: one["tripped"] for one in json.loads(path.read_bytes())["guards"]}
    assert guards == {
        "complete sweep": False,
        "delete count": False,
        "delete share in percent": True,
        "unpublish count": False,
        "unpublish share in percent": False,
        "recordings left": False,
        "server's clock": False,
    }


def test_a_metadata_plan_has_no_guards(bench: Bench):
    plan, _ = bench.plan([PlanItem(0, FIRST, "set_metadata", "", (), params=setting("x"))])

    assert plan.guards == ()
