"""A signal ends what runs, but never in the middle of what is written to the ledger."""

import signal
from pathlib import Path

import pytest
from ledger.builders import NOW, SERVER

from bbbkeep.interrupts import ending_what_runs
from bbbkeep.ledger import servers
from bbbkeep.ledger.store import Ledger

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_interrupts_at_once(number: signal.Signals) -> None:
    with ending_what_runs(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def remember(ledger: Ledger, interrupted_by: signal.Signals) -> None:
    with ledger.write() as conn:
        signal.raise_signal(interrupted_by)
        servers.remember(conn, SERVER, "main", "bbb30", NOW)


def fail(ledger: Ledger) -> None:
    with ledger.write():
        signal.raise_signal(signal.SIGTERM)
        raise ValueError


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_waits_until_the_ledger_has_what_is_being_written(
    tmp_path: Path, number: signal.Signals
) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3", lock_wait=0.1) as ledger:
        with ending_what_runs(), pytest.raises(KeyboardInterrupt):
            remember(ledger, number)

        with ledger.write() as conn:
            assert [one.name for one in servers.listing(conn)] == ["main"]


def test_what_a_signal_would_have_ended_does_not_end_what_runs_next(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        with ending_what_runs(), pytest.raises(ValueError):
            fail(ledger)

        with ending_what_runs(), ledger.write() as conn:
            servers.remember(conn, SERVER, "main", "bbb30", NOW)


def test_who_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ending_what_runs():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
