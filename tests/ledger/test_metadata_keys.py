"""A key that any recording ever had stays known, whatever becomes of the recording; a server can't make it grow for ever."""

import pytest
from ledger.builders import NOW, SERVER, a_recording

from bbbkeep.ledger import inventory, metadata_keys
from bbbkeep.ledger.store import Ledger


def note(ledger: Ledger, *metadata, server: str = SERVER) -> None:
    with ledger.write() as conn:
        recordings = [a_recording(n, metadata=one) for n, one in enumerate(metadata)]
        metadata_keys.note(conn, server, recordings, NOW)


def seen(ledger: Ledger, *keys: str, server: str = SERVER) -> set[str]:
    with ledger.read() as conn:
        return metadata_keys.seen(conn, server, keys)


def test_keys_are_known_in_lower_case_and_by_server(ledger: Ledger):
    note(ledger, {"Category": "x"}, {"owner": "y"}, None)

    assert seen(ledger, "category", "owner", "level") == {"category", "owner"}
    assert seen(ledger, "category", server="https://elsewhere/bigbluebutton/api") == set()


def test_a_listing_and_an_exact_look_note_them(ledger: Ledger):
    with ledger.write() as conn:
        inventory.refresh(conn, SERVER, a_recording(1, metadata={"owner": "y"}), NOW)

    assert seen(ledger, "owner") == {"owner"}


def test_names_and_metadata_may_expire_and_keys_stay(ledger: Ledger):
    with ledger.write() as conn:
        inventory.refresh(conn, SERVER, a_recording(1, metadata={"owner": "y"}), NOW)
        inventory.refresh(conn, SERVER, a_recording(1, metadata=None), NOW)

    assert seen(ledger, "owner") == {"owner"}


@pytest.mark.parametrize("key", ["", "two words", "a" * 101, "é", "a_b"])
def test_what_no_policy_could_name_is_left_out(ledger: Ledger, key: str):
    note(ledger, {key: "x"})

    assert seen(ledger, key) == set()


def test_a_server_that_makes_up_keys_fills_no_disk(ledger: Ledger, monkeypatch):
    monkeypatch.setattr(metadata_keys, "MOST", 3)

    note(ledger, {"a": "1", "b": "1"})
    note(ledger, {f"k{n}": "1" for n in range(9)})

    assert len(seen(ledger, "a", "b", *(f"k{n}" for n in range(9)))) == 3
    assert {"a", "b"} <= seen(ledger, "a", "b")
