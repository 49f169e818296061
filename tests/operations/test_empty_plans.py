"""An empty plan: a night with nothing to do still says what it saw, and whether that can be."""

import pytest
from operations.keeping import DELETE_AFTER_A_YEAR, a_recording, approved, plan_retention, sweep, with_policy

from bbbkeep.errors import GuardError
from bbbkeep.ledger import baselines, inventory
from bbbkeep.operations.empty_plans import take_note


@pytest.fixture
def site(site, server):
    server.state.add(*(a_recording(number) for number in range(1, 21)))
    policed = with_policy(site, DELETE_AFTER_A_YEAR)
    sweep(policed)
    return policed


def emptied(server):
    for record_id in server.state.record_ids(["published", "unpublished"]):
        server.state.delete_row(record_id)


def vanished(site):
    with site.ledger.read() as conn:
        return [row.record_id for row in inventory.vanished(conn, site.key)]


def baseline(site):
    with site.ledger.read() as conn:
        return baselines.current(conn, site.key)


def test_it_becomes_what_the_server_is_compared_with_once_its_policy_is_approved(site):
    ref, plan = plan_retention(site)
    take_note(site, ref)
    assert baseline(site) is None

    approved(site)
    later, plan = plan_retention(site)
    take_note(site, later)

    assert plan.items == ()
    assert baseline(site).plan_id == plan.plan_id
    assert baseline(site).values["standing"] == 20


def test_a_server_that_suddenly_shows_nothing_stops_the_night_and_makes_nothing_vanish(site, server, clock):
    emptied(server)
    clock.advance(24 * 3600)
    sweep(site)
    ref, plan = plan_retention(site)

    with pytest.raises(GuardError, match="jump in percent: 100"):
        take_note(site, ref)
    assert (plan.complete, vanished(site)) == (True, [])


def test_another_server_behind_the_same_url_stops_the_night(site, server, clock):
    emptied(server)
    server.state.add(*(a_recording(number) for number in range(101, 121)))
    clock.advance(24 * 3600)
    sweep(site)
    ref, _ = plan_retention(site)

    with pytest.raises(GuardError, match=r"known recordings in percent: 0\.0"):
        take_note(site, ref)
    assert vanished(site) == []
