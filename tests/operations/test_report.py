"""What the reports and documents promise: the server's figures, and nothing that opens a door."""

import csv
import json
from collections import deque
from dataclasses import replace

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    SECRET,
    a_caption_file,
    a_recording,
    a_sheet,
    a_site,
    an_id,
    apply_retention,
    apply_sheet,
    approved,
    plan_retention,
    sweep,
    turn,
    upload_captions,
    with_policy,
)

from bbbkeep.errors import UsageError
from bbbkeep.ledger import inventory
from bbbkeep.model import PlaybackFormat
from bbbkeep.operations import outlook
from bbbkeep.operations.inventory import begin_sweep, end_sweep, sweep_slice
from bbbkeep.operations.inventory_document import document
from bbbkeep.operations.report import gather, lookout, write_reports
from bbbkeep.selection import Selection
from bbbkeep.standin.server import LocalServer


def facts(site, since=None):
    now = site.clock.now()
    ahead = lookout(site, now=now)
    with site.ledger.read() as conn:
        deque(ahead.past(inventory.rows(conn, site.key, tracks=True)), maxlen=0)
    return gather(site, ahead.found(), now=now, since=since or now, waiting=())


EVERYTHING = Selection()


def parsed(site, sealed, selection=EVERYTHING):
    return json.loads("".join(document(site, sealed, selection)))


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row["record_id"]: row for row in csv.DictReader(file)}


def test_the_reports_figures_equal_the_servers_truth(clock, tmp_path):
    with LocalServer(recordings=200, seed=9, secret=SECRET, clock=clock) as server:
        with a_site(server, clock, tmp_path, DELETE_AFTER_A_YEAR) as site:
            sweep(site)
            written = write_reports(site, now=clock.now(), since=clock.now())
            found = facts(site)
        truth = {record_id: server.state.recording(record_id) for record_id in server.state.record_ids()}

    table = rows_of(written.table)
    assert written.recordings == len(truth) == len(table)
    assert {record_id: row["state"] for record_id, row in table.items()} == {
        record_id: one.state for record_id, one in truth.items()
    }
    undated = sum(one.start_ms == 0 for one in truth.values())
    assert found.anomalies.get("start is missing", (0, ()))[0] == undated
    assert found.holds == sum("bbbkeep-hold" in one.metadata for one in truth.values())
    assert found.sweep.complete
    assert written.page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_tonights_deeds_are_named_with_their_outcome(server, site):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    sweep(site)
    began = site.clock.now()
    apply_retention(site, approved(site))
    apply_sheet(site, a_sheet(site, (an_id(2), "lang", "de")))

    found = facts(site, since=began)

    assert {(one.name, one.action, one.outcome, one.rule) for one in found.deeds} == {
        ("Algebra 1", "delete", "verified", "old"),
        ("Algebra 2", "set_metadata", "verified", ""),
    }
    assert [guard.name for guard in found.guards][:2] == ["complete sweep", "delete count"]


def test_last_nights_deeds_and_guards_are_not_tonights(server, site, clock):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    sweep(site)
    apply_retention(site, approved(site))
    turn(clock, days=1)

    assert (facts(site).deeds, facts(site).guards) == ([], [])


def test_what_is_due_is_listed_with_its_rule_and_day(server, site):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    server.state.add(a_recording(1, days_old=400), a_recording(2, days_old=350), a_recording(3, days_old=100))
    sweep(site)

    due = facts(site).due

    assert [(one.record_id, one.rule, one.action) for one in due] == [
        (an_id(1, 400), "old", "delete"),
        (an_id(2, 350), "old", "delete"),
    ]
    assert due[0].due < site.clock.now() < due[1].due


def test_each_kind_of_anomaly_is_counted_with_a_few_examples(server, site):
    count = outlook.EXAMPLES + 3
    server.state.add(*(a_recording(number, start_ms=0, end_ms=0) for number in range(1, count + 1)))
    sweep(site)

    found = facts(site).anomalies

    assert {kind: number for kind, (number, _) in found.items()} == {
        "start is missing": count,
        "end is missing": count,
    }
    assert all(len(examples) == outlook.EXAMPLES for _, examples in found.values())


def test_languages_vanished_and_the_incomplete_sweep_are_on_the_page(server, site, clock):
    server.state.add(a_recording(1), a_recording(2))
    sweep(site)
    a_caption_file(site, an_id(1))
    upload_captions(site)
    server.state.delete_row(an_id(2))
    turn(clock, days=1)
    sweep(site)
    turn(clock, days=1)
    end_sweep(site, begin_sweep(site, now=clock.now()), [])

    found = facts(site)

    assert found.totals.coverage.langs == {"de": 1}
    assert [one.record_id for one in found.vanished] == [an_id(2)]
    assert (found.sweep.complete, "was not asked" in found.sweep.because) == (False, True)


