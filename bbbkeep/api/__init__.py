"""The wire: every call to a server, and nothing else, goes through here."""
