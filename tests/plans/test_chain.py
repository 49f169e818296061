"""What a run leaves behind: an intent before each write, an outcome after it, and nobody's data."""

import json
import re

import pytest
from plans.bench import ALL, FIRST, SECOND, SECRET, Bench, a_recording, outcomes, setting
from plans.meddler import LOST_BEFORE, WRITES

from bbbkeep.ledger import before_images, runs
from bbbkeep.plans.approving import approve

NEW = "sentinel-new-value"


def test_every_intent_is_durable_before_its_write(bench: Bench):
    intents: list[int] = []

    def meddle(call: str, _: str) -> None:
        if call in WRITES:
            intents.append(len(bench.chain("intent")))

    items = bench.retagging(*ALL)
    bench.proxy.meddle = meddle
    bench.apply(items)

    assert intents == [1, 2, 3, 4]


def test_every_intent_has_its_answer_and_its_outcome(bench: Bench):
    bench.proxy.on_write({2: LOST_BEFORE, 3: "internalError"})

    bench.apply(bench.retagging(*ALL))

    intents, answers = (
        [event.body["number"] for event in bench.chain(kind)] for kind in ("intent", "answer")
    )
    assert answers == intents == [1, 2, 3, 4, 2]
    assert sorted(event.body["number"] for event in bench.chain("outcome")) == [1, 2, 3, 4]
    assert bench.chain_holds()


def test_the_ledgers_outcomes_and_the_chains_are_the_same(bench: Bench):
    bench.proxy.on_write({1: LOST_BEFORE, 3: "internalError"})
    found = bench.apply(bench.retagging(*ALL))

    told = {event.body["number"]: event.body["outcome"] for event in bench.chain("outcome")}

    assert [told[one.number] for one in found] == outcomes(found)


def test_what_a_broken_run_sent_gets_its_outcome_in_the_chain_too(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: bench.lock_ledger() if bench.proxy.writes else None
    with pytest.raises(Exception, match="locked"):
        bench.work(run)
    bench.unlock_ledger()

    bench.finish(run)

    assert [event.body["outcome"] for event in bench.chain("outcome")] == ["unverified"]
    with bench.site.ledger.read() as conn:
        assert FIRST in runs.troubled_since(conn, bench.site.key, bench.clock.now())
    assert bench.chain_holds()


def everything_a_chain_says(bench: Bench) -> str:
    return json.dumps([event.body for event in bench.chain()], ensure_ascii=False)


def test_no_event_holds_a_name_or_a_value(swept: Bench):
    swept.server.state.add(a_recording(FIRST, name="sentinel-name"))
    plan, _ = swept.plan([swept.item("delete", SECOND)], "retention", policy_digest="policy-1")
    approve(swept.site, plan, reason="sentinel-reason", now=swept.clock.now())
    items = [
        swept.item("set_metadata", FIRST, setting(NEW, "sentinel-old-value", "presenter")),
        swept.item("delete", SECOND, {"name": "sentinel-name"}),
    ]
    swept.apply(items)

    assert "sentinel" not in everything_a_chain_says(swept)


def test_no_event_holds_a_digest_that_metadata_alone_gives(bench: Bench):
    """Two equal edits leave nothing equal, so no list of guesses can be tried against the chain."""
    bench.apply(bench.retagging(FIRST, SECOND))

    one, two = (
        {value for value in event.body.values() if re.fullmatch("[0-9a-f]{16,}", str(value))}
        for event in bench.chain("intent")
    )
    assert one
    assert not one & two


def test_an_answer_that_is_no_message_key_stays_out_of_the_chain(bench: Bench):
    bench.proxy.on_write({1: "sentinel Jane Doe"})

    bench.apply(bench.retagging(FIRST))

    assert [event.body["answer"] for event in bench.chain("answer")] == ["refused"]


def test_before_images_hold_what_was_overwritten(bench: Bench):
    bench.apply([bench.item("set_metadata", FIRST, setting(NEW, "sentinel-old-value", "presenter"))])

    [intent] = bench.chain("intent")
    with bench.site.ledger.read() as conn:
        image = before_images.get(conn, intent.body["before"])
    assert image == {"metadata": {"presenter": "sentinel-old-value"}, "archive": None}


def test_a_second_send_keeps_what_was_there_before_it(bench: Bench):
    bench.proxy.on_write({1: LOST_BEFORE})
    bench.apply(bench.retagging(FIRST))

    with bench.site.ledger.read() as conn:
        images = [before_images.get(conn, intent.body["before"]) for intent in bench.chain("intent")]

    assert images == [{"metadata": {"category": "lecture", "seat": None}, "archive": None}] * 2


def test_nothing_that_is_kept_holds_the_secret_or_a_signature(swept: Bench):
    swept.proxy.on_write({2: LOST_BEFORE, 3: "internalError"})
    found = swept.apply([*swept.retagging(*ALL), swept.item("delete", FIRST)])

    kept = [path.read_bytes() for path in swept.site.settings.state_dir.rglob("*") if path.is_file()]
    everything = b"".join([*kept, repr(found).encode(), repr(swept.site).encode()])
    assert len(kept) > 1
    assert SECRET.encode() not in everything
    assert not re.search(rb"checksum=[0-9a-f]{40}", everything)