def test_before_any_sweep_the_report_says_so(site):
    written = write_reports(site, now=site.clock.now(), since=site.clock.now())

    assert facts(site).sweep.because == "there was no sweep yet"
    assert written.recordings == 0


def test_a_reports_folder_that_takes_no_file_is_told_not_a_crash(site):
    site.server.reports_dir.write_text("in the way", encoding="utf-8")

    with pytest.raises(UsageError, match="reports_dir"):
        write_reports(site, now=site.clock.now(), since=site.clock.now())


def test_a_plan_file_that_was_removed_does_not_keep_the_report_from_being_written(server, site):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    began = site.clock.now()
    ref, _ = plan_retention(site)
    (site.plans_dir / f"{ref.plan_id}.json").unlink()

    assert facts(site, since=began).guards == []


def test_no_file_that_is_kept_holds_a_secret_or_a_signed_address(clock, tmp_path):
    with LocalServer(recordings=60, seed=3, secret=SECRET, clock=clock) as server:
        server.state.add(a_recording(1, days_old=400), a_recording(2))
        with a_site(server, clock, tmp_path, DELETE_AFTER_A_YEAR.replace("365d", "399d")) as site:
            sweep(site)
            began = clock.now()
            apply_sheet(site, a_sheet(site, (an_id(2), "lang", "de")))
            a_caption_file(site, an_id(2))
            upload_captions(site)
            server.set_faults("dead-captions")
            a_caption_file(site, f"{an_id(2)}.en.srt")
            upload_captions(site)
            server.set_faults("answer-lost")
            apply_sheet(site, a_sheet(site, (an_id(2), "category", "b"), name="b.csv"))
            server.set_faults()
            plan_retention(site)
            write_reports(site, now=clock.now(), since=began)

        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        contents = {path: path.read_bytes() for path in kept}

    assert {path.name for path in kept} >= {"report.html", "inventory.csv", "ledger.sqlite3"}
    assert any(path.suffix == ".vtt" for path in kept)
    assert any(path.parent.name == "campus" for path in kept)
    for sign in (SECRET.encode(), b"checksum=", b"/textTrack/", b"meeting_ended"):
        assert [path.name for path, content in contents.items() if sign in content] == []


def test_the_inventory_document_is_the_one_that_scripts_know(server, site, clock):
    server.state.add(a_recording(1, days_old=10), a_recording(2, start_ms=0, end_ms=0, participants=0))
    sealed = sweep(site)

    found = parsed(site, sealed)

    first, second = found.pop("recordings")
    assert found == {
        "server": "campus",
        "profile": "bbb30",
        "complete": True,
        "incomplete_because": None,
        "count": 2,
    }
    [playback] = first.pop("formats")
    assert first == {
        "record_id": an_id(1),
        "meeting_id": "course-1",
        "name": "Algebra 1",
        "state": "published",
        "published": True,
        "start": "2026-02-22T12:00:00.000Z",
        "end": "2026-02-22T13:00:00.000Z",
        "date_status": "ok",
        "participants": 12,
        "protected": first["protected"],
        "metadata": first["metadata"],
    }
    assert first["metadata"]["category"] == "lecture"
    assert playback.keys() == {"type", "url", "length_minutes", "size_bytes"}
    assert (playback["type"], playback["length_minutes"], playback["size_bytes"]) == (
        "presentation",
        50,
        104_857_600,
    )
    assert playback["url"].startswith("http")
    assert (second["start"], second["end"], second["participants"]) == (None, None, None)
    assert second["date_status"] == "missing"


def test_a_protected_recording_shows_no_address(server, site, clock):
    server.state.add(a_recording(1))
    sealed = sweep(site)
    with site.ledger.write() as conn:
        known = inventory.get(conn, site.key, an_id(1)).recording
        playback = PlaybackFormat("presentation", "https://bbb.example.org/playback/x")
        guarded = replace(known, protected=True, formats=(playback,))
        inventory.refresh(conn, site.key, guarded, clock.now())

    [recording] = parsed(site, sealed)["recordings"]

    assert (recording["protected"], recording["formats"][0]["url"]) == (True, None)


