"""What listing 20,000 recordings asks of a BigBlueButton server: by prefix, and in pages of 100."""

from collections.abc import Iterator

from benchmarks.measure import Figure
from benchmarks.processes import Server, Took, standing_in

RECORDINGS = 20_000


def paging() -> Iterator[Figure]:
    """Measure requests and the local server's processor time.

    A real server reads every metadata.xml for each page, and the local one
    holds everything in memory: for a real one the difference is larger.
    """
    with standing_in(RECORDINGS, "bbb30") as server:
        listed, ours = _cost(server, "sweep")
        paged, theirs = _cost(server, "pages")
    beside = "pages of 100"
    size = f"{RECORDINGS:,}"
    yield Figure("sweep by prefix, requests", size, listed.requests, "requests", beside, paged.requests)
    yield Figure("sweep by prefix, server's CPU", size, ours, "s", beside, theirs, 1)
    yield Figure("sweep into the ledger, time", size, listed.wall, "s", beside, paged.wall)


def _cost(server: Server, what: str) -> tuple[Took, float]:
    before = server.cpu()
    took = server.work(what)
    return took, server.cpu() - before
