"""Somebody who listens."""

from collections.abc import Iterator

import pytest
from api.scripted import ScriptedServer
from notices.listening import takes


@pytest.fixture
def listener() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    takes(server)
    yield server
    server.close()
