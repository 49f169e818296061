"""A ledger opens privately, migrates once after a copy, and says what is wrong with its file."""

import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger.builders import NOW, SERVER, a_recording
from sqlalchemy import Connection, inspect, text

from bbbkeep.errors import LedgerError
from bbbkeep.ledger import events, inventory, metadata_keys, schema, servers
from bbbkeep.ledger.schema import SCHEMA_VERSION
from bbbkeep.ledger.store import Ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


def remember(ledger: Ledger, name: str = "main") -> None:
    with ledger.write() as conn:
        servers.remember(conn, SERVER, name, "bbb30", NOW)


def names(ledger: Ledger) -> list[str]:
    with ledger.read() as conn:
        return [server.name for server in servers.listing(conn)]


def fill(conn: Connection) -> None:
    for number in range(200):
        events.append(conn, SERVER, "noted", {"number": number, "text": "x" * 1000}, NOW)


def read_all(file: Path) -> None:
    with Ledger.open(file) as ledger, ledger.read() as conn:
        list(events.events(conn, SERVER))


def add_a_note(conn: Connection) -> None:
    conn.execute(text("CREATE TABLE notes (note TEXT)"))
    conn.execute(text("INSERT INTO notes VALUES ('migrated')"))


def test_what_was_written_is_there_after_opening_again(where: Path | str) -> None:
    with Ledger.open(where) as ledger:
        remember(ledger)

    with Ledger.open(where) as ledger:
        assert names(ledger) == ["main"]


def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as conn:
            servers.remember(conn, SERVER, "main", "bbb30", NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert names(ledger) == []


def test_a_reader_can_not_write(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="read-only"), ledger.read() as conn:
        servers.remember(conn, SERVER, "main", "bbb30", NOW)


def test_a_reader_sees_one_moment_while_another_writes(ledger: Ledger) -> None:
    with ledger.read() as conn:
        before = servers.listing(conn)
        remember(ledger)

        assert servers.listing(conn) == before == []


def test_two_writers_wait_for_each_other(ledger: Ledger) -> None:
    def append_ten(_: int) -> None:
        for _ in range(10):
            with ledger.write() as conn:
                events.append(conn, SERVER, "noted", {}, NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(append_ten, range(4)))

    with ledger.read() as conn:
        assert events.head(conn, SERVER)[0] == 40
        assert events.verify(conn, SERVER) is None


def test_a_ledger_opens_and_is_read_while_another_writes(where: Path | str) -> None:
    with Ledger.open(where) as first, first.write(), Ledger.open(where, lock_wait=0.05) as second:
        assert names(second) == []


def test_many_threads_create_one_ledger(where: Path | str) -> None:
    def open_and_remember(number: int) -> None:
        with Ledger.open(where) as ledger:
            remember(ledger, f"name {number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_and_remember, range(4)))

    with Ledger.open(where) as ledger:
        assert len(names(ledger)) == 1


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(where: Path | str) -> None:
    with (
        Ledger.open(where) as first,
        Ledger.open(where, lock_wait=0.05) as second,
        first.write(),
        pytest.raises(LedgerError, match="another process keeps it locked"),
        second.write(),
    ):
        pass


def test_only_its_owner_may_read_the_ledger_and_what_lies_beside_it(file: Path) -> None:
    with Ledger.open(file) as ledger:
        remember(ledger)
        modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}

    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}
    assert "ledger.sqlite3-wal" in modes


def test_a_ledger_that_others_could_read_is_closed_to_them(file: Path) -> None:
    Ledger.open(file).close()
    file.chmod(0o644)

    Ledger.open(file).close()

    assert file.stat().st_mode & 0o777 == 0o600


def test_every_write_is_on_the_disk_before_it_counts(file: Path) -> None:
    with Ledger.open(file) as ledger, ledger.write() as conn:
        pragmas = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_an_older_ledger_is_migrated(where: Path | str) -> None:
    with Ledger.open(where) as ledger:
        remember(ledger)

    with Ledger.open(where, version=SCHEMA_VERSION + 1, steps={SCHEMA_VERSION: add_a_note}) as ledger:
        with ledger.read() as conn:
            assert conn.execute(text("SELECT note FROM notes")).scalars().all() == ["migrated"]
        assert names(ledger) == ["main"]


def test_a_ledger_of_version_1_learns_of_graces_and_of_the_keys_it_has_seen(where: Path | str) -> None:
    with Ledger.open(where) as ledger:
        remember(ledger)
    with Ledger.open(where) as ledger, ledger.write() as conn:
        inventory.refresh(conn, SERVER, a_recording(1, metadata={"Category": "x"}), NOW)
        conn.execute(text("ALTER TABLE inventory DROP COLUMN unpublished_at"))
        conn.execute(text("DROP TABLE metadata_keys"))
        conn.execute(text("DROP INDEX outcomes_of_recording"))
        conn.execute(text("UPDATE ledger_about SET value = '1' WHERE name = 'version'"))

    with Ledger.open(where) as ledger, ledger.read() as conn:
        assert [row.unpublished_at for row in inventory.rows(conn, SERVER)] == [None]
        assert metadata_keys.seen(conn, SERVER, ["category", "owner"]) == {"category"}
        assert names(ledger) == ["main"]


