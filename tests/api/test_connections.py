"""What the transport promises of connections: one that breaks in whatever way is no answer, and trust is not given away."""

import gzip
import socket
import tracemalloc
from pathlib import Path

import pytest
from api.raw_server import certificate, sending
from api.scripted import SECRET, JumpingClock, Reply, ScriptedServer
from api.wire import CHECKSUM_ERROR, EMPTY, A, a_recording, listing, ok

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader
from bbbkeep.api.transport import Limits
from bbbkeep.api.writing import Writer
from bbbkeep.errors import BbbAuthError, BbbUnavailableError

WHOLE = listing(a_recording()).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = HEAD + b"Content-Length: %d\r\n\r\n" % len(WHOLE)
CHUNK = b"%x\r\n%s\r\n" % (len(WHOLE), WHOLE)
HAS_IPV6 = socket.has_ipv6 and Path("/proc/net/if_inet6").exists()


def a_reader(url: str, clock: JumpingClock, *, limits: Limits | None = None, **address: object) -> Reader:
    given = {"checksum": "sha256", "connect_timeout": 2, "read_timeout": 2, **address}
    return Reader(ServerAddress("here", url, SECRET, **given), clock=clock, tries=1, limits=limits)


@pytest.mark.parametrize(
    ("pieces", "reset"),
    [
        pytest.param([LENGTH + WHOLE], False, id="of the right length"),
        pytest.param([CHUNKED + CHUNK, b"0\r\n\r\n"], False, id="in chunks"),
        pytest.param(
            [HEAD.replace(b"1.1", b"1.0") + b"\r\n" + WHOLE], False, id="until the connection closes"
        ),
        pytest.param([*(bytes([one]) for one in LENGTH + WHOLE)], False, id="byte by byte"),
    ],
)
def test_a_whole_answer_is_read_however_it_comes(
    clock: JumpingClock, pieces: list[bytes], reset: bool
) -> None:
    with (
        sending(*pieces, reset=reset) as port,
        a_reader(f"http://127.0.0.1:{port}/", clock) as reader,
        reader.listing_all() as found,
    ):
        assert [one.record_id for one in found] == [A]


