"""A heartbeat is one request, and its failure is words without the address."""

import pytest
from api.scripted import Reply, ScriptedServer

from bbbkeep.errors import ConfigError
from bbbkeep.notices.heartbeat import ping
from bbbkeep.settings_values import Secret


def url(server: ScriptedServer) -> Secret:
    return Secret(f"http://127.0.0.1:{server.port}/ping/sentinel")


def test_a_heartbeat_is_one_get(listener):
    assert ping(url(listener)) == ""
    assert [(one.method, one.target) for one in listener.requests] == [("GET", "/ping/sentinel")]


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param(Reply(b"gone", status=404), "heartbeat_url answered with HTTP 404", id="unknown"),
        pytest.param(
            Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}),
            "heartbeat_url answered with HTTP 302",
            id="a redirect",
        ),
        pytest.param(
            Reply(hang_up=True),
            "heartbeat_url did not answer within 10 s; check the address and the network",
            id="no answer",
        ),
    ],
)
def test_what_is_no_success_is_said(listener, reply, problem):
    listener.says(reply)

    assert ping(url(listener)) == problem
    assert len(listener.requests) == 1


@pytest.mark.parametrize("address", ["nonsense", "file:///etc/passwd", "http://[::1"])
def test_an_address_that_can_not_be_fetched_is_said_without_it(address):
    assert ping(Secret(address)).startswith("heartbeat_url did not answer")


def test_a_missing_secret_names_its_place():
    assert ping(Secret(missing=ConfigError("bbbkeep.yaml", "not set", line=3))) == "bbbkeep.yaml:3: not set"
