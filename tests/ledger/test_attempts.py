"""Writes that were sent in vain are counted by nights, and only those."""

from collections.abc import Iterator

import pytest
from ledger.builders import NOW, OTHER, SERVER
from sqlalchemy import Connection

from bbbkeep.ledger import intents, runs
from bbbkeep.ledger.attempts import InVain, in_vain
from bbbkeep.ledger.intents import Intent
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import ItemOutcome, Outcome

COMMAND = "retention apply"


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def a_night(
    conn: Connection,
    run_id: str,
    outcome: Outcome,
    *,
    sent: bool = True,
    action: str = "delete",
    server: str = SERVER,
    command: str = COMMAND,
    rule: str = "old",
) -> None:
    runs.start(conn, run_id, server, command, None, NOW)
    if sent:
        intents.intend(conn, server, [Intent(run_id, 1, "r1", action, rule, "digest", 1)], NOW)
    runs.record(
        conn, server, ItemOutcome("r1", action, outcome, f"because {run_id}", run_id, 1, NOW, {"rule": rule})
    )


def test_each_run_that_sent_in_vain_is_a_night(conn: Connection) -> None:
    a_night(conn, "a", "unverified")
    a_night(conn, "b", "failed")

    assert in_vain(conn, SERVER, COMMAND) == {("r1", "delete", "old"): InVain(2, "failed", "because b")}


@pytest.mark.parametrize("well", ["verified", "unchanged"])
def test_success_begins_the_count_anew(conn: Connection, well: Outcome) -> None:
    a_night(conn, "a", "unverified")
    a_night(conn, "b", well)
    assert in_vain(conn, SERVER, COMMAND) == {}

    a_night(conn, "c", "unverified")
    assert in_vain(conn, SERVER, COMMAND)["r1", "delete", "old"].nights == 1


@pytest.mark.parametrize("nothing", ["skipped", "refused"])
def test_a_night_that_sent_nothing_counts_neither_way(conn: Connection, nothing: Outcome) -> None:
    a_night(conn, "a", "unverified")
    a_night(conn, "b", nothing, sent=False)
    a_night(conn, "c", "failed", sent=False)

    assert in_vain(conn, SERVER, COMMAND)["r1", "delete", "old"].nights == 1


def test_other_servers_commands_actions_and_rules_are_counted_apart(conn: Connection) -> None:
    a_night(conn, "a", "unverified", server=OTHER)
    a_night(conn, "b", "unverified", command="metadata apply", action="set_metadata")
    a_night(conn, "c", "unverified", action="unpublish")
    a_night(conn, "d", "unverified", rule="new")
    a_night(conn, "e", "verified")

    assert list(in_vain(conn, SERVER, COMMAND)) == [("r1", "unpublish", "old"), ("r1", "delete", "new")]
