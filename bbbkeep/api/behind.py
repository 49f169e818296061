"""Turn answers into recordings and store them while the next answer comes in.

The downloading stays with the caller, who alone holds the client and whom
Ctrl-C reaches; one thread behind it parses and stores, one answer at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from threading import Event
from types import TracebackType
from typing import Self, TypeVar

from bbbkeep.api.listing import Listing
from bbbkeep.api.paging import Page
from bbbkeep.api.slices import Slice
from bbbkeep.model import Recording

T = TypeVar("T")
Store = Callable[[Slice, Sequence[Recording]], None]

BATCH = 500


class StoppedError(Exception):
    """Whoever waited for the answer is gone."""


class Behind:
    """A context manager around one thread, which ends with it: at the next batch, if it is left early."""

    def __init__(self, store: Store) -> None:
        self._store, self._stop = store, Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bbbkeep-behind")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.shutdown(wait=True)

    def begin(self, part: Slice, listing: Listing, *, search: bool) -> "Future[Page]":
        """Read *listing*, close it, and store what *part* holds of it.

        *search*: store nothing if its recordings can be asked for apart.
        """
        return self._thread.submit(self._read, part, listing, search=search)

    def _read(self, part: Slice, listing: Listing, *, search: bool) -> Page:
        with listing:
            page = self._page(part, listing, stored=not search)
            if search and (page.flaw or not part.apart(page.ids)):
                page = self._page(part, listing, stored=True)
            return page

    def _page(self, part: Slice, listing: Listing, *, stored: bool) -> Page:
        page = Page(seconds=listing.seconds, lenient=listing.lenient, stored=stored)
        for batch in _batches(listing):
            if self._stop.is_set():
                raise StoppedError
            page.note(part, [one.record_id for one in batch])
            if stored:
                self._store(part, [one for one in batch if part.holds(one.record_id)])
        page.because = listing.because
        return page


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
