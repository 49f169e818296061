"""The server, the clock, and both sides of the client, for every test of the wire."""

from collections.abc import Iterator

import pytest
from api.scripted import SECRET, JumpingClock, ScriptedServer

from bbbkeep.api import calling
from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader
from bbbkeep.api.writing import Writer


@pytest.fixture(autouse=True)
def strangers() -> None:
    """Let no test know a server from another test that had its port."""
    calling._taken.clear()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    script = ScriptedServer()
    yield script
    script.close()


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def address(server: ScriptedServer) -> ServerAddress:
    return ServerAddress("here", server.url, SECRET, checksum="sha256", connect_timeout=20, read_timeout=20)


@pytest.fixture
def reader(address: ServerAddress, clock: JumpingClock) -> Iterator[Reader]:
    with Reader(address, clock=clock, random=lambda: 0.5) as made:
        yield made


@pytest.fixture
def writer(address: ServerAddress, clock: JumpingClock) -> Iterator[Writer]:
    with Writer(address, clock=clock) as made:
        yield made
