"""What sheets promise: each row is written once, accounted for, and never overrules a later change."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from operations.keeping import (
    a_recording,
    a_sheet,
    an_id,
    apply_sheet,
    by_id,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import LeaseHeldError, PlanRefusedError, SheetError
from bbbkeep.ledger import holds, sheets
from bbbkeep.ledger.attempts import NIGHTS
from bbbkeep.operations import metadata
from bbbkeep.operations.sheets import sheets_in
from bbbkeep.plans.document import read_plan
from bbbkeep.selection import Selection


def value(server, number, key):
    return server.state.recording(an_id(number)).metadata.get(key)


def writes(server):
    return [asked for _, call, asked in server.writes if call == "updateRecordings"]


def receipt(site):
    [path] = (site.server.sheets_dir / "done").glob("*.receipt.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["line"]): (row["outcome"], row["because"]) for row in csv.DictReader(file)}


@pytest.fixture
def listed(server, site):
    server.state.add(*(a_recording(number) for number in (1, 2, 3)))
    sweep(site)
    return site


def test_values_are_set_and_removed_and_read_back(listed, server):
    sheet = a_sheet(
        listed, (an_id(1), "course", "Algebra 1"), (an_id(1), "category", "!remove"), (an_id(2), "Lang", "de")
    )

    outcomes = apply_sheet(listed, sheet)

    assert {one.outcome for one in outcomes} == {"verified"}
    assert (value(server, 1, "course"), value(server, 1, "category")) == ("Algebra 1", None)
    assert value(server, 2, "lang") == "de"
    assert value(server, 3, "category") == "lecture"


def test_the_plan_shows_each_key_from_old_to_new(listed):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"), (an_id(2), "course", "B"))

    ref = metadata.plan_sheet(listed, sheet, Selection(), now=listed.clock.now())

    plan, _ = read_plan(Path(ref.path))
    assert [item.reasons for item in plan.items] == [
        ("category: 'seminar' (was 'lecture')",),
        ("course: 'B' (was absent)",),
    ]


def test_planning_writes_nothing(listed, server):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"))

    metadata.plan_sheet(listed, sheet, Selection(), now=listed.clock.now())

    assert server.writes == []
    assert sheet.exists()


def test_a_finished_sheet_moves_aside_with_a_receipt_of_every_row(listed, server):
    sheet = a_sheet(
        listed,
        (an_id(1), "category", "seminar"),
        (an_id(2), "category", "lecture"),
        (an_id(9), "category", "seminar"),
        (an_id(3), "meetingId", "x"),
        (an_id(1), "category", "seminar"),
        (an_id(3), "lang", "de"),
        (an_id(3), "lang", "en"),
    )

    apply_sheet(listed, sheet)

    assert not sheet.exists()
    rows = receipt(listed)
    assert {line: outcome for line, (outcome, _) in rows.items()} == {
        2: "verified",
        3: "unchanged",
        4: "skipped",
        5: "refused",
        6: "skipped",
        7: "refused",
        8: "refused",
    }
    assert "not in the inventory" in rows[4][1]
    assert "protected" in rows[5][1]
    assert rows[6][1] == "says the same as line 2"
    assert "want different values of lang" in rows[7][1]
    assert (value(server, 3, "lang"), value(server, 3, "meetingid")) == (None, None)


def test_a_row_is_written_once_also_when_the_very_file_is_laid_there_again(listed, server, clock):
    apply_sheet(listed, a_sheet(listed, (an_id(1), "category", "seminar")))
    server.state.set_metadata(an_id(1), {"category": "somebody's own"})
    turn(clock, days=1)
    sweep(listed)

    again = a_sheet(listed, (an_id(1), "category", "seminar"))
    outcomes = apply_sheet(listed, again)

    assert outcomes == []
    assert value(server, 1, "category") == "somebody's own"
    assert not again.exists()


def test_the_same_row_in_another_sheet_is_another_wish(listed, server, clock):
    apply_sheet(listed, a_sheet(listed, (an_id(1), "category", "seminar")))
    server.state.set_metadata(an_id(1), {"category": "somebody's own"})
    sweep(listed)

    apply_sheet(
        listed, a_sheet(listed, (an_id(1), "category", "seminar"), (an_id(2), "lang", "de"), name="b.csv")
    )

    assert value(server, 1, "category") == "seminar"


def test_a_failed_row_is_tried_on_three_nights_and_then_put_aside(listed, server, clock):
    server.set_faults("lost-update")
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"))
    stayed = []
    for _ in range(NIGHTS):
        [outcome] = apply_sheet(listed, sheet)
        assert outcome.outcome == "unverified"
        stayed.append(sheet.exists())
        turn(clock, days=1)
        sweep(listed)

    assert stayed == [True] * (NIGHTS - 1) + [False]
    assert len(writes(server)) == NIGHTS
    assert receipt(listed)[2][0] == "unverified"


def test_a_failed_row_succeeds_the_night_the_server_is_well(listed, server, clock):
    server.set_faults("lost-update")
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"))
    apply_sheet(listed, sheet)
    server.set_faults()
    turn(clock, days=1)

    [outcome] = apply_sheet(listed, sheet)

    assert outcome.outcome == "verified"
    assert not sheet.exists()


def test_a_failed_row_gives_way_to_a_value_that_somebody_set_since(listed, server, clock):
    server.set_faults("lost-update")
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"))
    apply_sheet(listed, sheet)
    server.set_faults()
    server.state.set_metadata(an_id(1), {"category": "thesis"})
    turn(clock, days=1)
    sweep(listed)

    apply_sheet(listed, sheet)

    assert value(server, 1, "category") == "thesis"
    assert receipt(listed)[2] == ("skipped", "somebody changed the value since this row was first tried")


def test_a_failed_row_whose_key_was_absent_gives_way_too(listed, server, clock):
    server.set_faults("lost-update")
    sheet = a_sheet(listed, (an_id(1), "course", "A"))
    apply_sheet(listed, sheet)
    server.set_faults()
    server.state.set_metadata(an_id(1), {"course": "B"})
    turn(clock, days=1)
    sweep(listed)

    apply_sheet(listed, sheet)

    assert value(server, 1, "course") == "B"


def test_a_value_that_changes_between_plan_and_write_is_left_alone(listed, server):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"), (an_id(2), "category", "seminar"))
    now = listed.clock.now()
    plan = metadata.plan_sheet(listed, sheet, Selection(), now=now)
    run = metadata.begin_sheet(listed, plan, now=now)
    server.state.set_metadata(an_id(1), {"category": "thesis"})

    metadata.apply_chunk(listed, run, [1, 2])
    outcomes = by_id(metadata.finish_sheet(listed, run, sheet))

    assert outcomes[an_id(1)] == ("skipped", "drift: it changed since the plan")
    assert outcomes[an_id(2)][0] == "verified"
    assert value(server, 1, "category") == "thesis"


def test_a_sheet_whose_run_stopped_stays_and_goes_on_the_next_night(listed, server, clock):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"), (an_id(2), "category", "seminar"))
    plan = metadata.plan_sheet(listed, sheet, Selection(), now=clock.now())
    run = metadata.begin_sheet(listed, plan, now=clock.now())
    metadata.apply_chunk(listed, run, [1])
    metadata.finish_sheet(listed, run, sheet)

    assert sheet.exists()
    turn(clock, days=1)
    apply_sheet(listed, sheet)
    assert [asked["recordID"] for asked in writes(server)] == [an_id(1), an_id(2)]
    assert not sheet.exists()


def test_a_row_that_had_to_wait_for_a_meeting_is_written_the_next_night(listed, server, clock):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"))
    plan = metadata.plan_sheet(listed, sheet, Selection(), now=clock.now())
    run = replace(metadata.begin_sheet(listed, plan, now=clock.now()), running=(an_id(1),))
    metadata.apply_chunk(listed, run, [1])
    [waits] = metadata.finish_sheet(listed, run, sheet)
    assert (waits.outcome, waits.because) == ("skipped", "its meeting is still running")

    assert sheet.exists()
    turn(clock, days=1)
    apply_sheet(listed, sheet)

    assert value(server, 1, "category") == "seminar"
    assert not sheet.exists()


def test_many_long_values_of_one_recording_are_written_in_several_requests(listed, server):
    long = "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 300
    sheet = a_sheet(listed, *((an_id(1), f"note-{number}", long) for number in range(6)))

    outcomes = apply_sheet(listed, sheet)

    assert {one.outcome for one in outcomes} == {"verified"}
    assert len(writes(server)) > 1
    assert all(value(server, 1, f"note-{number}") == long for number in range(6))


def test_only_the_recordings_that_were_asked_for_are_edited(listed, server):
    server.state.set_metadata(an_id(2), {"category": "seminar"})
    sweep(listed)
    sheet = a_sheet(listed, (an_id(1), "lang", "de"), (an_id(2), "lang", "de"))

    plan = metadata.plan_sheet(listed, sheet, Selection(meta={"category": "seminar"}), now=listed.clock.now())

    assert plan.items == 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"id;name\n1;2\n", id="another header"),
        pytest.param("record_id,key,value\nä".encode("latin-1"), id="not UTF-8"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_sheet_that_can_not_be_read_is_named_with_its_remedy(listed, content):
    sheet = a_sheet(listed)
    sheet.write_bytes(content)

    with pytest.raises(SheetError, match=r"edits\.csv"):
        metadata.plan_sheet(listed, sheet, Selection(), now=listed.clock.now())


def test_a_done_folder_that_takes_no_file_is_told_not_a_crash(listed):
    sheet = a_sheet(listed, (an_id(1), "lang", "de"))
    (sheet.parent / "done").write_text("in the way", encoding="utf-8")

    with pytest.raises(SheetError, match="can't be moved"):
        apply_sheet(listed, sheet)


def test_the_drop_folder_offers_sheets_by_name_and_no_others(listed):
    for name in ("b.csv", "a.csv", ".hidden.csv"):
        a_sheet(listed, name=name)
    (listed.server.sheets_dir / "done").mkdir()
    (listed.server.sheets_dir / "notes.txt").write_text("x", encoding="utf-8")

    assert [path.name for path in sheets_in(listed.server.sheets_dir)] == ["a.csv", "b.csv"]
    assert sheets_in(listed.server.sheets_dir / "none") == []


def test_a_plan_is_good_for_one_run(listed):
    sheet = a_sheet(listed, (an_id(1), "lang", "de"))
    now = listed.clock.now()
    plan = metadata.plan_sheet(listed, sheet, Selection(), now=now)
    metadata.finish_sheet(listed, metadata.begin_sheet(listed, plan, now=now), None)

    with pytest.raises(PlanRefusedError):
        metadata.begin_sheet(listed, plan, now=now)


def test_a_second_run_is_refused_while_one_writes(listed):
    now = listed.clock.now()
    first, second = (
        metadata.plan_sheet(listed, a_sheet(listed, (an_id(1), "lang", lang)), Selection(), now=now)
        for lang in ("de", "en")
    )
    metadata.begin_sheet(listed, first, now=now)

    with pytest.raises(LeaseHeldError):
        metadata.begin_sheet(listed, second, now=now)


DELETE_AFTER_5_DAYS = """\
mode: report
rules:
  - name: old
    action: delete
    when: {age: {from: end, over: 5d}}
