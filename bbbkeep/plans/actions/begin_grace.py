"""Look whether a recording is unpublished still, so that the time until its delete counts from now.

A policy that deletes some time after unpublishing comes upon recordings that
somebody else unpublished, nobody knows when.  Nothing is written to them.
"""

from bbbkeep.plans.action import Found, Params
from bbbkeep.plans.actions.unpublish import Unpublish


class BeginGrace(Unpublish):
    """See a recording unpublished; one that is not has drifted, and nothing is sent."""

    name = "begin_grace"
    begins_grace = "unchanged"
    undoable = ""

    def takes_away(self, found: Found, params: Params) -> bool:
        return False

    def objection(self, found: Found, params: Params) -> str:
        return "it was published again; nothing is sent"
