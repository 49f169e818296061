"""How much holds and protections keep: what guards compare from plan to plan."""

from datetime import datetime
from typing import TYPE_CHECKING

from bbbkeep.retention.policy import Policy
from bbbkeep.retention.truth import Truth

if TYPE_CHECKING:
    from bbbkeep.retention.sift import Sifted


class Spared:
    """Counts what holds and protections keep, so that one that protects no more is noticed.

    A hold whose last day has passed *since* the server was compared last did what it was for, and so did
    a protection that has ended: it is not counted.
    """

    def __init__(self, policy: Policy, since: datetime | None) -> None:
        self._policy, self._since = policy, since
        self.holds = self.lapsed = 0
        self.protections = {each.name: 0 for each in policy.protections}

    def count(self, chunk: "Sifted") -> None:
        """Count what was judged together; unknown metadata holds it too, but is no hold that could be lost."""
        self.holds += int((chunk.held & chunk.readable).sum())
        self.lapsed += chunk.lapsed(self._since) if self._since else 0
        for each, mask in zip(self._policy.protections, chunk.protected, strict=True):
            if each.ended(chunk.columns):
                self.protections.pop(each.name, None)
            else:
                self.protections[each.name] += int((mask == Truth.YES).sum())