"""


def due(site):
    return {item.record_id for item in plan_retention(with_policy(site, DELETE_AFTER_5_DAYS))[1].items}


def test_a_hold_counts_from_the_moment_of_asking_though_the_server_loses_it(listed, server, clock):
    server.set_faults("lost-update")
    sheet = a_sheet(listed, (an_id(1), "bbbkeep-hold", "case-7"))
    plan = metadata.plan_sheet(listed, sheet, Selection(), now=clock.now())

    metadata.begin_sheet(listed, plan, now=clock.now())

    assert due(listed) == {an_id(2), an_id(3)}
    turn(clock, days=30)
    sweep(listed)
    assert value(server, 1, "bbbkeep-hold") is None
    assert due(listed) == {an_id(2), an_id(3)}


def test_a_lifted_hold_still_holds_until_the_next_night(listed, server, clock):
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "case-7")))
    turn(clock, days=2)
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "!remove"), name="lift.csv"))

    assert value(server, 1, "bbbkeep-hold") is None
    assert due(listed) == {an_id(2), an_id(3)}
    turn(clock, days=1, minutes=1)
    sweep(listed)
    assert due(listed) == {an_id(1), an_id(2), an_id(3)}


def test_a_hold_never_stops_a_metadata_edit(listed, server):
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": "case-7"})
    with listed.ledger.write() as conn:
        holds.asked(conn, listed.key, an_id(2), "case-8", listed.clock.now())
    sweep(listed)

    outcomes = apply_sheet(
        listed, a_sheet(listed, (an_id(1), "category", "thesis"), (an_id(2), "category", "thesis"))
    )

    assert [one.outcome for one in outcomes] == ["verified", "verified"]


def test_the_hold_of_a_row_that_could_not_be_planned_counts_all_the_same(listed):
    apply_sheet(listed, a_sheet(listed, (an_id(9), "bbbkeep-hold", "case-7")))

    with listed.ledger.read() as conn:
        assert holds.in_force(conn, listed.key, night_started=listed.clock.now()) == {an_id(9): "case-7"}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["exam", "2020-01-01"], id="two values for one recording"),
        pytest.param(["exam", "!remove"], id="a value and its removal"),
        pytest.param([""], id="no value"),
        pytest.param(["x" * 3000], id="a value that is too long"),
        pytest.param(["a\x07b"], id="a control character"),
    ],
)
def test_a_refused_row_that_asks_for_a_hold_holds_all_the_same(listed, values):
    apply_sheet(listed, a_sheet(listed, *((an_id(1), "BBBkeep-Hold", value) for value in values)))

    assert due(listed) == {an_id(2), an_id(3)}


def test_a_refused_row_lifts_no_hold(listed, clock):
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "case-7")))
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "!REMOVE"), name="lift.csv"))
    turn(clock, days=3)
    sweep(listed)

    assert due(listed) == {an_id(2), an_id(3)}


def test_a_sheet_that_is_laid_there_again_holds_again(listed, clock):
    held = (an_id(1), "bbbkeep-hold", "case-7")
    apply_sheet(listed, a_sheet(listed, held))
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "!remove"), name="lift.csv"))
    turn(clock, days=3)
    sweep(listed)
    again = a_sheet(listed, held)
    plan = metadata.plan_sheet(listed, again, Selection(), now=clock.now())

    apply_sheet(listed, again)

    assert due(listed) == {an_id(2), an_id(3)}
    assert [(outcome, because) for _, outcome, because in plan.left] == [("skipped", metadata.sheets.AGAIN)]
    assert not again.exists()


def test_a_hold_lifted_by_hand_holds_for_a_day_where_nothing_runs_at_night(listed, clock):
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "case-7")))
    apply_sheet(listed, a_sheet(listed, (an_id(1), "bbbkeep-hold", "!remove"), name="lift.csv"))
    turn(clock, hours=23)
    sweep(listed)

    assert due(listed) == {an_id(2), an_id(3)}


def test_a_row_remembers_what_was_there_when_it_was_first_planned(listed):
    sheet = a_sheet(listed, (an_id(1), "category", "seminar"), (an_id(2), "course", "B"))
    digest = metadata.sheets.read(listed, sheet).digest
    apply_sheet(listed, sheet)

    with listed.ledger.read() as conn:
        rows = sheets.rows(conn, listed.key, digest)

    assert {line: (row.before, row.before_known) for line, row in rows.items()} == {
        2: ("lecture", True),
        3: (None, True),
    }
