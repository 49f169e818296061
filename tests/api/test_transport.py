"""What the transport promises: bounded, unredirected, retried only for reads, and discreet."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from api.scripted import NOW, SECRET, JumpingClock, Reply, ScriptedServer
from api.wire import EMPTY, NOT_FOUND_PAGE, A, a_recording, failed, listing, ok

from bbbkeep import __version__
from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader
from bbbkeep.api.transport import Limits
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError, UsageError

PAGE = Reply(NOT_FOUND_PAGE, 502)


def test_a_read_is_tried_again_while_the_server_is_unavailable(
    server: ScriptedServer, reader: Reader, clock: JumpingClock
) -> None:
    server.says(PAGE, Reply(hang_up=True), "<response><returncode>SUCC", EMPTY)

    with reader.listing_all() as found:
        assert list(found) == []

    assert len(server.requests) == 4
    assert clock.sleeps == [1, 2, 4]


def test_reads_end_after_so_many_tries(server: ScriptedServer, reader: Reader) -> None:
    server.says(PAGE)

    with pytest.raises(BbbUnavailableError, match="502"):
        reader.listing_all()

    assert len(server.requests) == 4


def test_a_refusal_is_not_tried_again(server: ScriptedServer, reader: Reader, clock: JumpingClock) -> None:
    server.says(failed("notFound"))

    with pytest.raises(BbbRejectedError):
        reader.listing_all()

    assert len(server.requests) == 1
    assert clock.sleeps == []


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        pytest.param("7", 7, id="seconds"),
        pytest.param("86400", 120, id="no longer than two minutes"),
        pytest.param("Sun, 01 Mar 2026 12:00:09 GMT", 9, id="a date"),
        pytest.param("Sun, 01 Mar 2020 12:00:00 GMT", 1, id="a date long gone"),
        pytest.param("-5", 1, id="nonsense"),
        pytest.param("²", 1, id="no digits of ours"),
    ],
)
def test_a_server_that_asks_for_time_gets_it(
    server: ScriptedServer, reader: Reader, clock: JumpingClock, asked: str, waited: float
) -> None:
    server.says(Reply(b"", 503, {"Retry-After": asked.encode().decode("latin-1")}), EMPTY)

    reader.listing_all().__exit__(None, None, None)

    assert clock.sleeps == [waited]


def test_what_will_fail_the_same_way_is_not_tried_again(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock
) -> None:
    server.says(listing(*[a_recording()] * 50))

    with (
        Reader(address, clock=clock, limits=Limits(listing_bytes=1000)) as reader,
        pytest.raises(BbbUnavailableError, match="larger than 1,000 bytes"),
    ):
        reader.listing_all()

    assert len(server.requests) == 1


class HurriedClock(JumpingClock):
    """Every look at it costs a minute."""

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


def test_an_answer_has_a_deadline(server: ScriptedServer, address: ServerAddress) -> None:
    server.says(listing(*[a_recording()] * 2000))

    with (
        Reader(address, clock=HurriedClock(), limits=Limits(seconds=90)) as reader,
        pytest.raises(BbbUnavailableError, match="longer than 90 s"),
    ):
        reader.listing_all()


def test_a_compressed_answer_is_read_and_bounded_by_its_real_size(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock
) -> None:
    text = gzip.compress(listing(*[a_recording()] * 200).encode())
    server.says(Reply(text, headers={"Content-Encoding": "gzip"}))

    with Reader(address, clock=clock) as reader, reader.listing_all() as found:
        assert sum(1 for _ in found) == 200
    with (
        Reader(address, clock=clock, limits=Limits(listing_bytes=len(text) * 3)) as reader,
        pytest.raises(BbbUnavailableError, match="larger than"),
    ):
        reader.listing_all()


def test_a_large_answer_goes_through_the_spool_folder(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock, tmp_path: Path
) -> None:
    server.says(listing(*[a_recording()] * 200))

    with Reader(address, clock=clock, spool_dir=tmp_path, limits=Limits(memory_bytes=1000)) as reader:
        with reader.listing_all() as found:
            assert sum(1 for _ in found) == 200
        assert list(tmp_path.iterdir()) == []


def test_a_spool_folder_that_can_not_be_used_is_our_trouble_not_the_servers(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock, tmp_path: Path
) -> None:
    server.says(listing(*[a_recording()] * 200))
    missing = tmp_path / "missing"

    with (
        Reader(address, clock=clock, spool_dir=missing, limits=Limits(memory_bytes=1000)) as reader,
        pytest.raises(UsageError, match="can't spool"),
    ):
        reader.listing_all()


def test_requests_say_who_asks_and_bring_nothing_along(
    server: ScriptedServer, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.says(Reply(ok().encode(), headers={"Set-Cookie": "JSESSIONID=1; Path=/"}))

    reader.version()
    reader.version()

    headers = server.requests[-1].headers
    assert headers["User-Agent"] == f"bbbkeep/{__version__}"
    assert not {"Cookie", "Authorization"} & set(headers)


def test_the_servers_date_is_remembered(server: ScriptedServer, reader: Reader) -> None:
    assert reader.server_date is None
    server.says(Reply(ok().encode()))

    reader.version()

    assert abs(reader.server_date - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_server_that_is_not_there_is_unavailable(clock: JumpingClock) -> None:
    address = ServerAddress("gone", "http://127.0.0.1:9/", SECRET, connect_timeout=1)

    with Reader(address, clock=clock, tries=2) as reader, pytest.raises(BbbUnavailableError, match="refused"):
        reader.version()
    assert clock.now() > NOW


def test_a_name_that_does_not_exist_is_said_to(clock: JumpingClock) -> None:
    address = ServerAddress("gone", "http://nowhere.invalid/", SECRET, connect_timeout=1)

    with Reader(address, clock=clock, tries=1) as reader, pytest.raises(BbbUnavailableError, match="name"):
        reader.version()


def test_https_to_a_server_without_it_is_a_failed_tls_connection(
    server: ScriptedServer, clock: JumpingClock
) -> None:
    address = ServerAddress("plain", server.url.replace("http://", "https://"), SECRET)

    with Reader(address, clock=clock, tries=1) as reader, pytest.raises(BbbUnavailableError, match="TLS"):
        reader.version()


def test_a_server_that_stays_silent_times_out(server: ScriptedServer, clock: JumpingClock) -> None:
    address = ServerAddress("slow", server.url, SECRET, checksum="sha1", read_timeout=0.2)
    server.says(Reply(EMPTY.encode(), length=len(EMPTY) + 1, stall=True))

    with (
        Reader(address, clock=clock, tries=1) as reader,
        pytest.raises(BbbUnavailableError, match="paused for"),
    ):
        reader.recordings([A])
