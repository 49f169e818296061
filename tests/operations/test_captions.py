"""What captions promise: a file becomes a track once, or says clearly why it did not."""

from dataclasses import replace

import pytest
from operations.keeping import (
    SRT,
    ClosingDown,
    a_caption_file,
    a_recording,
    an_id,
    by_id,
    killed,
    plan_captions,
    send_captions,
    sent,
    sweep,
    turn,
    upload_captions,
    with_captions,
    with_policy,
)
from plans.crashing import KilledError, MortalLedger

from bbbkeep.errors import BbbUnavailableError, CaptionWorkerError, UsageError
from bbbkeep.ledger import holds, uploads
from bbbkeep.ledger.attempts import NIGHTS
from bbbkeep.operations import captions
from bbbkeep.operations.settle import look_again
from bbbkeep.operations.spool import empty_spool
from bbbkeep.plans.finish import finish
from bbbkeep.standin.recording import SeedTrack

OTHER_SRT = SRT.replace("Guten Tag", "Guten Abend")


def downloads(server):
    return [asked for _, call, asked in server.requests if call == "textTrack"]


def tracks(server, number=1):
    return [(one.kind, one.lang, one.source) for one in server.state.text_tracks(an_id(number))]


def pending(site):
    return [record_id for record_id, status in statuses(site).items() if status == "pending"]


def statuses(site):
    with site.ledger.read() as conn:
        return {one.record_id: one.status for one in uploads.listing(conn, site.key)}


@pytest.fixture
def listed(server, site):
    """Three published recordings, and a sweep that saw them."""
    server.state.add(*(a_recording(number) for number in (1, 2, 3)))
    sweep(site)
    return site


def test_a_file_is_on_its_recording_once_its_cues_were_read_back(listed, server):
    a_caption_file(listed, an_id(1))

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, outcome.because) == ("verified", "listed and read back, cue by cue")
    assert tracks(server) == [("captions", "de", "upload")]
    assert "Guten Tag" in server.state.text_tracks(an_id(1))[0].webvtt
    assert sent(server)[0]["lang"] == "de"
    assert sent(server)[0]["label"] == "Deutsch"


def test_the_nights_after_send_and_download_nothing(listed, server, clock):
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    upload_captions(listed)
    asked_before = len(server.requests)

    for _ in range(2):
        turn(clock, days=1)
        assert upload_captions(listed) == []

    assert len(server.requests) == asked_before


def test_two_languages_are_two_tracks(listed, server):
    a_caption_file(listed, f"{an_id(1)}.de.srt")
    a_caption_file(listed, f"{an_id(1)}.pt-BR.srt")

    outcomes = upload_captions(listed)

    assert [one.outcome for one in outcomes] == ["verified", "verified"]
    assert {lang for _, lang, _ in tracks(server)} == {"de", "pt-BR"}


def test_each_file_that_can_not_become_a_track_says_why_and_stops_no_other(listed, server):
    server.state.add(a_recording(4, state="deleted"), a_recording(5, state="processing"))
    sweep(listed)
    folder = a_caption_file(listed, an_id(1)).parent
    a_caption_file(listed, an_id(4))
    a_caption_file(listed, an_id(5))
    a_caption_file(listed, an_id(9))
    a_caption_file(listed, "lecture.de.srt")
    a_caption_file(listed, f"{an_id(2)}.srt")
    a_caption_file(listed, f"{an_id(3)}.en.srt")
    a_caption_file(listed, f"{an_id(3)}.eng.srt")
    (folder / f"{an_id(2)}.fr.srt").write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\n\x81\x8d\x00\x9d\x01\n")
    a_caption_file(listed, f"{an_id(2)}.it.srt", "there is no cue in here\n")

    plan = plan_captions(listed)
    outcomes = upload_captions(listed)

    left = {what: (outcome, because) for what, outcome, because in plan.left}
    assert [one.outcome for one in outcomes] == ["verified"]
    assert left.pop(f"{an_id(4)}.de.srt") == ("refused", "the recording is deleted")
    assert left.pop(f"{an_id(5)}.de.srt") == (
        "skipped",
        "the recording is still processing; the file waits for it",
    )
    assert left.pop(f"{an_id(9)}.de.srt") == (
        "skipped",
        "no sweep has seen this recording; the file waits for it",
    )
    assert "full record ID" in left.pop("lecture.de.srt")[1]
    assert "names no language" in left.pop(f"{an_id(2)}.srt")[1]
    for twin in (f"{an_id(3)}.en.srt", f"{an_id(3)}.eng.srt"):
        assert "two files for the captions track in en" in left.pop(twin)[1]
    assert left.pop(f"{an_id(2)}.fr.srt")[0] == "refused"
    assert left.pop(f"{an_id(2)}.it.srt")[0] == "refused"
    assert left == {}


