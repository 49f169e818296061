"""A ledger that dies with its process: at a chosen write, before or after it is durable, and for good."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from plans.bench import WIDE, Bench
from sqlalchemy import Connection, update

from bbbkeep.ledger.schema import leases
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.finish import finish
from bbbkeep.plans.resume import resumable, resume
from bbbkeep.site import Site


class KilledError(BaseException):
    """Stands for SIGKILL: the process does nothing any more."""


class MortalLedger:
    """Passes everything on until the write of this number; then it is dead.

    Between two writes of the ledger lies at most one request to the server,
    so dying before and after each write is dying at every step.
    """

    def __init__(self, ledger: Ledger, dies_at: int, *, durable: bool) -> None:
        self.ledger, self.dies_at, self.durable, self.writes = ledger, dies_at, durable, 0

    def read(self) -> Any:
        if self.writes >= self.dies_at:
            raise KilledError
        return self.ledger.read()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.writes += 1
        if self.writes > self.dies_at or (self.writes == self.dies_at and not self.durable):
            raise KilledError
        with self.ledger.write() as conn:
            yield conn
        if self.writes == self.dies_at:
            raise KilledError


def mortal(bench: Bench, dies_at: int, *, durable: bool) -> Site:
    """The bench's site as a process sees it that is killed at that write."""
    return replace(bench.site, ledger=MortalLedger(bench.site.ledger, dies_at, durable=durable))  # type: ignore[arg-type]


def bury(bench: Bench) -> None:
    """Let the lease's process be provably gone: its number belongs to a later one by now."""
    with bench.site.ledger.write() as conn:
        conn.execute(update(leases).values(started="1"))


def resumed(bench: Bench) -> list[ItemOutcome]:
    """Go on with the run that broke off."""
    run_id = resumable(bench.site)[-1].run_id
    run, _ = resume(bench.site, run_id, now=bench.clock.now(), limits=WIDE)
    bench.work(run)
    return bench.finish(run)


def carried_out(site: Site, bench: Bench, path: Any) -> list[ItemOutcome]:
    """Begin, apply and finish as one process."""
    real, bench.site = bench.site, site
    try:
        run = bench.begin(path)
        bench.work(run)
        return finish(site, run, now=bench.clock.now())
    finally:
        bench.site = real
