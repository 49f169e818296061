"""Look at recordings by exact id just before they are written to.

One request shows a batch of upcoming recordings; a look that is older than
the action allows is taken again.  A recording that makes the server fail
stands alone: the others, and their run, go on.  What is not shown is gone only
if the server, asked again, shows beside it a recording that should be there.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

from bbbkeep.api.reading import Reader
from bbbkeep.api.sweep import require_answer
from bbbkeep.api.transport import unavailable
from bbbkeep.clock import Clock
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError
from bbbkeep.ledger import inventory
from bbbkeep.model import Recording
from bbbkeep.plans.action import Action, Found
from bbbkeep.site import Site

WITNESSES = 3
"""How many recordings are tried as witnesses: any may have been deleted by somebody since it was listed."""


def witnesses(site: Site, besides: Collection[str]) -> list[str]:
    """Return recordings that should be there, none of them one of *besides*; none where nothing else is known."""
    with site.ledger.read() as conn:
        rows = inventory.rows(conn, site.key, states=("published", "unpublished"))
        ids = (row.recording.record_id for row in rows)
        return list(islice((one for one in ids if _may_witness(site, one, besides)), WITNESSES))


def _may_witness(site: Site, record_id: str, besides: Collection[str]) -> bool:
    return record_id not in besides and bool(site.record_ids.fullmatch(record_id))


class Looks:
    """What the server showed of each recording, and when it was asked."""

    def __init__(
        self,
        reader: Reader,
        clock: Clock,
        record_ids: Sequence[str],
        find_witnesses: Callable[[], list[str]] = list,
    ) -> None:
        self._reader, self._clock, self._ids = reader, clock, list(dict.fromkeys(record_ids))
        self._find_witnesses = find_witnesses
        self._seen: dict[str, tuple[datetime, Found]] = {}
        self._batch = reader.most_ids(self._ids) if self._ids else 1

    @cached_property
    def _witnesses(self) -> list[str]:
        """Looked for only when something is missing: that is rare, and costs a page of the inventory."""
        return self._find_witnesses()

    def fresh(self, record_id: str, action: Action) -> Found | None:
        """Return what the server shows of a recording, as fresh as *action* wants it.

        None: even alone it is not shown within that time.

        Raises:
            BbbRejectedError: the server answers, but not for this recording.
            BbbUnavailableError: it answers nothing.
        """
        try:
            return self._looked(record_id, action)
        except BbbUnavailableError as error:
            problem = error
        require_answer(self._reader)
        raise BbbRejectedError(problem.call, f"fails for this recording alone: {problem.problem}")

    def _looked(self, record_id: str, action: Action) -> Found | None:
        if not self.is_fresh(record_id, action) and record_id in self._ids:
            self._look_ahead(record_id)
        if not self.is_fresh(record_id, action):
            self._batch = 1  # while many are looked at, the first one's look grows too old
            self.again([record_id])
        if not self.is_fresh(record_id, action):
            return None
        found = self._seen[record_id][1]
        if action.wants_tracks and found.recording is not None:
            return Found(found.recording, self._reader.text_tracks(record_id))
        return found

    def _look_ahead(self, record_id: str) -> None:
        """Look at a recording and at those after it, if they can be had in one answer."""
        start = self._ids.index(record_id)
        try:
            self.again(self._ids[start : start + self._batch])
        except BbbUnavailableError:
            self._batch = 1  # one of them may be why: from here on each is asked for alone

    def is_fresh(self, record_id: str, action: Action) -> bool:
        """Tell whether the last look is no older than *action* allows."""
        seen = self._seen.get(record_id)
        # Counted from the question, because its retries may have taken minutes.
        return seen is not None and self._clock.now() - seen[0] <= action.fresh_for

    def forget(self, record_id: str) -> None:
        """Drop what was seen of a recording: it has just been written to."""
        self._seen.pop(record_id, None)

    def forget_all(self) -> None:
        """Drop everything: the server may not be there any more."""
        self._seen.clear()

    def shown(self, wanted: Sequence[tuple[str, Action]]) -> dict[str, Found]:
        """Look now at what was written; what the server can't be made to show is left out.

        Raises:
            BbbUnavailableError: it answers nothing.
        """
        ids = list(dict.fromkeys(record_id for record_id, _ in wanted))
        try:
            found = self.again(ids)
        except (BbbUnavailableError, BbbRejectedError):
            require_answer(self._reader)
            found = self._each_alone(ids)
        for record_id, action in wanted:
            if action.wants_tracks and found.get(record_id, Found(None)).recording is not None:
                tracks = self._reader.text_tracks(record_id)
                found[record_id] = Found(found[record_id].recording, tracks)
        return found

    def _each_alone(self, record_ids: Sequence[str]) -> dict[str, Found]:
        """One of them may be why nothing is shown: it must not hide the others."""
        found: dict[str, Found] = {}
        for record_id in record_ids:
            try:
                found |= self.again([record_id])
            except (BbbUnavailableError, BbbRejectedError):
                continue
        return found

    def again(self, record_ids: Sequence[str]) -> dict[str, Found]:
        """Look at *record_ids* now, whatever was seen before.

        Raises:
            BbbUnavailableError: also an answer that proves nothing about what is not in it.
        """
        asked_at = self._clock.now()
        shown = self._reader.recordings(record_ids)
        missing = [record_id for record_id in record_ids if record_id not in shown]
        if missing and self._witnesses:
            shown |= self._beside_a_witness(missing)
        found = {record_id: Found(shown.get(record_id)) for record_id in record_ids}
        self._seen |= {record_id: (asked_at, one) for record_id, one in found.items()}
        return found

    def _beside_a_witness(self, missing: Sequence[str]) -> dict[str, Recording]:
        """Ask once more for what was not shown, each time with a recording that should be."""
        size = max(1, self._reader.most_ids([*missing, *self._witnesses]) - 1)
        parts = (missing[start : start + size] for start in range(0, len(missing), size))
        return {name: one for part in parts for name, one in self._witnessed(part).items()}

    def _witnessed(self, part: Sequence[str]) -> dict[str, Recording]:
        for witness in tuple(self._witnesses):
            shown = self._reader.recordings([*part, witness])
            if witness in shown:
                return shown
            self._witnesses.remove(witness)
            self._witnesses.append(witness)
        raise unavailable(
            "getRecordings", f"it shows neither {part[0]} nor {self._witnesses[0]}, which should be there"
        )
