"""What is not shown is gone only where the server shows what should be there."""

from collections.abc import Callable

from plans.bench import ALL, FIRST, SECOND, THIRD, Bench, outcomes
from plans.meddler import SHOWS_NOTHING, SWALLOWED, WRITES

from bbbkeep.plans.looks import witnesses


def _swallowed(bench: Bench, then: str | None) -> Callable[[str, str], str | None]:
    """Accept a write without doing it, and answer later looks in the way of *then*."""

    def meddle(call: str, _: str) -> str | None:
        if call in WRITES:
            return SWALLOWED
        return then if call == "getRecordings" and bench.proxy.writes else None

    return meddle


def test_a_server_that_suddenly_shows_nothing_has_not_deleted_anything(swept: Bench):
    item = swept.item("delete")
    swept.proxy.meddle = _swallowed(swept, SHOWS_NOTHING)
    [found] = swept.apply([item])

    assert swept.truth().state == "published"
    assert found.outcome == "unverified"


def test_nor_is_a_deletion_unneeded_because_nothing_is_shown_before_it(swept: Bench):
    """A disk that is not mounted looks like this."""
    item = swept.item("delete")
    swept.proxy.meddle = lambda call, _: SHOWS_NOTHING if call == "getRecordings" else None
    [found] = swept.apply([item])

    assert found.outcome == "failed"
    assert "which should be there" in found.because
    assert swept.proxy.writes == []


def test_what_is_missed_once_and_shown_again_beside_a_witness_is_there(swept: Bench):
    """BigBlueButton rewrites metadata.xml in place: a look at that moment misses the recording."""
    looks: list[str] = []

    def meddle(call: str, ids: str) -> str | None:
        if call in WRITES:
            return SWALLOWED
        looks.append(ids)
        return SHOWS_NOTHING if call == "getRecordings" and ids == FIRST and swept.proxy.writes else None

    item = swept.item("delete")
    swept.proxy.meddle = meddle
    [found] = swept.apply([item])

    assert found.outcome == "unverified"


def test_a_witness_that_somebody_deletes_meanwhile_is_replaced(swept: Bench):
    items = [swept.item("delete", record_id) for record_id in (THIRD, ALL[3])]
    swept.server.state.delete_row(THIRD)
    swept.server.state.delete_row(FIRST)

    found = swept.apply(items)

    assert outcomes(found) == ["unchanged", "verified"]


def test_recordings_of_the_run_are_no_witnesses(swept: Bench):
    assert witnesses(swept.site, {FIRST, SECOND}) == [THIRD, ALL[3]]
