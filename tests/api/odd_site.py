"""A server that caps, wraps, ignores offsets, or changes while it is listed: whatever one may meet."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.scripted import Reply, Request
from api.wire import a_recording, listing


@dataclass
class OddSite:
    """Recordings in a fixed order.

    `cap`: entries in one answer; `wraps_at`: offsets from there on are ignored
    (0: all are); `most_ids`: IDs of a list that count; `folds`: letter case
    does not matter; `meanwhile` may change `record_ids` before each answer.
    """

    record_ids: list[str]
    cap: int = 10**9
    wraps_at: int = 10**9
    most_ids: int = 10**9
    folds: bool = False
    meanwhile: Callable[["OddSite", int], None] = lambda _site, _number: None
    offsets: list[int] = field(default_factory=list)
    answers: int = 0

    def __call__(self, request: Request) -> Reply:
        self.answers += 1
        self.meanwhile(self, self.answers)
        offset = int(request.parameters.get("offset", "0"))
        self.offsets.append(offset)
        found = [one for one in self.record_ids if self._asked(one, request)]
        start = offset if offset < self.wraps_at else 0
        return Reply(listing(*map(a_recording, found[start : start + self.cap])).encode())

    def _asked(self, record_id: str, request: Request) -> bool:
        if "recordID" not in request.parameters:
            return True
        prefixes = tuple(request.parameters["recordID"].split(",")[: self.most_ids])
        if self.folds:
            return record_id.lower().startswith(tuple(one.lower() for one in prefixes))
        return record_id.startswith(prefixes)
