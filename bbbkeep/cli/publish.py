"""`bbbkeep publish`."""

from bbbkeep.cli.publishing import publish as command

__all__ = ("command",)
