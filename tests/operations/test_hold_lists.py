"""A list of holds counts as a hold on the server does, and its absence stops everything."""

import pytest
from operations.keeping import DELETE_AFTER_A_YEAR, a_recording, an_id, plan_retention, sweep, with_policy

from bbbkeep.errors import HoldListError
from bbbkeep.ledger import inventory
from bbbkeep.operations.retention import hold_check
from bbbkeep.retention.load import load_policy

OLD = 400
LISTED = DELETE_AFTER_A_YEAR + "hold: {files: [holds.csv]}\n"
NOBODY = "f" * 40 + "-1700000000000"


@pytest.fixture
def holds_csv(tmp_path):
    path = tmp_path / "holds.csv"
    path.write_text(f"record_id,until,reason\n{an_id(1, OLD)},,case 7\n{NOBODY},,gone long ago\n")
    return path


@pytest.fixture
def site(site, server, holds_csv):
    server.state.add(a_recording(1, days_old=OLD), a_recording(2, days_old=OLD))
    sweep(site)
    return with_policy(site, LISTED)


def test_what_a_list_holds_is_not_planned_and_ids_that_match_nothing_are_named(site):
    _, plan = plan_retention(site)

    assert [item.record_id for item in plan.items] == [an_id(2, OLD)]
    assert [one["record_id"] for one in plan.anomalies if "a list holds it" in one["anomaly"]] == [NOBODY]


def test_what_a_list_holds_by_the_time_of_the_write_is_not_written(site, clock):
    with site.ledger.read() as conn:
        row = inventory.get(conn, site.key, an_id(1, OLD))

    held = hold_check(site, load_policy(site.server.policy), now=clock.now())

    assert held(row.recording) == "on hold, as listed: without end case 7"


def test_without_its_list_nothing_is_planned(site, holds_csv):
    holds_csv.unlink()

    with pytest.raises(HoldListError, match=r"holds\.csv: can't be read"):
        plan_retention(site)
