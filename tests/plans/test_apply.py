"""Applying a plan: each item is looked at, written once, read back, and its outcome is the truth."""

import pytest
from plans.bench import ALL, FIRST, SECOND, THIRD, Bench, a_recording, outcomes, setting, tagged
from plans.meddler import LOST_AFTER, LOST_BEFORE, REFUSED_AFTER, SWALLOWED, WRITES

from bbbkeep.errors import BbbAuthError, BbbUnavailableError, LeaseHeldError, LedgerError, PlanRefusedError
from bbbkeep.ledger import runs
from bbbkeep.model import Recording
from bbbkeep.plans.run import exit_code


def test_what_was_written_is_verified_by_reading_it_back(bench: Bench):
    found = bench.apply(bench.retagging(*ALL))

    assert outcomes(found) == ["verified"] * 4
    assert bench.categories(*ALL) == ["seminar"] * 4
    assert exit_code(found) == 0


def test_every_write_names_one_whole_id(bench: Bench):
    bench.apply(bench.retagging(*ALL))

    assert [record_id for _, record_id in bench.proxy.writes] == list(ALL)


def test_what_the_server_shows_already_is_not_written(bench: Bench):
    items = bench.retagging_together(FIRST)
    bench.server.state.set_metadata(FIRST, {"category": "seminar"})

    assert outcomes(bench.apply(items)) == ["unchanged"]
    assert bench.proxy.writes == []


def test_drift_skips_one_item_and_the_others_proceed(bench: Bench):
    items = bench.retagging(FIRST, SECOND, THIRD)
    bench.server.state.set_metadata(SECOND, {"category": "exam"})

    found = bench.apply(items)

    assert outcomes(found) == ["verified", "skipped", "verified"]
    assert "drift" in found[1].because
    assert bench.categories(SECOND) == ["exam"]


def test_a_recording_that_is_gone_is_skipped_with_the_reason(bench: Bench):
    items = bench.retagging(FIRST, SECOND)
    bench.server.state.delete_row(FIRST)

    found = bench.apply(items)

    assert [(one.outcome, one.because) for one in found] == [
        ("skipped", "the server no longer shows this recording"),
        ("verified", "read back"),
    ]


@pytest.mark.parametrize("action", ["delete", "unpublish"])
def test_a_hold_that_appears_between_two_chunks_stops_what_takes_away(swept: Bench, action: str):
    _, path = swept.plan([swept.item(action, one) for one in ALL[:3]])
    run = swept.begin(path)
    swept.work(run, tagged, [1, 2])
    swept.server.state.set_metadata(THIRD, {"bbbkeep-hold": "case-7"})
    swept.work(run, tagged, [3])

    assert [one.because for one in swept.finish(run)] == ["read back", "read back", "on hold"]
    assert swept.truth(THIRD).state == "published"


def test_a_hold_never_stops_a_metadata_edit(bench: Bench):
    items = bench.retagging(FIRST)
    bench.server.state.set_metadata(FIRST, {"bbbkeep-hold": "case-7"})

    assert outcomes(bench.apply(items, tagged)) == ["verified"]


@pytest.mark.parametrize(
    ("fault", "action"),
    [("lost-update", "set_metadata"), ("lost-publish", "unpublish"), ("lost-delete", "delete")],
)
def test_success_without_effect_is_unverified(swept: Bench, fault: str, action: str):
    item = swept.item(action, FIRST, setting("seminar") if action == "set_metadata" else {})
    swept.server.set_faults(fault)

    [found] = swept.apply([item])

    assert (found.outcome, exit_code([found])) == ("unverified", 3)
    assert found.because == "the server accepted it, but does not show it done after 8 s"
    assert len(swept.proxy.writes) == 1


def test_success_without_effect_for_one_of_many_is_unverified_for_that_one(bench: Bench):
    bench.proxy.on_write({2: SWALLOWED})

    found = bench.apply(bench.retagging(*ALL))

    assert outcomes(found) == ["verified", "unverified", "verified", "verified"]


def test_what_shows_only_after_a_while_is_verified(bench: Bench):
    items = bench.retagging_together(FIRST)
    bench.proxy.on_write({1: SWALLOWED})
    bench.clock.on_sleep = lambda _: (
        bench.server.state.set_metadata(FIRST, {"category": "seminar"})
        if sum(bench.clock.sleeps) > 3
        else None
    )

    assert outcomes(bench.apply(items)) == ["verified"]
    assert len(bench.proxy.writes) == 1


def test_a_lost_answer_to_a_write_that_worked_is_verified_with_one_write(bench: Bench):
    bench.server.set_faults("answer-lost")

    [found] = bench.apply(bench.retagging(FIRST))

    assert (found.outcome, found.because) == (
        "verified",
        "the answer was lost; the server shows it done",
    )
    assert len(bench.server.writes) == 1


