"""The promises under every fault: what can't be done is said, and nothing else happens."""

from pathlib import Path

import pytest
from contract.pairs import all_cases, few_cases
from contract.suite import PROMISES
from contract.world import a_local_world

from bbbkeep.standin.dialects import DIALECTS
from bbbkeep.standin.faults import FAULTS

FEW = few_cases(list(DIALECTS))
LEFT = sorted(set(all_cases(DIALECTS)) - set(FEW))


def keeps(profile: str, fault: str, sentence: str, folder: Path) -> None:
    with a_local_world(folder, profile, [fault]) as world:
        assert PROMISES[sentence].check(world)


@pytest.mark.parametrize(("profile", "fault", "sentence"), FEW)
def test_a_promise_is_kept_under_a_fault(profile: str, fault: str, sentence: str, tmp_path: Path) -> None:
    keeps(profile, fault, sentence, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("profile", "fault", "sentence"), LEFT)
def test_every_promise_is_kept_under_every_fault(
    profile: str, fault: str, sentence: str, tmp_path: Path
) -> None:
    keeps(profile, fault, sentence, tmp_path)


def test_the_short_suite_holds_every_promise_and_every_fault_on_half_of_the_servers() -> None:
    for fault in FAULTS:
        assert len({profile for profile, met, _ in FEW if met == fault}) == len(DIALECTS) / 2, fault
    for profile in DIALECTS:
        assert len({fault for met, fault, _ in FEW if met == profile}) >= len(FAULTS) // 2, profile
    assert {sentence for _, _, sentence in FEW} == set(PROMISES)
    assert len({(fault, sentence) for _, fault, sentence in FEW}) > 2 * len(FAULTS)


CUT_AT = 1000
READING = [one.sentence for one in PROMISES.values() if not one.writes]


@pytest.mark.parametrize(
    "fault", ["", "reset", "truncated-xml", pytest.param("shifted-pages", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("sentence", READING[:2])
def test_a_promise_is_kept_where_one_slice_is_more_than_an_answer_holds(
    fault: str, sentence: str, tmp_path: Path
) -> None:
    with a_local_world(tmp_path, "bbblb", [fault] if fault else [], crowd=CUT_AT + 1) as world:
        assert PROMISES[sentence].check(world)


@pytest.mark.parametrize("sentence", READING[:2])
def test_a_client_that_takes_a_server_for_another_kind_breaks_a_promise(
    sentence: str, tmp_path: Path
) -> None:
    mistaken = a_local_world(tmp_path, "bbblb", taken_for="scalelite", crowd=CUT_AT + 1)

    with mistaken as world, pytest.raises(AssertionError):
        PROMISES[sentence].check(world)
