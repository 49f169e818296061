"""Which recordings there are of a meeting: front ends know meeting IDs, and nobody types record IDs."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from bbbkeep.ledger import inventory
from bbbkeep.ledger.pages import in_slices
from bbbkeep.ledger.schema import inventory as table
from bbbkeep.model import Recording


def recordings_of(
    conn: Connection, server: str, meeting_ids: Collection[str]
) -> Mapping[str, list[Recording]]:
    """Return the recordings of these meetings, vanished or not, by meeting ID and in the order of their IDs."""
    query = select(table.c.record_id).where(table.c.server == server)
    record_ids = [
        record_id
        for some in in_slices(sorted(meeting_ids))
        for record_id in conn.execute(query.where(table.c.meeting_id.in_(some))).scalars()
    ]
    found: dict[str, list[Recording]] = defaultdict(list)
    for record_id, row in sorted(inventory.many(conn, server, record_ids).items()):
        if record_id == row.recording.record_id and row.recording.meeting_id:
            found[row.recording.meeting_id].append(row.recording)
    return found
