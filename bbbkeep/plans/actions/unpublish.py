"""Unpublish a recording: it stays, but viewers can't reach it."""

from bbbkeep.model import Outcome
from bbbkeep.plans.actions.publish import Publish


class Unpublish(Publish):
    """Hide a recording; a hold stops it."""

    name = "unpublish"
    opposite = "publish"
    published = False
    begins_grace: Outcome | None = "verified"
