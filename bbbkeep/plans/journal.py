"""What the chain of events remembers of a run that nobody else does: which items may have been sent."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from bbbkeep.ledger import events


def intents(conn: Connection, server: str, run_id: str, after: int) -> dict[int, Mapping[str, Any]]:
    """Return the last intent of each item of a run, by the item's number.

    An item with an intent and no outcome may have been written to.  *after*
    is the number of a record before the first intent of the run.
    """
    return {
        event.body["number"]: event.body
        for event in events.events(conn, server, after)
        if event.kind == "intent" and event.body["run_id"] == run_id
    }