def test_an_incomplete_sweeps_document_lists_only_what_it_saw(server, site, clock, monkeypatch):
    monkeypatch.setattr("bbbkeep.api.concluding.FEW", -1)  # slice by slice, like a large server
    server.state.add(a_recording(1), a_recording(15 << 156))
    sweep(site)
    turn(clock, days=1)
    begun = begin_sweep(site, now=clock.now())
    results = sweep_slice(site, begun.sweep_id, begun.left[0])
    sealed = end_sweep(site, begun, results)

    found = parsed(site, sealed)

    assert (found["complete"], found["count"]) == (False, 1)
    assert "was not asked" in found["incomplete_because"]
    assert [one["record_id"] for one in found["recordings"]] == [an_id(1)]


def test_the_inventory_document_holds_what_was_asked_for(server, site):
    server.state.add(a_recording(1), a_recording(2, state="deleted"), a_recording(3, metadata={"lang": "de"}))
    sealed = sweep(site)

    def ids(selection):
        return [one["record_id"] for one in parsed(site, sealed, selection)["recordings"]]

    assert ids(Selection()) == [an_id(1), an_id(2), an_id(3)]
    assert ids(Selection(states=("deleted",))) == [an_id(2)]
    assert ids(Selection(meta={"lang": "de"})) == [an_id(3)]


def test_the_table_holds_what_was_asked_for_and_the_page_everything(server, site, clock):
    server.state.add(a_recording(1), a_recording(2, state="unpublished"))
    sweep(site)
    now = clock.now()

    written = write_reports(site, now=now, since=now, selection=Selection(states=("unpublished",)))

    assert list(rows_of(written.table)) == [an_id(2)]
    assert written.recordings == 1


def test_both_reports_are_made_of_one_reading_of_the_inventory(server, site, clock, monkeypatch):
    server.state.add(*(a_recording(number) for number in range(1, 6)))
    sweep(site)
    read = []
    whole = inventory.rows
    monkeypatch.setattr(
        inventory, "rows", lambda *args, **asked: (read.append(row) or row for row in whole(*args, **asked))
    )

    written = write_reports(site, now=clock.now(), since=clock.now())

    assert len(read) == len(rows_of(written.table)) == 5
    assert ">5</" in written.page.read_text(encoding="utf-8")


def test_a_table_that_finds_no_room_leaves_the_page_whole(server, site, clock):
    server.state.add(*(a_recording(number) for number in range(1, 6)))
    sweep(site)
    before = write_reports(site, now=clock.now(), since=clock.now())
    page = before.page.read_text(encoding="utf-8")
    before.page.unlink()
    before.table.unlink()
    before.table.mkdir()

    with pytest.raises(UsageError, match=r"inventory\.csv"):
        write_reports(site, now=clock.now(), since=clock.now())

    assert before.page.read_text(encoding="utf-8") == page


def test_a_document_of_nothing_is_a_document(server, site):
    assert parsed(site, sweep(site))["recordings"] == []


def test_the_report_says_why_each_recording_went(server, clock, tmp_path):
    others = [a_recording(number, days_old=10) for number in range(2, 40)]
    server.state.add(a_recording(1, days_old=500), *others)
    with a_site(server, clock, tmp_path, DELETE_AFTER_A_YEAR) as site:
        began = clock.now()
        sweep(site)
        apply_retention(site, approved(site))

        [deed] = facts(site, began).deeds

    assert (deed.record_id, deed.action, deed.outcome) == (an_id(1, 500), "delete", "verified")
    assert "days ago" in deed.because
    assert deed.because.endswith("read back")


def test_each_rule_says_what_it_takes_by_when_and_what_stands_against_it(server, site):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    server.state.add(
        a_recording(1, days_old=400),
        a_recording(2, days_old=400, metadata={"bbbkeep-hold": ""}),
        a_recording(3, days_old=340),
        a_recording(4, start_ms=0, end_ms=0),
    )
    sweep(site)

    [rule] = facts(site).rules

    assert (rule.rule, rule.action) == ("old", "delete")
    assert [one.count for one in rule.within] == [1, 1, 2, 2]
    assert (rule.held, rule.waiting, rule.doubtful, rule.unknown) == (1, 0, 1, {"end": 1})


def test_of_many_that_are_due_only_a_few_are_named_and_all_are_counted(server, site, monkeypatch):
    monkeypatch.setattr(outlook, "DUE_NAMED", 2)
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    server.state.add(*(a_recording(number, days_old=400) for number in range(1, 6)))
    sweep(site)

    found = facts(site)

    assert (len(found.due), found.rules[0].within[0].count) == (2, 5)