def test_a_file_waits_for_its_recording_and_goes_up_the_night_it_is_there(listed, server):
    a_caption_file(listed, an_id(9))
    assert upload_captions(listed) == []
    server.state.add(a_recording(9))
    sweep(listed)

    [outcome] = upload_captions(listed)

    assert outcome.outcome == "verified"


def test_a_track_of_somebody_else_is_never_replaced_also_not_the_next_night(listed, server, clock):
    server.state.put_track(an_id(1), SeedTrack(lang="de", label="Deutsch", source="live"))
    a_caption_file(listed, an_id(1))

    for _ in range(3):
        [outcome] = upload_captions(listed)
        turn(clock, days=1)
        assert (outcome.outcome, "not ours (source live)" in outcome.because) == ("refused", True)

    assert sent(server) == []


def test_an_upload_to_an_unpublished_recording_is_refused(listed, server):
    server.state.set_state(an_id(1), "unpublished")
    a_caption_file(listed, an_id(1))

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, "unpublished" in outcome.because) == ("refused", True)
    assert sent(server) == []


def test_a_dead_caption_worker_leaves_one_clear_reason_at_the_deadline(listed, server, clock):
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(1))
    began = clock.now()

    [outcome] = upload_captions(listed)

    assert outcome.outcome == "unverified"
    assert outcome.because == "accepted, but not listed 30 minutes later; the next night looks again"
    assert 30 * 60 <= (clock.now() - began).total_seconds() < 35 * 60


def test_a_dead_worker_is_found_out_with_few_requests_and_uploads(listed, server):
    server.state.add(*(a_recording(number) for number in range(10, 60)))
    sweep(listed)
    server.set_faults("dead-captions")
    for number in range(10, 60):
        a_caption_file(listed, an_id(number))
    plan = plan_captions(listed)
    asked_before = len(server.requests)

    run = captions.begin_captions(listed, plan, now=listed.clock.now())
    with pytest.raises(CaptionWorkerError, match="10 text tracks were accepted and none of them appeared"):
        captions.send_chunk(listed, run, list(range(1, 51)), now=listed.clock.now())
    outcomes = finish(listed, run, now=listed.clock.now())

    assert [one.outcome for one in outcomes] == ["unverified"] * 10 + ["skipped"] * 40
    assert len(sent(server)) == 10
    assert len(server.requests) - asked_before < 300


def test_a_dead_worker_is_told_apart_from_a_few_bad_files(listed, server):
    server.set_faults("dead-captions")
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))

    outcomes = send_captions(listed, plan_captions(listed))

    assert [one.because[:24] for one in outcomes] == ["accepted, but not listed"] * 3


def test_no_more_are_unsettled_at_a_time_than_configured(server, site):
    site = with_captions(site, unsettled=4)
    server.state.add(*(a_recording(number) for number in range(1, 13)))
    sweep(site)
    for number in range(1, 13):
        a_caption_file(site, an_id(number))
    most = []
    site.clock.on_sleep = lambda _: most.append(len(pending(site)))

    outcomes = send_captions(site, plan_captions(site))

    assert [one.outcome for one in outcomes] == ["verified"] * 12
    assert max(most) == 4


def test_what_appears_after_the_deadline_is_found_the_next_night_without_sending_it_again(
    listed, server, clock
):
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    server.set_faults()
    turn(clock, days=1)

    outcomes = upload_captions(listed)

    assert outcomes == []
    assert statuses(listed) == {an_id(1): "verified"}
    assert len(sent(server)) == 1


def test_what_is_pending_is_not_sent_twice(listed, server):
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(1))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=listed.clock.now())
    captions.send_chunk(listed, run, [1], now=listed.clock.now())

    again = plan_captions(listed)

    told = (f"{an_id(1)}.de.srt", "skipped", "sent already; the server does not show it yet")
    assert (again.items, again.left) == (0, (told,))


def test_a_file_that_the_server_refuses_in_silence_is_unverified(listed, server):
    server.set_faults("rejecting-captions")
    a_caption_file(listed, an_id(1))

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, "not listed" in outcome.because) == ("unverified", True)


def test_files_refused_in_silence_do_not_hide_those_after_them(server, site):
    numbers = range(1, 21)
    server.state.add(*(a_recording(number) for number in numbers))
    sweep(site)
    for number in numbers:
        a_caption_file(site, an_id(number))
    site = with_captions(site, unsettled=50)
    plan = plan_captions(site)
    run = captions.begin_captions(site, plan, now=site.clock.now())
    captions.send_chunk(site, run, list(numbers), now=site.clock.now())
    server.state.run("DELETE FROM inbox WHERE number <= 12")

    outcomes = captions.finish_captions(site, run, now=site.clock.now())

    assert [one.outcome for one in outcomes] == ["unverified"] * 12 + ["verified"] * 8