@pytest.mark.parametrize(
    ("pieces", "reset"),
    [
        pytest.param([LENGTH + WHOLE[:-1]], False, id="a byte short of its length"),
        pytest.param([LENGTH + WHOLE[:100]], True, id="reset in the middle"),
        pytest.param([CHUNKED + CHUNK], False, id="without its last chunk"),
        pytest.param([CHUNKED + CHUNK[:200]], False, id="in the middle of a chunk"),
        pytest.param([CHUNKED + b"zz\r\n" + WHOLE], False, id="a chunk of no length"),
        pytest.param([HEAD.replace(b"1.1", b"1.0") + b"\r\n" + WHOLE[:-1]], False, id="closed too early"),
        pytest.param([HEAD], False, id="in the middle of the headers"),
        pytest.param([HEAD + b"X: y\r\n" * 200 + b"\r\n"], False, id="headers without an end"),
        pytest.param([HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n"], False, id="a header without an end"),
        pytest.param([b"SSH-2.0-OpenSSH_9.2\r\n"], False, id="no HTTP"),
        pytest.param([b""], True, id="reset before an answer"),
    ],
)
def test_an_answer_that_breaks_off_is_none(clock: JumpingClock, pieces: list[bytes], reset: bool) -> None:
    with (
        sending(*pieces, reset=reset) as port,
        a_reader(f"http://127.0.0.1:{port}/", clock) as reader,
        pytest.raises(BbbUnavailableError) as caught,
    ):
        reader.listing_all()

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate"])
def test_a_compressed_answer_that_bursts_is_dropped_in_little_memory(
    server: ScriptedServer, clock: JumpingClock, encoding: str
) -> None:
    bomb = gzip.compress(bytes(200_000_000), 1)
    server.says(
        Reply(gzip.compress(bomb) if "," in encoding else bomb, headers={"Content-Encoding": encoding})
    )

    with a_reader(server.url, clock, limits=Limits(listing_bytes=1_000_000)) as reader:
        tracemalloc.start()
        with pytest.raises(BbbUnavailableError):
            reader.listing_all()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 30_000_000


@pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_reached(clock: JumpingClock) -> None:
    with (
        sending(LENGTH + WHOLE, host="::1") as port,
        a_reader(f"http://[::1]:{port}/bigbluebutton", clock) as reader,
        reader.listing_all() as found,
    ):
        assert [one.record_id for one in found] == [A]


def test_a_certificate_of_ones_own_is_trusted_by_ca_file_alone(clock: JumpingClock, tmp_path: Path) -> None:
    ca_file, tls = certificate(tmp_path, "127.0.0.1")

    with sending(LENGTH + WHOLE, tls=tls) as port:
        url = f"https://127.0.0.1:{port}/"
        with a_reader(url, clock, ca_file=ca_file) as reader, reader.listing_all() as found:
            assert [one.record_id for one in found] == [A]
        with a_reader(url, clock) as reader, pytest.raises(BbbUnavailableError, match="set ca_file"):
            reader.listing_all()


def test_a_certificate_for_another_host_is_not_trusted(clock: JumpingClock, tmp_path: Path) -> None:
    ca_file, tls = certificate(tmp_path, "192.0.2.1")

    with (
        sending(LENGTH + WHOLE, tls=tls) as port,
        a_reader(f"https://127.0.0.1:{port}/", clock, ca_file=ca_file) as reader,
        pytest.raises(BbbUnavailableError, match="not the host's"),
    ):
        reader.listing_all()


def test_a_wrong_secret_ends_it_after_each_algorithm_once(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    server.says(CHECKSUM_ERROR)

    with (
        Reader(ServerAddress("here", server.url, SECRET), clock=clock) as reader,
        pytest.raises(BbbAuthError, match="check BBB_SECRET"),
    ):
        reader.recordings([A])

    assert [len(request.parameters["checksum"]) for request in server.requests] == [64, 40]
    assert clock.sleeps == []


def test_an_algorithm_is_settled_once_for_all_clients_of_a_server(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    server.route = lambda request: Reply(
        (EMPTY if len(request.parameters["checksum"]) == 40 else CHECKSUM_ERROR).encode()
    )

    for _ in range(3):
        with Reader(ServerAddress("old", server.url, SECRET), clock=clock) as reader:
            reader.recordings([A])

    assert [len(request.parameters["checksum"]) for request in server.requests] == [64, 40, 40, 40]


def test_an_algorithm_that_is_refused_later_is_settled_anew(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    takes = 40
    server.route = lambda request: Reply(
        (EMPTY if len(request.parameters["checksum"]) == takes else CHECKSUM_ERROR).encode()
    )
    address = ServerAddress("old", server.url, SECRET)
    with Reader(address, clock=clock) as reader:
        reader.recordings([A])

    takes = 64
    with Reader(address, clock=clock) as reader:
        assert reader.recordings([A]) == {}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_write_is_sent_once_whatever_the_answer(
    server: ScriptedServer, writer: Writer, clock: JumpingClock, status: int
) -> None:
    server.says(Reply(b"<html>", status, {"Retry-After": "1"}), ok("<deleted>true</deleted>"))

    with pytest.raises(BbbUnavailableError):
        writer.delete([A])

    assert len(server.requests) == 1
    assert clock.sleeps == []


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_read_waits_as_long_as_the_server_asks(
    server: ScriptedServer, reader: Reader, clock: JumpingClock, status: int
) -> None:
    server.says(Reply(b"<html>", status, {"Retry-After": "9"}), EMPTY)

    reader.recordings([A])

    assert clock.sleeps == [9]
