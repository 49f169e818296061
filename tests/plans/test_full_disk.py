"""A disk that is full in the middle of a run: no request without a durable intent, and all goes on with room again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from plans import suffering
from plans.processes import COMMANDS, TARGETS, Site, a_site, prepare

from bbbkeep.ledger import events

pytestmark = pytest.mark.long

PROGRAM = (str(Path(suffering.__file__)), "full")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def intended(site: Site) -> list[str]:
    """The recordings of the intents in the chain."""
    with site.ledger() as ledger, ledger.read() as conn:
        [server] = events.servers(conn)
        return [str(one.body["record_id"]) for one in events.events(conn, server) if one.kind == "intent"]


@pytest.mark.parametrize(
    ("function", "sent"),
    [
        pytest.param("_intend", 1, id="before an intent is written"),
        pytest.param("_request", 2, id="before a request whose intent is durable"),
    ],
)
def test_what_the_ledger_can_not_hold_is_not_sent(site: Site, function: str, sent: int):
    prepare(site, "metadata")

    code, told = site.run(*COMMANDS["metadata"], program=(*PROGRAM, function, "2"))

    assert code == 2, told
    assert len(site.written()) == sent
    assert intended(site) == site.written()
    assert site.run("runs", "resume", "--yes")[0] == 0
    assert site.run(*COMMANDS["metadata"])[0] == 0
    assert all(one.metadata["category"] == "seminar" for one in site.truth()[: len(TARGETS)])
    assert site.chain_holds()