def test_a_ledger_of_version_2_learns_to_find_outcomes_by_recording(where: Path | str) -> None:
    with Ledger.open(where) as ledger, ledger.write() as conn:
        conn.execute(text("DROP INDEX outcomes_of_recording"))
        conn.execute(text("UPDATE ledger_about SET value = '2' WHERE name = 'version'"))

    with Ledger.open(where) as ledger, ledger.read() as conn:
        found = {one["name"]: one["column_names"] for one in inspect(conn).get_indexes("outcomes")}
        assert found["outcomes_of_recording"] == ["record_id", "server"]


def test_a_migration_runs_once(where: Path | str) -> None:
    Ledger.open(where).close()
    newer = {"version": SCHEMA_VERSION + 1, "steps": {SCHEMA_VERSION: add_a_note}}

    Ledger.open(where, **newer).close()

    with Ledger.open(where, **newer) as ledger, ledger.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM notes")).scalar() == 1


def test_a_migration_that_fails_halfway_leaves_the_older_ledger(where: Path | str) -> None:
    def fail(conn: Connection) -> None:
        conn.execute(text("INSERT INTO no_such_table VALUES (1)"))

    with Ledger.open(where) as ledger:
        remember(ledger)

    with pytest.raises(LedgerError):
        Ledger.open(
            where, version=SCHEMA_VERSION + 2, steps={SCHEMA_VERSION: add_a_note, SCHEMA_VERSION + 1: fail}
        )

    with Ledger.open(where) as ledger:
        assert names(ledger) == ["main"]


def test_a_copy_of_the_older_ledger_is_kept_for_its_owner_alone(file: Path) -> None:
    with Ledger.open(file) as ledger:
        remember(ledger)

    Ledger.open(file, version=SCHEMA_VERSION + 1, steps={SCHEMA_VERSION: add_a_note}).close()

    copy = file.with_name(f"ledger.sqlite3.version-{SCHEMA_VERSION}")
    assert copy.stat().st_mode & 0o777 == 0o600
    with Ledger.open(copy) as ledger:
        assert names(ledger) == ["main"]


def test_a_newer_ledger_is_refused(where: Path | str) -> None:
    Ledger.open(where, version=SCHEMA_VERSION + 1).close()

    with pytest.raises(LedgerError, match=r"made by a newer bbbkeep .*install that one"):
        Ledger.open(where)


def test_a_ledger_with_a_step_missing_is_refused(where: Path | str) -> None:
    Ledger.open(where).close()

    with pytest.raises(LedgerError, match="too old"):
        Ledger.open(where, version=SCHEMA_VERSION + 1, steps={})


def test_somebody_elses_database_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as conn:
        conn.execute("CREATE TABLE events (what TEXT)")
    conn.close()

    with pytest.raises(LedgerError, match="tables of something else"):
        Ledger.open(file)


def test_a_full_disk_is_told_with_file_and_remedy(file: Path) -> None:
    def fill_the_disk(ledger: Ledger) -> None:
        with ledger.write() as conn:
            pages = conn.execute(text("PRAGMA page_count")).scalar()
            conn.execute(text(f"PRAGMA max_page_count = {pages}"))
            fill(conn)

    with Ledger.open(file) as ledger:
        with pytest.raises(LedgerError) as caught:
            fill_the_disk(ledger)

        assert str(caught.value).startswith(f"{file}: the disk is full: free some space")
        with ledger.read() as conn:
            assert events.head(conn, SERVER)[0] == 0


def test_a_read_only_ledger_is_told_with_file_and_remedy(file: Path) -> None:
    def write_to_a_read_only_file(ledger: Ledger) -> None:
        with ledger.write() as conn:
            conn.execute(text("PRAGMA query_only = ON"))
            servers.remember(conn, SERVER, "main", "bbb30", NOW)

    with Ledger.open(file) as ledger, pytest.raises(LedgerError) as caught:
        write_to_a_read_only_file(ledger)

    assert str(caught.value).startswith(f"{file}: it is read-only: let this user write")


def test_a_torn_file_is_told_with_file_and_remedy(file: Path) -> None:
    with Ledger.open(file) as ledger, ledger.write() as conn:
        fill(conn)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(LedgerError, match="it is damaged: restore it from a backup") as caught:
        read_all(file)

    assert str(file) in str(caught.value)


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("these are notes of somebody\n" * 200)

    with pytest.raises(LedgerError, match="is not a ledger"):
        Ledger.open(file)

    assert file.read_text().startswith("these are notes")


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")

    with pytest.raises(LedgerError, match="name a state folder"):
        Ledger.open(tmp_path / "state" / "ledger.sqlite3")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("no url, but a sentinel", id="not a URL"),
        pytest.param("oracle://user:sentinel@db.example.org/x", id="a database we don't know"),
        pytest.param("postgresql+psycopg://user:sentinel@127.0.0.1:1/x", id="nobody listens there"),
    ],
)
def test_a_url_that_does_not_work_is_told_without_its_password(url: str) -> None:
    pytest.importorskip("psycopg")

    with pytest.raises(LedgerError) as caught:
        Ledger.open(url)

    assert "sentinel" not in str(caught.value)


def test_an_error_names_neither_statement_nor_values(ledger: Ledger) -> None:
    row = {"server": SERVER, "name": None, "profile": "sentinel", "first_used": NOW, "last_used": NOW}

    with pytest.raises(LedgerError) as caught, ledger.write() as conn:
        conn.execute(schema.servers.insert(), row)

    assert "sentinel" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 -- our own bytes
