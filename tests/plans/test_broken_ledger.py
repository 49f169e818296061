"""A ledger that breaks under a run: no write goes out that the ledger does not hold, and nothing hangs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from plans.bench import ALL, Bench, outcomes, setting
from plans.meddler import WRITES
from sqlalchemy import event

from bbbkeep.errors import LedgerError
from bbbkeep.plans.run import exit_code


def file_of(bench: Bench) -> Path:
    return bench.site.settings.state_dir / "ledger.sqlite3"


def fill_up(bench: Bench) -> None:
    """Let the disk have no room for another page."""

    def no_more_pages(connection: object) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(bench.site.ledger._engine, "begin", no_more_pages)


def make_read_only(bench: Bench) -> None:
    def query_only(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # type: ignore[attr-defined]

    event.listen(bench.site.ledger._engine, "begin", query_only)


def flip_bytes(bench: Bench) -> None:
    """Overwrite the middle of the file, and of what is not in it yet."""
    bench.site.ledger.close()
    for path in file_of(bench).parent.glob("ledger.sqlite3*"):
        if not path.name.endswith("-shm"):
            content = bytearray(path.read_bytes())
            for at in range(100, len(content)):
                content[at] ^= 0xA5
            path.write_bytes(content)


def cut_off(bench: Bench) -> None:
    bench.site.ledger.close()
    os.truncate(file_of(bench), file_of(bench).stat().st_size // 3)


def lock(bench: Bench) -> None:
    bench.lock_ledger()


BREAKAGES = [
    pytest.param(fill_up, "free some space", id="full"),
    pytest.param(make_read_only, "it is read-only: let this user write", id="read-only"),
    pytest.param(flip_bytes, "restore it from a backup", id="bytes flipped"),
    pytest.param(cut_off, "restore it from a backup", id="cut off"),
    pytest.param(lock, "wait for it, or end it", id="locked"),
]


@pytest.mark.parametrize(("broken", "remedy"), BREAKAGES)
@pytest.mark.parametrize("writes_before", [0, 1, 3])
def test_a_broken_ledger_stops_the_run_with_its_remedy_and_no_further_write(
    bench: Bench, broken: Callable[[Bench], None], remedy: str, writes_before: int
):
    for record_id in ALL:  # each before-image needs pages of its own, so a full disk shows at once
        bench.server.state.set_metadata(record_id, {"seat": "s" * 20_000})
    _, path = bench.plan(
        [bench.item("set_metadata", one, setting(f"seminar {one[0]}", "s" * 20_000, "seat")) for one in ALL]
    )
    run = bench.begin(path)
    intents: list[int] = []
    done: list[bool] = []

    def meddle(call: str, _: str) -> None:
        if call in WRITES:
            intents.append(len(bench.chain("intent")))
        if len(bench.proxy.writes) >= writes_before and not done:
            done.append(True)
            broken(bench)

    bench.proxy.meddle = meddle
    with pytest.raises(LedgerError, match=remedy) as caught:
        bench.work(run)

    assert caught.value.exit_code == 2
    assert str(file_of(bench)) in str(caught.value)
    assert intents == list(range(1, len(bench.proxy.writes) + 1))
    assert len(bench.proxy.writes) == writes_before


def test_once_there_is_room_again_the_run_ends_with_the_truth(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: bench.lock_ledger() if len(bench.proxy.writes) == 2 else None
    with pytest.raises(LedgerError):
        bench.work(run)
    bench.unlock_ledger()
    bench.proxy.meddle = lambda *_: None

    bench.work(run)
    found = bench.finish(run)

    assert outcomes(found) == ["verified"] * 4
    assert exit_code(found) == 0
    assert len(bench.proxy.writes) == 4
    assert bench.chain_holds()
