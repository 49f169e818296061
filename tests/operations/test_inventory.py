"""What a sweep promises: the ledger shows the server's truth, or says why it can't."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from operations.keeping import SECRET, a_recording, a_site, an_id, sweep, turn

from bbbkeep.api.probing import NOBODY
from bbbkeep.api.slices import Slice
from bbbkeep.errors import BbbAuthError, BbbUnavailableError
from bbbkeep.ledger import inventory
from bbbkeep.operations.inventory import begin_sweep, end_sweep, selected, sweep_slice
from bbbkeep.selection import Selection
from bbbkeep.standin.server import LocalServer


def known(site):
    return {row.recording.record_id: row for row in selected(site, Selection())}


def listings(server):
    found = [asked for _, call, asked in server.requests if call == "getRecordings"]
    return [asked for asked in found if asked.get("recordID") != NOBODY]


@pytest.fixture
def by_slices(monkeypatch):
    """Let a small server be listed like a large one."""
    monkeypatch.setattr("bbbkeep.api.concluding.FEW", -1)


def moment(ms):
    return datetime.fromtimestamp(ms / 1000, UTC)


def test_the_ledger_equals_the_server_id_for_id(clock, tmp_path):
    with LocalServer(recordings=300, seed=5, secret=SECRET, clock=clock) as server:
        with a_site(server, clock, tmp_path) as site:
            sealed = sweep(site)
            seen = known(site)

        assert (sealed.status, sealed.because, sealed.count) == ("complete", "", 300)
        assert sorted(seen) == server.state.record_ids()


def test_the_ledger_equals_the_server_field_for_field(clock, tmp_path):
    with LocalServer(recordings=120, seed=6, secret=SECRET, clock=clock) as server:
        with a_site(server, clock, tmp_path) as site:
            sweep(site)
            seen = known(site)

        for record_id, row in seen.items():
            truth, found = server.state.recording(record_id), row.recording
            assert found.state == truth.state
            assert found.published == (truth.state == "published")
            assert found.meeting_id == (truth.meeting_id if truth.knows_meeting else None)
            assert " ".join(found.name.split()) == " ".join(truth.name.split())
            assert found.start == (moment(truth.start_ms) if truth.start_ms else None)
            assert found.end == (moment(truth.end_ms) if truth.end_ms else None)
            assert found.participants == (truth.participants or None)
            assert found.raw_size_bytes == truth.raw_size
            assert sorted(one.type for one in found.formats) == sorted(one.type for one in truth.formats)
            assert found.metadata.keys() >= {key for key in truth.metadata if key != "isBreakout"}
            assert found.metadata.get("category") == truth.metadata.get("category")


def test_a_second_sweep_keeps_first_seen_and_turns_last_seen(server, site, clock):
    server.state.add(a_recording())
    sweep(site)
    began = clock.now()
    turn(clock, days=1)

    sweep(site)

    row = known(site)[an_id()]
    assert row.first_seen <= began < row.last_seen


def test_what_a_later_sweep_does_not_see_has_vanished_and_returns_with_its_first_seen(server, site, clock):
    server.state.add(a_recording(1), a_recording(2))
    sweep(site)
    first_seen = known(site)[an_id(1)].first_seen
    server.state.delete_row(an_id(1))
    turn(clock, days=1)
    sweep(site)

    with site.ledger.read() as conn:
        gone = [row.recording.record_id for row in inventory.vanished(conn, site.key)]
    server.state.add(a_recording(1))
    turn(clock, days=1)
    sweep(site)

    assert gone == [an_id(1)]
    assert known(site)[an_id(1)].first_seen == first_seen


def test_a_sweep_that_broke_off_asks_only_for_what_is_left(server, site, clock, by_slices):
    server.state.add(*(a_recording(number << 156) for number in range(16)))
    begun = begin_sweep(site, now=clock.now())
    for one in begun.left[:12]:
        sweep_slice(site, begun.sweep_id, one)
    asked_before = len(listings(server))

    sealed = sweep(site)

    assert (sealed.status, sealed.sweep_id, sealed.count) == ("complete", begun.sweep_id, 16)
    slices = [asked["recordID"] for asked in listings(server)[asked_before:] if "recordID" in asked]
    assert slices == [",".join(one.prefixes) for one in Slice.first()[12:]]


def test_a_sweep_that_broke_off_before_its_seal_asks_for_no_slice_again(server, site, clock, by_slices):
    server.state.add(a_recording())
    begun = begin_sweep(site, now=clock.now())
    for one in begun.left:
        sweep_slice(site, begun.sweep_id, one)
    asked_before = len(listings(server))

    sealed = sweep(site)

    assert sealed.status == "complete"
    assert all("limit" in asked for asked in listings(server)[asked_before:])


def test_a_sweep_that_broke_off_long_ago_starts_over(server, site, clock, by_slices):
    server.state.add(a_recording())
    begun = begin_sweep(site, now=clock.now())
    sweep_slice(site, begun.sweep_id, begun.left[0])
    turn(clock, hours=7)

    again = begin_sweep(site, now=clock.now())

    assert again.sweep_id != begun.sweep_id
    assert len(again.left) == len(Slice.first())


def test_of_two_runs_that_share_a_sweep_the_first_seals_it(server, site, clock):
    server.state.add(a_recording())
    mine, other = begin_sweep(site, now=clock.now()), begin_sweep(site, now=clock.now())
    results = [found for one in mine.left for found in sweep_slice(site, mine.sweep_id, one)]
    first = end_sweep(site, mine, results)

    second = end_sweep(site, other, results)

    assert second == first


def test_an_empty_server_is_listed_whole_and_complete(server, site):
    assert sweep(site).status == "complete"


@pytest.mark.parametrize(
    ("fault", "because"),
    [
        pytest.param("no-recordings", "", id="no-recordings"),
        pytest.param("control-character", "", id="control-character"),
    ],
)
def test_an_odd_server_that_shows_everything_by_prefix_is_complete(server, site, fault, because):
    server.state.add(*(a_recording(number << 156) for number in range(1, 5)))
    server.set_faults(fault)

    sealed = sweep(site)

    assert (sealed.status, sealed.because, sealed.count) == ("complete", because, 4)


def test_an_empty_listing_without_recordings_element_proves_nothing(server, site):
    server.set_faults("no-recordings")

    sealed = sweep(site)

    assert sealed.status == "incomplete"
    assert sealed.because


def test_a_server_that_restarts_is_waited_for(server, site):
    server.state.add(a_recording())
    server.set_faults("http-502")

    assert sweep(site).status == "complete"


@pytest.mark.parametrize("fault", ["truncated-xml", "reset", "rate-limit"])
def test_answers_that_break_off_now_and_then_end_in_the_truth_or_in_a_reason(server, site, fault):
    server.state.add(*(a_recording(number << 156) for number in range(16)))
    server.set_faults(fault)

    sealed = sweep(site)

    assert sealed.status == "complete" or sealed.because
    if sealed.status == "complete":
        assert sorted(known(site)) == server.state.record_ids()


def test_an_incomplete_sweep_makes_nothing_vanish(server, site, clock):
    server.state.add(a_recording(1), a_recording(2))
    sweep(site)
    server.state.delete_row(an_id(1))
    turn(clock, days=1)
    begun = begin_sweep(site, now=clock.now())

    sealed = end_sweep(site, begun, [])

    assert (sealed.status, "was not asked" in sealed.because) == ("incomplete", True)
    assert set(known(site)) == {an_id(1), an_id(2)}


@pytest.mark.parametrize("fault", ["html"])
def test_a_url_that_answers_pages_is_given_up_after_a_handful_of_requests(server, site, fault):
    server.set_faults(fault)

    with pytest.raises(BbbUnavailableError):
        sweep(site)

    assert len(server.requests) <= 8


def test_a_server_that_is_gone_is_given_up_soon(clock, tmp_path):
    with LocalServer(secret=SECRET, clock=clock) as server:
        pass

    with a_site(server, clock, tmp_path) as site, pytest.raises(BbbUnavailableError):
        sweep(site)
    assert sum(clock.sleeps) < 120


def test_a_server_that_goes_away_in_the_middle_ends_the_sweep_within_bounds(server, site, clock):
    server.state.add(a_recording())
    begun = begin_sweep(site, now=clock.now())
    server.set_faults("html")
    before = len(server.requests)

    with pytest.raises(BbbUnavailableError):
        sweep_slice(site, begun.sweep_id, begun.left[0])

    assert len(server.requests) - before <= 20


def test_a_wrong_secret_is_told_as_such_before_anything_is_listed(server, site):
    stranger = replace(site, server=replace(site.server, secret="wrong"))

    with pytest.raises(BbbAuthError, match="BBB_SECRET") as told:
        sweep(stranger)

    assert "wrong" not in str(told.value)
    assert len(server.requests) <= 4


@pytest.mark.parametrize("profile", ["bbb22", "bbb26", "bbb30", "scalelite", "bbblb", "recapi"])
def test_every_kind_of_server_is_listed_id_for_id(clock, tmp_path, by_slices, profile):
    with LocalServer(recordings=1200, seed=8, secret=SECRET, clock=clock, profile=profile) as server:
        with a_site(server, clock, tmp_path, profile=profile, checksum=None) as site:
            sealed = sweep(site)
            seen = known(site)

        assert (sealed.status, sealed.because, sealed.count) == ("complete", "", 1200)
        assert sorted(seen) == server.state.record_ids()


@pytest.mark.parametrize("number", range(0, 18, 3))
def test_a_sweep_interrupted_anywhere_ends_as_one_that_was_not(
    server, site, clock, by_slices, number, monkeypatch
):
    server.state.add(*(a_recording(place << 152) for place in range(0, 256, 5)))
    upsert, calls = inventory.upsert, []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == number + 1:
            raise KeyboardInterrupt
        upsert(*arguments)

    monkeypatch.setattr(inventory, "upsert", interrupted)
    if number < 16:
        with pytest.raises(KeyboardInterrupt):
            sweep(site)
    threads = [one for one in threading.enumerate() if "bbbkeep-behind" in one.name]
    turn(clock, hours=1)

    sealed = sweep(site)

    assert threads == []
    assert (sealed.status, sealed.because, sealed.count) == ("complete", "", 52)
    assert sorted(known(site)) == server.state.record_ids()


def test_what_was_deleted_before_its_slice_was_listed_anew_does_not_count_as_seen(
    server, site, clock, by_slices
):
    server.state.add(*(a_recording(number << 156) for number in range(16)))
    begun = begin_sweep(site, now=clock.now())
    sweep_slice(site, begun.sweep_id, begun.left[0])
    turn(clock, hours=5)
    sweep_slice(site, begun.sweep_id, begun.left[1])
    server.state.delete_row(an_id(0))
    turn(clock, hours=2)

    sealed = sweep(site)

    assert (sealed.sweep_id, sealed.count) == (begun.sweep_id, 15)
    asked = [asked.get("recordID") for asked in listings(server)]
    assert (asked.count("0"), asked.count("1")) == (2, 1)
