"""Take back what a call did to the truth, whatever kind of server it was done by."""

from collections.abc import Iterator
from contextlib import contextmanager

from bbbkeep.standin.site import Site


@contextmanager
def undone(site: Site) -> Iterator[None]:
    """Let the truth be changed inside the block, and put it back at its end."""
    with site.state.lock:
        site.state.run("PRAGMA journal_mode = MEMORY")  # without a journal there is nothing to go back to
        site.state.run("SAVEPOINT undone")
        try:
            yield
        finally:
            site.state.run("ROLLBACK TO undone")
            site.state.run("RELEASE undone")
