"""A sweep into a fresh ledger: beside downloading the same answers and throwing them away, and what it costs the client."""

from collections.abc import Iterator

from benchmarks.measure import Figure, medians
from benchmarks.processes import Server, replaying

SIZES = (20_000, 100_000)
LATENCY_MS = 20
ROUNDS = 3
_LONGEST_RATIO, _MOST_CPU_US, _MOST_GROWTH = 1.15, 120, 1.2
_LARGE = 500_000


def beside_download() -> Iterator[Figure]:
    """Compare with the same bytes, and with the same recordings in pages of 100 as other clients ask for them."""
    for recordings in SIZES:
        with replaying(recordings, latency_ms=LATENCY_MS) as server:
            ours, same, pages = _in_turn(server)
        what = f"sweep, {LATENCY_MS} ms an answer"
        yield Figure(what, f"{recordings:,}", ours, "s", "download of the same bytes", same, _LONGEST_RATIO)
        yield Figure(what, f"{recordings:,}", ours, "s", "download in pages of 100", pages, _LONGEST_RATIO)


def _in_turn(server: Server) -> list[float]:
    server.asked()
    server.work("sweep")
    paths = server.asked()
    return medians(
        ROUNDS,
        [
            lambda: server.work("sweep").wall,
            lambda: server.work("download", paths).wall,
            lambda: server.work("pages").wall,
        ],
    )


def processor() -> Iterator[Figure]:
    """Measure the client's processor time for download, parse, build and store, without latency."""
    for recordings in SIZES:
        with replaying(recordings) as server:
            [stored] = medians(ROUNDS, [lambda: server.work("sweep").cpu])
            read = server.work("listing").cpu
        size, each = f"{recordings:,}", 1e6 / recordings
        yield Figure("client's CPU, download to ledger", size, stored * each, "us each", limit=_MOST_CPU_US)
        yield Figure("client's CPU, without the ledger", size, read * each, "us each")


def memory() -> Iterator[Figure]:
    """Compare the most memory that a large sweep takes with a smaller one's."""
    [small, large] = [_peak(recordings) for recordings in (SIZES[-1], _LARGE)]
    beside = f"the same at {SIZES[-1]:,}"
    yield Figure("sweep, peak memory", f"{_LARGE:,}", large, "MB", beside, small, _MOST_GROWTH)


def _peak(recordings: int) -> float:
    with replaying(recordings) as server:
        return server.work("sweep").peak_mb
