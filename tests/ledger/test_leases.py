"""At most one run writes to a server, also where two processes ask at the same moment."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from ledger.builders import HOUR, NOW, OTHER, SERVER
from sqlalchemy import Connection

from bbbkeep.errors import LeaseHeldError
from bbbkeep.ledger import events, leases
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def take(conn: Connection, owner: str = "nightly", *, at: datetime = NOW, server: str = SERVER) -> str:
    return leases.take(conn, server, owner, now=at, ttl=HOUR)


def test_a_lease_that_is_held_is_refused_with_owner_and_end(conn: Connection) -> None:
    take(conn, "nightly on host-1")

    with pytest.raises(LeaseHeldError) as caught:
        take(conn, "by hand")

    assert str(caught.value) == (
        f"{SERVER}: nightly on host-1 is writing to it, at most until 2026-03-01T03:00:00+00:00; run again later"
    )


def test_the_same_owner_is_refused_too(conn: Connection) -> None:
    take(conn, "nightly")

    with pytest.raises(LeaseHeldError):
        take(conn, "nightly")


def test_each_server_has_a_lease_of_its_own(conn: Connection) -> None:
    take(conn)

    assert take(conn, server=OTHER)


def test_a_lease_holds_until_its_last_moment(conn: Connection) -> None:
    token = take(conn)

    leases.check(conn, SERVER, token, now=NOW + HOUR - HOUR / 3600)
    with pytest.raises(LeaseHeldError, match="ran out"):
        leases.check(conn, SERVER, token, now=NOW + HOUR)


def test_a_lease_that_ran_out_is_taken_over_and_lost_to_its_owner(conn: Connection) -> None:
    lost = take(conn, "crashed")
    token = take(conn, "next", at=NOW + HOUR)

    leases.check(conn, SERVER, token, now=NOW + HOUR)
    for attempt in (leases.check, lambda *args, now: leases.renew(*args, now=now, ttl=HOUR)):
        with pytest.raises(LeaseHeldError, match="next is writing"):
            attempt(conn, SERVER, lost, now=NOW + HOUR)


def test_a_renewed_lease_holds_longer(conn: Connection) -> None:
    token = take(conn)

    leases.renew(conn, SERVER, token, now=NOW + HOUR / 2, ttl=HOUR)

    leases.check(conn, SERVER, token, now=NOW + HOUR)


def test_a_lease_that_ran_out_is_kept_by_renewing_it_while_nobody_took_it_over(conn: Connection) -> None:
    token = take(conn)

    leases.renew(conn, SERVER, token, now=NOW + 2 * HOUR, ttl=HOUR)

    leases.check(conn, SERVER, token, now=NOW + 2 * HOUR)


def test_a_released_lease_is_free_and_no_longer_ours(conn: Connection) -> None:
    token = take(conn)

    leases.release(conn, SERVER, token)

    with pytest.raises(LeaseHeldError):
        leases.check(conn, SERVER, token, now=NOW)
    assert take(conn, "next") != token


def test_a_lost_lease_can_not_be_released_under_the_next_owner(conn: Connection) -> None:
    lost = take(conn)
    token = take(conn, at=NOW + HOUR)

    leases.release(conn, SERVER, lost)

    leases.check(conn, SERVER, token, now=NOW + HOUR)


def test_one_of_many_threads_gets_the_lease(ledger: Ledger) -> None:
    def try_to_take(number: int) -> bool:
        try:
            with ledger.write() as conn:
                take(conn, f"thread {number}")
        except LeaseHeldError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_to_take, range(8))) == 1


PROGRAM = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from bbbkeep.errors import LeaseHeldError
from bbbkeep.ledger import events, leases
from bbbkeep.ledger.store import Ledger

where, now = sys.argv[1], datetime(2026, 3, 1, tzinfo=UTC)
with Ledger.open(where if "://" in where else Path(where)) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        with ledger.write() as conn:
            events.append(conn, "S", "noted", {"number": number}, now)
    try:
        with ledger.write() as conn:
            leases.take(conn, "S", "process", now=now, ttl=timedelta(hours=1))
        print("taken", flush=True)
    except LeaseHeldError:
        print("held", flush=True)
"""


def test_one_of_two_processes_gets_the_lease_and_their_events_form_one_chain(where: Path | str) -> None:
    Ledger.open(where).close()
    command = [sys.executable, "-c", PROGRAM, str(where)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as two:  # noqa: S603 -- our own program
        for process in (one, two):
            assert process.stdout.readline() == "ready\n"
        for process in (one, two):
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = sorted(process.communicate()[0] for process in (one, two))

    assert answers == ["held\n", "taken\n"]
    with Ledger.open(where) as ledger, ledger.read() as conn:
        assert events.head(conn, "S")[0] == 40
        assert events.verify(conn, "S") is None
