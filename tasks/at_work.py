"""Open a server for a night that is under way."""

from collections.abc import Iterator
from contextlib import contextmanager

from bbbkeep.operations.night import Night, keep_lease
from bbbkeep.site import Site, SiteRef, open_site


@contextmanager
def at_work(ref: SiteRef, night: Night) -> Iterator[Site]:
    """Open the server and hold on to its lease: the night is still at work.

    Raises:
        LeaseHeldError: it ran out, or another run took it.
    """
    with open_site(ref) as site:
        keep_lease(site, night)
        yield site
