"""That a notice was sent is a fact: noted once, asked by server, kind and key."""

from datetime import timedelta

from fake_clock import NOW

from bbbkeep.ledger import notices
from bbbkeep.ledger.store import Ledger

LATER = NOW + timedelta(days=1)


def test_a_notice_is_known_by_server_kind_and_key(ledger: Ledger) -> None:
    with ledger.write() as conn:
        notices.note(conn, "s1", "night", ["a", "b"], "d", NOW)

    with ledger.read() as conn:
        assert notices.sent(conn, "s1", "night", ["a", "b", "c"]) == {"a": NOW, "b": NOW}
        assert notices.sent(conn, "s2", "night", ["a"]) == {}
        assert notices.sent(conn, "s1", "owner", ["a"]) == {}


def test_the_first_time_counts(ledger: Ledger) -> None:
    for moment in (NOW, LATER):
        with ledger.write() as conn:
            notices.note(conn, "s1", "night", ["a"], "d", moment)

    with ledger.read() as conn:
        assert notices.sent(conn, "s1", "night", ["a"]) == {"a": NOW}


def test_more_keys_than_one_statement_takes_are_found(ledger: Ledger) -> None:
    keys = [str(number) for number in range(1200)]
    with ledger.write() as conn:
        notices.note(conn, "s1", "night", keys, "d", NOW)

    with ledger.read() as conn:
        assert len(notices.sent(conn, "s1", "night", keys)) == 1200
