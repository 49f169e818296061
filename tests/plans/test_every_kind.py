"""On every kind of server, for every k of n and with several ids in a request: outcomes are its true state."""

from pathlib import Path

import pytest
from plans.bench import ALL, Bench, a_bench, outcomes, setting
from plans.meddler import LOST_AFTER, LOST_BEFORE, SWALLOWED

from bbbkeep.plans.document import PlanItem
from bbbkeep.standin.recording import SeedTrack

SOME = ALL[:3]
"""All but one: guards leave a server its last recording."""

KINDS = ["bbb22", "bbb26", "bbb30", "scalelite", "bbblb"]
WEBVTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nGood morning.\n"
FATES = [LOST_BEFORE, LOST_AFTER, SWALLOWED, "internalError"]


def planned(bench: Bench, action: str) -> list[PlanItem]:
    if action == "set_metadata":
        return bench.retagging(*SOME)
    if action == "set_metadata together":
        return bench.retagging_together(*SOME)
    if action == "remove_metadata":
        return [bench.item(action, one, setting(None, "sentinel-old-value", "presenter")) for one in SOME]
    if action == "remove_text_track":
        return [bench.item(action, one, {"kind": "captions", "lang": "en"}) for one in SOME]
    return [bench.item(action, one) for one in SOME]


def prepared(bench: Bench, action: str) -> None:
    for one in SOME:
        if action == "publish":
            bench.server.state.set_state(one, "unpublished")
        if action == "remove_text_track":
            bench.server.state.put_track(one, SeedTrack("captions", "en", "English", "upload", WEBVTT))


def done(bench: Bench, action: str) -> list[bool]:
    shown = [bench.server.state.recording(one) for one in SOME]
    if action.startswith("set_metadata"):
        return [one is not None and one.metadata.get("category") == "seminar" for one in shown]
    if action == "remove_metadata":
        return [one is not None and "presenter" not in one.metadata for one in shown]
    if action == "remove_text_track":
        return [not bench.server.state.text_tracks(one) for one in SOME]
    if action == "publish":
        return [one is not None and one.state == "published" for one in shown]
    return [one is None or one.state != "published" for one in shown]


def told(bench: Bench, items: list[PlanItem]) -> list[bool]:
    return [outcome in {"verified", "unchanged"} for outcome in outcomes(bench.apply(items))]


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "action",
    ["set_metadata", "set_metadata together", "remove_metadata", "publish", "unpublish", "delete"],
)
def test_whatever_happens_to_the_kth_write_the_outcomes_are_the_truth(kind: str, action: str, tmp_path: Path):
    for number, (fate, k) in enumerate((fate, k) for fate in FATES for k in (1, 2, 3)):
        with a_bench(tmp_path / str(number), profile=kind) as bench:
            assert_the_truth_is_told(bench, action, fate, k)


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_whatever_happens_to_a_removal_the_outcomes_are_the_truth(bench: Bench, fate: str, k: int):
    assert_the_truth_is_told(bench, "remove_text_track", fate, k)


def assert_the_truth_is_told(bench: Bench, action: str, fate: str, k: int) -> None:
    prepared(bench, action)
    bench.sweep()
    bench.proxy.seen.clear()
    items = planned(bench, action)
    bench.proxy.on_write({k: fate})

    claimed = told(bench, items)

    assert claimed == done(bench, action), (fate, k)
    assert bench.chain_holds()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "action", ["set_metadata together", "remove_metadata", "publish", "unpublish", "delete"]
)
def test_a_server_that_does_half_of_a_request_and_says_success_is_found_out(
    kind: str, action: str, tmp_path: Path
):
    with a_bench(tmp_path, profile=kind, faults=["half-write"]) as bench:
        prepared(bench, action)
        bench.sweep()

        claimed = told(bench, planned(bench, action))

        assert claimed == done(bench, action)
        assert bench.chain_holds()