def test_a_server_that_goes_away_is_not_waited_for_until_the_deadline(listed, server, clock):
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=clock.now())
    captions.send_chunk(listed, run, [1, 2, 3], now=clock.now())
    server.set_faults("html")
    began, asked_before = clock.now(), len(server.requests)

    outcomes = captions.finish_captions(listed, run, now=clock.now())

    assert [one.outcome for one in outcomes] == ["unverified"] * 3
    assert outcomes[0].because.startswith("accepted, but could not be looked at: getRecordingTextTracks")
    assert len(server.requests) - asked_before <= 40
    assert 60 < (clock.now() - began).total_seconds() < 600


def test_a_server_that_restarts_meanwhile_costs_nothing(listed, server, clock):
    a_caption_file(listed, an_id(1))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=clock.now())
    captions.send_chunk(listed, run, [1], now=clock.now())
    server.set_faults("http-502")

    [outcome] = captions.finish_captions(listed, run, now=clock.now())

    assert outcome.outcome == "verified"


def test_an_upload_whose_answer_was_lost_is_never_called_accepted(listed, server):
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    server.set_faults("request-lost")

    outcomes = upload_captions(listed)

    lost = [one.because for one in outcomes if one.outcome == "unverified"]
    assert lost
    assert set(lost) == {"sent, but its answer was lost, and it is not listed; the next night looks again"}


def test_an_upload_that_a_limiter_turned_away_failed_at_once_and_goes_up_the_next_night(
    listed, server, clock
):
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    server.set_faults("rate-limit")
    turned_away = [one for one in upload_captions(listed) if one.outcome != "verified"]
    server.set_faults()
    turn(clock, days=1)

    outcomes = upload_captions(listed)

    assert turned_away
    assert all(one.outcome == "failed" and "429" in one.because for one in turned_away)
    assert {one.record_id for one in outcomes} == {one.record_id for one in turned_away}
    assert set(statuses(listed).values()) == {"verified"}


def test_a_slow_server_is_waited_for_as_long_as_tracks_appear(listed, server, clock):
    server.set_faults("slow-captions")
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    began = clock.now()

    outcomes = upload_captions(listed)

    assert [one.outcome for one in outcomes] == ["verified"] * 3
    assert (clock.now() - began).total_seconds() >= 1800


def test_a_changed_file_replaces_our_track_and_waits_for_the_new_cues(listed, server):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    a_caption_file(listed, an_id(1), OTHER_SRT)

    [outcome] = upload_captions(listed)

    assert outcome.outcome == "verified"
    assert "Guten Abend" in server.state.text_tracks(an_id(1))[0].webvtt


def test_a_file_that_is_changed_back_goes_up_once_more(listed, server):
    for text in (SRT, OTHER_SRT, SRT):
        a_caption_file(listed, an_id(1), text)
        [outcome] = upload_captions(listed)
        assert outcome.outcome == "verified"

    assert upload_captions(listed) == []
    assert "Guten Tag" in server.state.text_tracks(an_id(1))[0].webvtt


def test_a_replacement_that_never_comes_says_that_the_earlier_track_is_still_there(listed, server):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(1), OTHER_SRT)

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, outcome.because.startswith("still the earlier track")) == ("unverified", True)


def test_a_recording_on_hold_keeps_its_track_but_takes_a_new_one(listed, server, clock):
    a_caption_file(listed, f"{an_id(1)}.de.srt")
    upload_captions(listed)
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": "case-7"})
    a_caption_file(listed, f"{an_id(1)}.de.srt", OTHER_SRT)
    a_caption_file(listed, f"{an_id(1)}.en.srt", OTHER_SRT)

    outcomes = upload_captions(listed)

    assert [(one.outcome, one.because[:7]) for one in outcomes] == [
        ("skipped", "on hold"),
        ("verified", "listed "),
    ]
    assert "Guten Tag" in server.state.text_tracks(an_id(1))[0].webvtt


def test_a_hold_that_only_the_ledger_knows_keeps_the_track(listed, server, clock):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    with listed.ledger.write() as conn:
        holds.asked(conn, listed.key, an_id(1), "case-7", clock.now())
    a_caption_file(listed, an_id(1), OTHER_SRT)

    [outcome] = upload_captions(listed)

    assert (outcome.outcome, outcome.because) == ("skipped", "on hold, as asked: case-7")


def test_what_was_held_goes_up_when_the_hold_is_gone(listed, server, clock):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": "case-7"})
    a_caption_file(listed, an_id(1), OTHER_SRT)
    for _ in range(NIGHTS + 1):
        upload_captions(listed)
        turn(clock, days=1)
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": None})

    [outcome] = upload_captions(listed)

    assert outcome.outcome == "verified"


