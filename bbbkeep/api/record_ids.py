"""Which record IDs may go into a request.

Several servers read a part of a record ID as a prefix and an empty part as
"every recording" (updateRecordings of BigBlueButton does both), so nothing
but whole IDs passes here.
"""

import re
from collections.abc import Sequence

from bbbkeep.errors import UsageError
from bbbkeep.model import RECORD_ID

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,200}")


def whole_ids(record_ids: Sequence[str], other_ids: re.Pattern[str] | None = None) -> tuple[str, ...]:
    """Return *record_ids* without repetitions, each of them a whole record ID.

    *other_ids* allows further forms, within letters, digits, `-` and `_`.

    Raises:
        UsageError: the list is empty, or one of them is not a whole ID.
    """
    if isinstance(record_ids, str) or not record_ids:
        raise UsageError("no record IDs were given; an empty list means every recording to a server")
    for record_id in record_ids:
        if not is_whole(record_id, other_ids):
            raise UsageError(
                f"{record_id[:80]!r} is not a whole record ID (40 hex digits, a hyphen, 13 digits); "
                "other forms need other_record_ids in bbbkeep.yaml"
            )
    return tuple(dict.fromkeys(record_ids))


def is_whole(record_id: str, other_ids: re.Pattern[str] | None = None) -> bool:
    """Whether *record_id* can name one recording and nothing else."""
    if RECORD_ID.fullmatch(record_id):
        return True
    return bool(other_ids and _SAFE.fullmatch(record_id) and other_ids.fullmatch(record_id))