def test_a_lost_answer_to_a_write_that_did_nothing_is_sent_again(bench: Bench):
    bench.proxy.on_write({1: LOST_BEFORE})

    [found] = bench.apply(bench.retagging(FIRST))

    assert found.outcome == "verified"
    assert len(bench.proxy.writes) == 2
    assert [event.body["sends"] for event in bench.chain("intent")] == [1, 2]


def test_an_item_is_sent_three_times_at_most(bench: Bench):
    bench.proxy.on_write(dict.fromkeys(range(1, 100), LOST_BEFORE))

    [found] = bench.apply(bench.retagging(FIRST))

    assert found.outcome == "unverified"
    assert len(bench.proxy.writes) == 3


def test_a_hold_that_appears_after_a_lost_answer_stops_the_second_send(swept: Bench):
    def meddle(call: str, record_id: str) -> str | None:
        if call in WRITES:
            swept.server.state.set_metadata(FIRST, {"bbbkeep-hold": "case-7"})
            return LOST_BEFORE
        return None

    item = swept.item("delete")
    swept.proxy.meddle = meddle
    [found] = swept.apply([item], tagged)

    assert found.outcome == "unverified"
    assert found.because == "the answer was lost; not sent again: on hold"
    assert len(swept.proxy.writes) == 1


def test_what_a_lost_answer_left_half_done_is_not_passed_off_as_drift(bench: Bench):
    two = {
        "changes": {"category": {"old": "lecture", "new": "seminar"}, "term": {"old": None, "new": "2026"}}
    }

    def meddle(call: str, record_id: str) -> str | None:
        if call in WRITES:
            bench.server.state.set_metadata(FIRST, {"term": "2026"})
            return LOST_BEFORE
        return None

    item = bench.item("set_metadata", FIRST, two)
    bench.proxy.meddle = meddle
    [found] = bench.apply([item])

    assert (found.outcome, exit_code([found])) == ("unverified", 3)


def test_failed_is_failed_with_the_servers_key_and_the_rest_goes_on(bench: Bench):
    bench.proxy.on_write({2: "internalError"})

    found = bench.apply(bench.retagging(*ALL))

    assert outcomes(found) == ["verified", "failed", "verified", "verified"]
    assert "internalError" in found[1].because
    assert [event.body["answer"] for event in bench.chain("answer")] == [
        "accepted",
        "internalError",
        "accepted",
        "accepted",
    ]


def test_a_deletion_that_somebody_else_was_quicker_with_is_not_ours(swept: Bench):
    def meddle(call: str, record_id: str) -> None:
        if call in WRITES:
            swept.server.state.set_state(FIRST, "deleted")

    item = swept.item("delete")
    swept.proxy.meddle = meddle
    [found] = swept.apply([item])

    assert found.outcome == "unchanged"
    assert "notFound" in found.because


def test_a_deletion_that_was_refused_and_done_all_the_same_is_ours(swept: Bench):
    """Scalelite answers internalError after some of its work; guards and the proof of deletions must count it."""
    item = swept.item("delete")
    swept.proxy.on_write({1: REFUSED_AFTER})
    [found] = swept.apply([item])

    assert swept.truth().state == "deleted"
    assert found.outcome == "verified"
    assert REFUSED_AFTER in found.because


def test_a_second_send_that_finds_the_first_one_done_is_verified(swept: Bench):
    """The first deletion works between our look and the second: its answer is notFound."""

    def meddle(call: str, record_id: str) -> str | None:
        writes = len(swept.proxy.writes)
        if call in WRITES and writes == 2:
            swept.server.state.set_state(FIRST, "deleted")
        return LOST_BEFORE if call in WRITES and writes == 1 else None

    item = swept.item("delete")
    swept.proxy.meddle = meddle
    [found] = swept.apply([item])

    assert found.outcome == "verified"