def test_the_policy_may_name_another_hold_key(listed, server):
    site = with_policy(listed, "mode: report\nhold: {metadata: legal}\nrules: []\n")
    a_caption_file(site, an_id(1))
    upload_captions(site)
    server.state.set_metadata(an_id(1), {"legal": "yes"})
    a_caption_file(site, an_id(1), OTHER_SRT)

    [outcome] = upload_captions(site)

    assert outcome.because == "on hold: legal is yes"


def test_a_chunk_that_breaks_off_leaves_pending_only_what_went_out(listed, server, clock):
    for number in (1, 2, 3):
        a_caption_file(listed, an_id(number))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=clock.now())
    gone = replace(listed, clock=ClosingDown(clock, server, after=1))
    with pytest.raises(BbbUnavailableError):
        captions.send_chunk(gone, run, [1, 2, 3], now=clock.now())
    server.set_faults()

    assert len(sent(server)) == 1
    assert statuses(listed) == {an_id(1): "pending"}
    turn(clock, days=1)
    outcomes = upload_captions(listed)
    assert by_id(outcomes).keys() == {an_id(2), an_id(3)}
    assert set(statuses(listed).values()) == {"verified"}
    assert len(sent(server)) == 3


def test_what_a_killed_run_had_marked_but_never_sent_is_sent_after_the_deadline(listed, server, clock):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    with listed.ledger.write() as conn:
        [done] = uploads.listing(conn, listed.key)
        uploads.put(conn, replace(done, status="pending", record_id=an_id(2), sent_at=clock.now()))
    a_caption_file(listed, an_id(2))
    assert upload_captions(listed) == []
    turn(clock, days=1)

    [outcome] = upload_captions(listed)

    assert (outcome.record_id, outcome.outcome) == (an_id(2), "verified")


def test_what_a_killed_run_never_sent_goes_up_in_the_next_run_at_once(server, site, clock):
    server.state.add(*(a_recording(number) for number in range(1, 7)))
    sweep(site)
    for number in range(1, 7):
        a_caption_file(site, an_id(number))
    plan = plan_captions(site)
    with pytest.raises(KilledError):
        send_captions(replace(site, ledger=MortalLedger(site.ledger, 9, durable=False)), plan)
    assert 0 < len(sent(server)) < 6
    killed(site)

    upload_captions(site)

    assert set(statuses(site).values()) == {"verified"}
    assert len(sent(server)) == len({one["recordID"] for one in sent(server)}) == 6


def test_a_track_is_looked_for_on_fourteen_days_not_for_ever(listed, server, clock):
    server.set_faults("dead-captions")
    path = a_caption_file(listed, an_id(1))
    upload_captions(listed)
    path.unlink()
    turn(clock, days=15)
    asked_before = len(server.requests)

    look_again(listed)

    assert len(server.requests) == asked_before


def test_a_spool_that_takes_no_file_stops_the_step_and_blames_no_caption_file(listed):
    a_caption_file(listed, an_id(1))
    listed.spool_dir.rename(listed.spool_dir.with_name("aside"))
    listed.spool_dir.write_text("in the way", encoding="utf-8")

    with pytest.raises(UsageError, match="spool"):
        plan_captions(listed)


def test_the_spool_keeps_only_what_may_still_be_compared(listed, server, clock):
    a_caption_file(listed, an_id(1))
    upload_captions(listed)
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(2), OTHER_SRT)
    upload_captions(listed)
    with listed.ledger.read() as conn:
        wanted = {one.webvtt_digest for one in uploads.listing(conn, listed.key) if one.record_id == an_id(2)}
    turn(clock, days=3650)

    empty_spool(listed, older_than=clock.now())

    assert {path.stem for path in listed.spool_dir.glob("*.vtt")} == wanted


def test_a_bulk_that_breaks_off_goes_on_without_sending_anything_twice(server, site, clock):
    server.state.add(*(a_recording(number) for number in range(1, 41)))
    sweep(site)
    for number in range(1, 41):
        a_caption_file(site, an_id(number))
    plan = plan_captions(site)
    run = captions.begin_captions(site, plan, now=clock.now())
    gone = replace(site, clock=ClosingDown(clock, server, after=23))
    with pytest.raises(BbbUnavailableError):
        captions.send_chunk(gone, run, list(range(1, 41)), now=clock.now())
    server.set_faults()
    finish(site, run, now=clock.now())
    clock.advance(60)

    upload_captions(site)
    upload_captions(site)

    assert set(statuses(site).values()) == {"verified"}
    assert len(sent(server)) == len({one["recordID"] for one in sent(server)}) == 40
