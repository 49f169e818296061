"""The chain of events shows any tampering, and names the first bad record."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from ledger.builders import HOUR, NOW, OTHER, SERVER
from sqlalchemy import BigInteger, Connection, delete, insert, select, text, type_coerce, update

from bbbkeep.ledger import events
from bbbkeep.ledger.events import NOTHING
from bbbkeep.ledger.schema import events as table
from bbbkeep.ledger.store import Ledger

LENGTH = 6
SOME_SEQ = st.integers(1, LENGTH)
SOME_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))

few = settings(max_examples=25, deadline=None)


@pytest.fixture
def conn(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as conn:
        yield conn


def a_chain(conn: Connection, length: int = LENGTH, server: str = SERVER) -> list[events.Event]:
    bodies = ({"number": number, "record_id": f"r{number}"} for number in range(length))
    return [
        events.append(conn, server, "intent", body, NOW + number * HOUR) for number, body in enumerate(bodies)
    ]


@contextmanager
def a_tampered_chain(ledger: Ledger) -> Iterator[Connection]:
    """Lend a chain of LENGTH records whose every change is undone afterwards."""
    with ledger.write() as conn:
        a_chain(conn)
        yield conn
        conn.get_transaction().rollback()


def renumber(conn: Connection, seq: int, to: int) -> None:
    conn.execute(update(table).where(table.c.server == SERVER, table.c.seq == seq).values(seq=to))


def edit(conn: Connection, seq: int, **values: Any) -> None:
    conn.execute(update(table).where(table.c.server == SERVER, table.c.seq == seq).values(**values))


def test_an_empty_chain_holds_and_its_head_is_nothing(conn: Connection) -> None:
    assert events.head(conn, SERVER) == (0, NOTHING)
    assert events.verify(conn, SERVER) is None
    assert list(events.events(conn, SERVER)) == []


def test_records_are_numbered_from_one_and_follow_each_other(conn: Connection) -> None:
    first, second = a_chain(conn, 2)

    assert (first.seq, first.prev_hash) == (1, NOTHING)
    assert (second.seq, second.prev_hash) == (2, first.hash)
    assert list(events.events(conn, SERVER)) == [first, second]
    assert events.head(conn, SERVER) == (2, second.hash)


def test_a_hash_is_that_of_the_canonical_record(conn: Connection) -> None:
    event = events.append(conn, SERVER, "intent", {"z": [1, None, True], "a": {"ü": "ß"}}, NOW)

    record = (
        '{"at":"2026-03-01T02:00:00.000000+00:00",'
        r'"body":{"a":{"\u00fc":"\u00df"},"z":[1,null,true]},'
        '"kind":"intent",'
        f'"prev_hash":"{"0" * 64}",'
        '"seq":1,'
        '"server":"https://bbb.example.org/bigbluebutton/api"}'
    )
    assert event.hash == hashlib.sha256(record.encode()).hexdigest()


def test_only_what_follows_is_read(conn: Connection) -> None:
    chain = a_chain(conn)

    assert list(events.events(conn, SERVER, after=4)) == chain[4:]
    assert list(events.events(conn, SERVER, after=LENGTH)) == []


def test_each_server_has_a_chain_of_its_own(conn: Connection) -> None:
    a_chain(conn, 3)
    a_chain(conn, 2, OTHER)

    assert events.head(conn, OTHER)[0] == 2
    assert events.servers(conn) == [SERVER, OTHER]
    assert events.verify(conn, SERVER) is None
    assert events.verify(conn, OTHER) is None


def test_a_body_that_has_no_json_form_is_not_appended(conn: Connection) -> None:
    with pytest.raises(ValueError, match="JSON"):
        events.append(conn, SERVER, "intent", {"n": float("nan")}, NOW)
    with pytest.raises(TypeError, match="object has no JSON form"):
        events.append(conn, SERVER, "intent", {"n": object()}, NOW)

    assert events.head(conn, SERVER)[0] == 0


def test_a_chain_longer_than_a_page_holds(conn: Connection) -> None:
    chain = a_chain(conn, 1200)

    assert [event.seq for event in events.events(conn, SERVER)] == list(range(1, 1201))
    assert events.verify(conn, SERVER, head=(1200, chain[-1].hash)) is None


def test_a_chain_that_grew_since_its_head_was_noted_holds(conn: Connection) -> None:
    a_chain(conn)
    noted = events.head(conn, SERVER)

    a_chain(conn)

    assert events.verify(conn, SERVER, head=noted) is None


@given(seq=SOME_SEQ, column=st.sampled_from(["kind", "body", "prev_hash", "hash"]), value=SOME_TEXT)
@few
def test_any_edit_is_found_where_it_was_made(
    lasting_ledger: Ledger, seq: int, column: str, value: str
) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        edit(conn, seq, **{column: value})

        assert events.verify(conn, SERVER).seq == seq


@given(seq=SOME_SEQ, at=st.integers(-(2**63), 2**63 - 1))
@few
def test_any_edit_of_a_time_is_found_where_it_was_made(lasting_ledger: Ledger, seq: int, at: int) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        edit(conn, seq, at=type_coerce(at, BigInteger))

        assert events.verify(conn, SERVER).seq == seq


@given(seq=SOME_SEQ, blank=st.sampled_from([" ", "\n", "\t"]))
@few
def test_a_body_that_means_the_same_but_is_spelled_otherwise_is_found(
    lasting_ledger: Ledger, seq: int, blank: str
) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        edit(conn, seq, body=table.c.body + blank)

        assert events.verify(conn, SERVER).seq == seq


@given(seq=SOME_SEQ)
@few
def test_any_deletion_is_found_where_it_was_made(lasting_ledger: Ledger, seq: int) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        noted = events.head(conn, SERVER)
        conn.execute(delete(table).where(table.c.server == SERVER, table.c.seq == seq))

        assert events.verify(conn, SERVER, head=noted).seq == seq


@given(seq=SOME_SEQ)
@few
def test_a_deletion_is_found_though_the_rest_moves_up(lasting_ledger: Ledger, seq: int) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        noted = events.head(conn, SERVER)
        conn.execute(delete(table).where(table.c.server == SERVER, table.c.seq == seq))
        for later in range(seq + 1, LENGTH + 1):
            renumber(conn, later, later - 1)

        assert events.verify(conn, SERVER, head=noted).seq == seq


@given(pair=st.lists(SOME_SEQ, min_size=2, max_size=2, unique=True).map(sorted))
@few
def test_any_swap_is_found_where_it_begins(lasting_ledger: Ledger, pair: list[int]) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        first, second = pair
        for old, new in ((first, 99), (second, first), (99, second)):
            renumber(conn, old, new)

        assert events.verify(conn, SERVER).seq == first


@given(seq=SOME_SEQ, copied=SOME_SEQ)
@few
def test_any_insertion_is_found_where_it_was_made(lasting_ledger: Ledger, seq: int, copied: int) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        row = dict(conn.execute(select(table).where(table.c.seq == copied)).mappings().one())
        for later in range(LENGTH, seq - 1, -1):
            renumber(conn, later, later + 1)
        conn.execute(insert(table), row | {"seq": seq})

        # A copy put where its original was is the original: the one after it is then out of place.
        assert events.verify(conn, SERVER).seq == (seq + 1 if seq == copied else seq)


@given(kept=st.integers(0, LENGTH - 1))
@few
def test_a_cut_tail_is_found_by_the_noted_head(lasting_ledger: Ledger, kept: int) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        noted = events.head(conn, SERVER)
        conn.execute(delete(table).where(table.c.seq > kept))

        assert events.verify(conn, SERVER) is None
        assert events.verify(conn, SERVER, head=noted).problem.startswith("missing")


@given(kept=st.integers(0, LENGTH - 1))
@few
def test_a_chain_rewritten_from_some_record_on_is_found_by_the_noted_head(
    lasting_ledger: Ledger, kept: int
) -> None:
    with a_tampered_chain(lasting_ledger) as conn:
        noted = events.head(conn, SERVER)
        conn.execute(delete(table).where(table.c.seq > kept))
        for _ in range(kept, LENGTH):
            events.append(conn, SERVER, "intent", {"innocent": True}, NOW)

        assert events.verify(conn, SERVER) is None
        assert events.verify(conn, SERVER, head=noted).problem.startswith("rewritten")


def test_a_record_of_another_servers_chain_is_found(conn: Connection) -> None:
    a_chain(conn, 1, OTHER)
    conn.execute(update(table).values(server=SERVER))

    assert events.verify(conn, SERVER).seq == 1


def test_a_time_is_the_same_moment_in_any_zone(conn: Connection) -> None:
    events.append(conn, SERVER, "intent", {}, (NOW + timedelta(microseconds=1)).astimezone())

    assert events.verify(conn, SERVER) is None


def test_many_threads_append_to_one_chain_without_a_gap(ledger: Ledger) -> None:
    def append_some(thread: int) -> None:
        for number in range(10):
            with ledger.write() as conn:
                events.append(conn, SERVER, "intent", {"thread": thread, "number": number}, NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(append_some, range(4)))

    with ledger.read() as conn:
        assert events.head(conn, SERVER)[0] == 40
        assert events.verify(conn, SERVER) is None
        assert len(list(conn.execute(text("SELECT DISTINCT body FROM events")))) == 40
