"""A run that was killed is ended by the next one: what it sent is neither lost nor sent on top."""

from datetime import timedelta

import pytest
from plans.bench import ALL, FIRST, Bench, outcomes

from bbbkeep.errors import GuardError, LeaseHeldError
from bbbkeep.ledger import inventory, runs
from bbbkeep.plans.guards import Limits
from bbbkeep.plans.run import LEASE_FOR


class KilledError(BaseException):
    """Stands for SIGKILL: nothing is recorded any more."""


def killed_while(bench: Bench, action: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a run that was killed before it read back its two writes."""

    def kill(*_: object) -> None:
        raise KilledError

    _, path = bench.plan([bench.item(action, record_id) for record_id in ALL[:2]])
    run = bench.begin(path)
    with monkeypatch.context() as patch:
        patch.setattr("bbbkeep.plans.apply.read_back", kill)
        patch.setattr("bbbkeep.plans.apply._admit", kill)
        with pytest.raises(KilledError):
            bench.work(run)
    return run.run_id


@pytest.fixture
def killed(swept: Bench, monkeypatch: pytest.MonkeyPatch) -> str:
    return killed_while(swept, "delete", monkeypatch)


def ended(bench: Bench, run_id: str) -> tuple[list[str], int | None]:
    with bench.site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        assert run is not None
        return outcomes(runs.outcomes(conn, run_id)), run.exit_code


def test_while_its_lease_lasts_it_may_be_at_work(swept: Bench, killed: str):
    _, path = swept.plan(swept.retagging(ALL[3]))

    with pytest.raises(LeaseHeldError):
        swept.begin(path)

    assert ended(swept, killed) == ([], None)


def test_what_it_sent_is_read_back_before_anything_else_is_written(swept: Bench, killed: str):
    swept.clock.advance((LEASE_FOR + timedelta(seconds=1)).total_seconds())
    _, path = swept.plan(swept.retagging(ALL[3]))

    run = swept.begin(path)

    assert run.remarks == (f"{killed} had been killed; what it may have written was read back first",)
    assert ended(swept, killed) == (["verified", "verified"], 3)
    assert swept.chain_holds()


def test_what_it_unpublished_has_its_grace_from_when_that_was_read_back(
    swept: Bench, monkeypatch: pytest.MonkeyPatch
):
    killed = killed_while(swept, "unpublish", monkeypatch)
    swept.clock.advance((LEASE_FOR + timedelta(seconds=1)).total_seconds())

    swept.begin(swept.plan(swept.retagging(ALL[3]))[1])
    read_back_at = swept.clock.now()
    swept.clock.advance(3600)
    swept.sweep()

    assert ended(swept, killed) == (["verified", "verified"], 3)
    with swept.site.ledger.read() as conn:
        known = inventory.many(conn, swept.site.key, ALL)
    assert [known[one].unpublished_at for one in ALL] == [read_back_at, read_back_at, None, None]


def test_what_it_may_have_deleted_counts_for_the_guards_of_the_next(swept: Bench, killed: str):
    swept.clock.advance((LEASE_FOR + timedelta(seconds=1)).total_seconds())
    swept.sweep()
    _, path = swept.plan([swept.item("delete", ALL[2])])

    with pytest.raises(GuardError):
        swept.begin(path, limits={"delete": Limits(2, 100)})

    assert swept.truth(FIRST).state == "deleted"
    assert swept.truth(ALL[2]).state == "published"
