"""The one mechanism for every write to a server."""
