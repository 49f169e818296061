"""Recordings beside what is known of their text tracks, for any number of them."""

from collections.abc import Collection, Iterator

from bbbkeep.ledger import inventory, tracks
from bbbkeep.ledger.tracks import Known
from bbbkeep.model import InventoryRow
from bbbkeep.site import Site


def known_tracks(site: Site, states: Collection[str]) -> Iterator[tuple[InventoryRow, Known | None]]:
    """Pair recordings in these states with the last answer, or None; both come in the order of their IDs."""
    with site.ledger.read() as conn:
        answers = tracks.all_known(conn, site.key)
        answer = next(answers, None)
        for row in inventory.rows(conn, site.key, states=states):
            record_id = row.recording.record_id
            while answer is not None and answer[0] < record_id:
                answer = next(answers, None)
            yield row, (answer[1] if answer is not None and answer[0] == record_id else None)