def test_a_refused_secret_in_mid_run_stops_at_once(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.on_write({2: "checksumError"})

    with pytest.raises(BbbAuthError):
        bench.work(run)

    found = bench.finish(run)
    assert len(bench.proxy.writes) == 2
    assert outcomes(found) == ["unverified", "failed", "skipped", "skipped"]
    assert exit_code(found) == 3


def test_a_server_that_is_gone_is_not_sent_one_item_after_the_other(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: LOST_BEFORE if bench.proxy.writes else None

    with pytest.raises(BbbUnavailableError):
        bench.work(run)

    assert len(bench.proxy.writes) == 1
    assert outcomes(bench.finish(run)) == ["unverified", "skipped", "skipped", "skipped"]


@pytest.mark.parametrize("fate", [LOST_BEFORE, LOST_AFTER, SWALLOWED, "internalError"])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_whatever_happens_to_one_of_many_the_outcomes_are_the_truth(bench: Bench, fate: str, k: int):
    bench.proxy.on_write({k: fate})

    found = bench.apply(bench.retagging(*ALL))

    done = [category == "seminar" for category in bench.categories(*ALL)]
    assert [one.outcome == "verified" for one in found] == done
    assert bench.chain_holds()


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_a_lost_lease_stops_before_the_next_write(bench: Bench, k: int):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)

    def meddle(call: str, record_id: str) -> None:
        if call in WRITES and len(bench.proxy.writes) == k:
            bench.take_over_lease(run.token)

    bench.proxy.meddle = meddle
    if k < len(ALL):
        with pytest.raises(LeaseHeldError):
            bench.work(run)
    else:
        bench.work(run)

    assert len(bench.proxy.writes) == k
    assert outcomes(bench.finish(run)) == ["verified"] * k + ["skipped"] * (4 - k)


def test_a_lost_lease_forbids_sending_again(bench: Bench):
    _, path = bench.plan(bench.retagging(FIRST))
    run = bench.begin(path)

    def meddle(call: str, record_id: str) -> str | None:
        if call in WRITES:
            bench.take_over_lease(run.token)
            return LOST_BEFORE
        return None

    bench.proxy.meddle = meddle
    with pytest.raises(LeaseHeldError):
        bench.work(run)

    assert len(bench.proxy.writes) == 1
    assert outcomes(bench.finish(run)) == ["unverified"]


def test_no_write_without_a_durable_intent(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: bench.lock_ledger()

    with pytest.raises(LedgerError):
        bench.work(run)

    assert bench.proxy.writes == []


def test_a_disk_that_fills_after_a_write_leaves_it_unverified_not_skipped(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: bench.lock_ledger() if bench.proxy.writes else None
    with pytest.raises(LedgerError):
        bench.work(run)
    bench.unlock_ledger()

    found = bench.finish(run)

    assert outcomes(found) == ["unverified", "skipped", "skipped", "skipped"]
    assert bench.categories(*ALL) == ["seminar", "lecture", "lecture", "lecture"]
    assert exit_code(found) == 3


@pytest.mark.parametrize("when", ["while looking for the next one", "while reading back"])
def test_an_interrupt_leaves_no_written_item_without_an_outcome(bench: Bench, when: str):
    _, path = bench.plan(bench.retagging(FIRST, SECOND))
    run = bench.begin(path)
    bench.proxy.on_write({1: SWALLOWED, 2: SWALLOWED})

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    bench.clock.on_sleep = interrupt
    if when == "while looking for the next one":
        bench.proxy.meddle = lambda *_: LOST_BEFORE if len(bench.proxy.writes) == 1 else None
    with pytest.raises(KeyboardInterrupt):
        bench.work(run)

    written = len(bench.proxy.writes)
    assert outcomes(bench.finish(run)) == ["unverified"] * written + ["skipped"] * (2 - written)


def test_a_chunk_that_runs_again_writes_nothing_again(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.work(run)

    assert bench.work(run) == []
    assert len(bench.proxy.writes) == 4
    assert outcomes(bench.finish(run)) == ["verified"] * 4


@pytest.mark.parametrize("fate", [None, SWALLOWED], ids=["done", "not done"])
def test_a_chunk_that_broke_off_reads_back_what_it_sent_before_it_goes_on(bench: Bench, fate: str | None):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: [bench.lock_ledger(), fate][1] if len(bench.proxy.writes) == 1 else None
    with pytest.raises(LedgerError):
        bench.work(run)
    bench.unlock_ledger()
    bench.proxy.meddle = lambda *_: None

    bench.work(run)

    assert outcomes(bench.finish(run)) == ["verified"] * 4
    assert len(bench.proxy.writes) == (4 if fate is None else 5)


def test_a_plan_that_is_changed_under_a_run_is_refused_and_the_run_ended(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    path.write_bytes(path.read_bytes().replace(b'"seminar"', b'"tampered"'))

    with pytest.raises(PlanRefusedError, match="changed while its run was under way"):
        bench.work(run)
    with pytest.raises(PlanRefusedError):
        bench.finish(run)

    assert bench.proxy.writes == []
    with bench.site.ledger.read() as conn:
        assert runs.get(conn, run.run_id).exit_code == 5
    bench.begin(bench.plan(bench.retagging(*ALL))[1])  # the lease is free again


def test_an_id_that_another_known_id_begins_with_is_refused(bench: Bench):
    bench.server.state.add(a_recording(FIRST + "9"), a_recording(SECOND))
    bench.sweep()

    found = bench.apply(bench.retagging(FIRST, SECOND))

    assert outcomes(found) == ["refused", "verified"]
    assert [record_id for _, record_id in bench.proxy.writes] == [SECOND]
    assert exit_code(found) == 3


@pytest.mark.parametrize("part", ["a" * 40, "", f"{FIRST},{SECOND}", FIRST.upper(), f"{FIRST}\n"])
def test_what_is_not_one_whole_id_is_refused_and_the_others_proceed(bench: Bench, part: str):
    first, second = bench.retagging(FIRST, SECOND)
    odd = type(first)(0, part, first.action, first.fingerprint, (), params=first.params)

    found = bench.apply([odd, second])

    assert outcomes(found) == ["refused", "verified"]
    assert [record_id for _, record_id in bench.proxy.writes] == [SECOND]


def test_a_value_that_no_server_would_take_fails_that_item_alone(bench: Bench):
    odd = bench.item("set_metadata", FIRST, setting("x" * 5_000))

    found = bench.apply([odd, *bench.retagging(SECOND)])

    assert outcomes(found) == ["failed", "verified"]
    assert len(bench.proxy.writes) == 1


def test_a_deletion_never_goes_out_on_a_look_older_than_ten_seconds(swept: Bench):
    looked: list[float] = []
    ages: list[float] = []

    def meddle(call: str, record_id: str) -> None:
        if call in WRITES:
            ages.append((swept.clock.now() - looked[-1]).total_seconds())
            swept.clock.advance(7)  # each deletion takes its time
        else:
            looked.append(swept.clock.now())

    _, path = swept.plan([swept.item("delete", one) for one in ALL[:3]])
    run = swept.begin(path)
    swept.proxy.meddle = meddle
    for number in (1, 2, 3):
        swept.work(run, numbers=[number])

    assert outcomes(swept.finish(run)) == ["verified"] * 3
    assert max(ages) <= 10


def test_a_deletion_is_not_sent_where_every_look_takes_too_long(swept: Bench):
    items = [swept.item("delete", FIRST)]
    swept.proxy.meddle = lambda *_: swept.clock.advance(11)

    [found] = swept.apply(items)

    assert (found.outcome, swept.proxy.writes) == ("failed", [])
    assert found.because == "not sent: the server takes longer than 10 s to show it"


def test_a_second_deletion_is_not_sent_on_the_look_that_an_earlier_one_made_stale(swept: Bench):
    """The answer for both is lost; sending the first one again takes 15 s, and meanwhile the second gets a hold."""

    def meddle(call: str, record_id: str) -> str | None:
        if call not in WRITES:
            return None
        if len(swept.proxy.writes) == 2:
            swept.clock.advance(15)
            swept.server.state.set_metadata(SECOND, {"bbbkeep-hold": "case-7"})
            return None
        return LOST_BEFORE

    items = [swept.item("delete", FIRST), swept.item("delete", SECOND)]
    swept.proxy.meddle = meddle
    found = swept.apply(items, tagged)

    assert outcomes(found) == ["verified", "unverified"]
    assert swept.truth(SECOND).state == "published"


def test_two_items_of_one_recording_are_both_written(bench: Bench):
    items = [
        *bench.retagging_together(FIRST),
        bench.item("remove_metadata", FIRST, setting(None, key="presenter")),
    ]

    assert outcomes(bench.apply(items)) == ["verified", "verified"]
    assert dict(bench.truth().metadata) == {"category": "seminar"}


def test_a_deletion_is_not_sent_if_its_look_grew_too_old_on_the_way(swept: Bench):
    def slow_check(_: Recording) -> None:
        swept.clock.advance(11)

    [found] = swept.apply([swept.item("delete")], slow_check)

    assert (found.outcome, swept.proxy.writes) == ("failed", [])


def test_a_batch_that_takes_too_long_is_looked_at_one_by_one(swept: Bench):
    items = [swept.item("delete", one) for one in ALL[:3]]
    swept.proxy.meddle = lambda _, record_id: swept.clock.advance(11) if "," in record_id else None

    assert outcomes(swept.apply(items)) == ["verified"] * 3


def test_a_second_edit_of_the_same_key_sees_the_first(bench: Bench):
    items = [*bench.retagging(FIRST, value="seminar"), *bench.retagging(FIRST, value="exam")]

    assert outcomes(bench.apply(items)) == ["verified", "skipped"]
    assert bench.categories(FIRST) == ["seminar"]


def test_a_key_that_no_server_would_store_fails_that_item_alone(bench: Bench):
    odd = bench.item("set_metadata", FIRST, setting("x", None, "not a key"))

    assert outcomes(bench.apply([odd, *bench.retagging(SECOND)])) == ["failed", "verified"]
    assert len(bench.proxy.writes) == 1


def test_each_change_costs_one_transaction_and_its_answer_goes_with_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    opened: list[int] = []
    write = bench.site.ledger.write
    monkeypatch.setattr(bench.site.ledger, "write", lambda: opened.append(1) or write())

    bench.work(run, tagged, [1, 2, 3, 4])

    reading_back = 1
    assert len(opened) == len(ALL) + reading_back
