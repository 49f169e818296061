"""A before-image can be had back until it is erased, and then nothing tells what it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger.builders import HOUR, NOW, SERVER
from sqlalchemy import Connection, update

from bbbkeep.ledger import before_images
from bbbkeep.ledger.schema import before_images as table
from bbbkeep.ledger.store import Ledger

IMAGE = {"name": "Lecture", "metadata": {"bbb-origin": "Moodle"}}


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def test_an_image_comes_back_by_its_digest(conn: Connection) -> None:
    digest = before_images.keep(conn, SERVER, IMAGE, NOW)

    assert before_images.get(conn, digest) == IMAGE
    assert before_images.get(conn, "0" * 64) is None


def test_the_same_image_gives_another_digest_each_time(conn: Connection) -> None:
    digests = {before_images.keep(conn, SERVER, IMAGE, NOW) for _ in range(3)}

    assert len(digests) == 3


def test_an_image_that_was_edited_is_not_given_out(conn: Connection) -> None:
    digest = before_images.keep(conn, SERVER, IMAGE, NOW)

    conn.execute(update(table).values(body='{"name":"Another"}'))

    assert before_images.get(conn, digest) is None


def test_images_older_than_a_moment_are_erased_with_their_salt(conn: Connection) -> None:
    old = before_images.keep(conn, SERVER, IMAGE, NOW - HOUR)
    kept = before_images.keep(conn, SERVER, IMAGE, NOW)

    assert before_images.erase_before(conn, NOW) == 1
    assert before_images.get(conn, old) is None
    assert before_images.get(conn, kept) == IMAGE
    assert conn.execute(table.select()).mappings().one()["digest"] == kept


def test_an_erased_image_is_not_left_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    with Ledger.open(file) as ledger:
        with ledger.write() as conn:
            before_images.keep(conn, SERVER, {"name": "sentinel"}, NOW - HOUR)
        with ledger.write() as conn:
            before_images.erase_before(conn, NOW)

    assert b"sentinel" not in file.read_bytes()
