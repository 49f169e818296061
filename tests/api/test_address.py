"""What the address of a server promises: one spelling, no secrets in sight."""

import pickle
from pathlib import Path

import pytest

from bbbkeep.api.address import ServerAddress, normalise_url
from bbbkeep.errors import UsageError

API = "https://bbb.example.org/bigbluebutton/api"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("https://bbb.example.org", id="host alone"),
        pytest.param("https://bbb.example.org/bigbluebutton/", id="as bbb-conf prints it"),
        pytest.param("https://bbb.example.org/bigbluebutton/api/", id="slash at the end"),
        pytest.param("HTTPS://BBB.Example.ORG:443/bigbluebutton/api", id="letter case and default port"),
        pytest.param("  https://bbb.example.org/bigbluebutton/api\n", id="whitespace around"),
    ],
)
def test_one_server_has_one_url(given: str) -> None:
    assert normalise_url(given) == API
    assert normalise_url(API) == API


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://127.0.0.1:8090/bigbluebutton", "http://127.0.0.1:8090/bigbluebutton/api"),
        ("http://[::1]:8090/bigbluebutton", "http://[::1]:8090/bigbluebutton/api"),
        ("https://x.example.org/lb/bigbluebutton/api", "https://x.example.org/lb/bigbluebutton/api"),
        ("https://bücher.example.org/", "https://xn--bcher-kva.example.org/bigbluebutton/api"),
    ],
)
def test_ports_prefixes_and_foreign_hosts_are_kept(given: str, url: str) -> None:
    assert normalise_url(given) == url


@pytest.mark.parametrize(
    "given",
    [
        "ftp://bbb.example.org/bigbluebutton/api",
        "bbb.example.org",
        "https://user:hunter2@bbb.example.org/bigbluebutton/api",
        "https://bbb.example.org/bigbluebutton/api?hunter2",
        "https://bbb.example.org/bigbluebutton/api#hunter2",
        "https://bbb.example.org/greenlight",
        "https://bbb.example.org/a/../bigbluebutton/api",
        "https://bbb.example.org:0/bigbluebutton/api",
        "https://bbb.example.org:99999/bigbluebutton/api",
        "https:///bigbluebutton/api",
        "https://[::1/bigbluebutton/api",
        "https://bbb.exa mple.org/",
        "",
    ],
)
def test_what_is_not_a_servers_url_is_refused_without_repeating_its_secrets(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        normalise_url(given)

    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_address_is_known_by_its_url_and_hides_its_secret() -> None:
    address = ServerAddress("here", "https://bbb.example.org/", "hunter2")

    assert address.key == API
    assert "hunter2" not in repr(address)
    assert pickle.loads(pickle.dumps(address)) == address  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    "wrong",
    [{"secret": ""}, {"checksum": "md5"}, {"ca_file": "missing"}],
    ids=["no secret", "unknown checksum", "no such ca_file"],
)
def test_an_address_that_can_not_work_is_refused(wrong: dict[str, str], tmp_path: Path) -> None:
    given = {"name": "here", "url": API, "secret": "s", **wrong}
    if "ca_file" in wrong:
        given["ca_file"] = tmp_path / "missing.pem"

    with pytest.raises(UsageError, match="here: "):
        ServerAddress(**given)
