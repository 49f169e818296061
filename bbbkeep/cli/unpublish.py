"""`bbbkeep unpublish`."""

from bbbkeep.cli.publishing import unpublish as command

__all__ = ("command",)
