"""Cover a server by slices of record IDs, and prove each of them.

A BigBlueButton server reads every metadata.xml for an unfiltered listing, but
only the matches for a prefix; so the server is asked prefix by prefix, and a
slice that it does not answer, or answers slowly, is split.  So is one that only
the lenient parse can read, until what spoils it stands alone.  Knows no ledger:
recordings go to a callback as they come, and results to the caller, who may
resume from them.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from bbbkeep.api.behind import Behind, Store
from bbbkeep.api.listing import Listing
from bbbkeep.api.paging import Ask, Memory, Page, Verdict, judge, no_page
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import Slice
from bbbkeep.errors import BbbError, BbbRejectedError, BbbUnavailableError

MOST_SPLITS = 200
"""Each split was a slice that went unanswered for minutes; a server that needs more is not well, and is left alone."""

MOST_SEARCHES = 40
"""Splits that look for recordings with forbidden characters; then the metadata of those around it stay unknown."""

MOST_PROOFS = 3_000
"""Splits for want of a proof: a server of 500,000 recordings that cuts at 1,000 needs some hundreds."""

MOST_STUCK = 5
"""Slices too small to be split that go unanswered: one is a broken recording, more are a server that is not well."""

SLOW_SECONDS = 20.0
"""Front ends give up after 30; a slice that took this long shows that its neighbours should be asked for in parts."""

_PATIENCE = 8
"""Tries until a server counts as gone: bbb-web takes up to a minute to restart."""

_SPOILT = "its answer holds what XML forbids"
_NOBODY = f"{'0' * 40}-{'0' * 13}"


@dataclass(frozen=True, slots=True)
class SliceResult:
    """What became of one slice: how many recordings, and whether there are no more.

    A slice with `children` stands for nothing itself: they cover it, each
    longer prefix of it, or, if it was answered `whole`, each of its recordings.
    `by_prefix` says that it held an ID longer than what was asked for, which
    only a server that matches prefixes answers.
    """

    slice: Slice
    count: int = 0
    proven: bool = False
    because: str = ""
    children: tuple[Slice, ...] = ()
    by_prefix: bool = False
    lenient: bool = False
    whole: bool = False


def sweep(reader: Reader, slices: Iterable[Slice], store: Store) -> Generator[SliceResult]:
    """Yield one result for each of *slices*, and for the children of those that had to be split.

    The next answer comes in while *store* is called for the last, by a thread
    that ends when this does; close it to end it early.  Ends where the server
    is not well: after MOST_STUCK, or at the first after MOST_SPLITS.  What is
    left was not asked; the sweep is incomplete anyway.

    Raises:
        BbbAuthError: the server refuses the secret.
        BbbUnavailableError: the server answers nothing any more.
    """
    with Behind(store) as behind:
        yield from _Sweep(reader, slices).results(behind)


def require_answer(reader: Reader, *, tries: int = _PATIENCE) -> None:
    """Raise BbbUnavailableError unless the server answers for a recording that nobody has."""
    with reader.listing([_NOBODY], tries=tries):
        pass


class _Sweep:
    """What is still to be asked, and what was learned of the server on the way."""

    def __init__(self, reader: Reader, slices: Iterable[Slice]) -> None:
        self._reader, self._memory = reader, Memory()
        self._cut = reader.profile.coverage == "capped answers"
        self._waiting = deque(Ask(one) for one in slices)
        self._splits = self._searches = self._proofs = self._stuck = self._finest = 0

    def results(self, behind: Behind) -> Iterator[SliceResult]:
        begun: tuple[Ask, Future[Page]] | None = None
        while self._waiting or begun:
            try:
                fetched = self._fetched() if self._waiting else None
            except BbbError:
                yield from self._settled(*begun, None) if begun else []
                raise
            done = self._settled(*begun, fetched) if begun else []
            if isinstance(fetched, SliceResult):
                done, begun = [*done, fetched], None
            else:
                begun = self._begun(behind, *fetched) if fetched else None
            for result in done:
                yield result
                if self._not_well(result):
                    return

    def _begun(self, behind: Behind, ask: Ask, listing: Listing) -> tuple[Ask, "Future[Page]"]:
        search = listing.lenient and self._searches < MOST_SEARCHES and bool(ask.part.children())
        return ask, behind.begin(ask.part, listing, search=search)

    def _fetched(self) -> SliceResult | tuple[Ask, Listing]:
        """Ask for the next one; a result where that already settles it."""
        ask = self._waiting.popleft()
        if ask.offset == 0 and (because := self._too_coarse(ask.part)):
            return self._split(SliceResult(ask.part, because=because))
        tries = self._tries(ask)
        try:
            return ask, self._listing(ask, tries)
        except BbbRejectedError as problem:
            return self._unanswered(ask, str(problem), self._instead(ask.part))
        except BbbUnavailableError as problem:
            because = str(problem)
        require_answer(self._reader)
        return self._unanswered(ask, because, self._smaller(ask.part))

    def _unanswered(self, ask: Ask, because: str, children: tuple[Slice, ...]) -> SliceResult:
        if ask.offset:
            return self._concluded(ask, no_page(ask, self._memory))
        self._splits += bool(children)
        return self._waiting_for(SliceResult(ask.part, because=because, children=children))

    def _listing(self, ask: Ask, tries: int | None) -> Listing:
        if not ask.part.prefixes:
            return self._reader.listing_all(offset=ask.offset, tries=tries)
        return self._reader.listing(ask.part.prefixes, offset=ask.offset, tries=tries)

    def _too_coarse(self, part: Slice) -> str:
        """Say why *part* should be asked for in pieces at once."""
        if not part.prefixes:
            return ""
        if len(part.prefixes) > self._reader.most_ids(part.prefixes):
            return "one request can't name all of its prefixes"
        if len(part.prefixes) == 1 and len(part.key) < self._finest and part.children():
            return "a slice as large was slow"
        return ""

    def _tries(self, ask: Ask) -> int | None:
        """Splitting is cheaper than waiting for a time-out again, but for the widest slices."""
        if ask.offset == 0 and not self._smaller(ask.part):
            return None
        return 2 if not ask.part.prefixes or len(ask.part.prefixes[0]) == 1 else 1

    def _smaller(self, part: Slice) -> tuple[Slice, ...]:
        return part.children() if self._splits < MOST_SPLITS else ()

    def _instead(self, part: Slice) -> tuple[Slice, ...]:
        """Ask by prefix where a server lists nothing without one: BigBlueButton and Scalelite can be told not to."""
        if part.prefixes or self._reader.profile.coverage == "one listing":
            return ()
        return (Slice.coarse(),)

    def _settled(self, ask: Ask, answer: "Future[Page]", fetched: object) -> list[SliceResult]:
        """Wait for the thread behind; what was fetched meanwhile is closed if it failed."""
        try:
            page = answer.result()
        except BaseException:
            if isinstance(fetched, tuple):
                fetched[1].close()
            raise
        result = self._judged(ask, page)
        return [result] if result else []

    def _judged(self, ask: Ask, page: Page) -> SliceResult | None:
        """Say what one answer proves; None where another page is asked for."""
        if page.seconds > SLOW_SECONDS and len(ask.part.prefixes) == 1:
            self._finest = max(self._finest, len(ask.part.key) + 1)
        if page.flaw:
            children = self._instead(ask.part)
            return self._waiting_for(
                SliceResult(ask.part, len(page.ids), because=page.flaw, children=children)
            )
        if not page.stored:
            return self._searched(ask, page)
        if not self._cut:
            return _proven(ask.part, page.ids, lenient=page.lenient)
        grown, verdict = judge(ask, page, self._memory)
        if verdict.kind == "again" and verdict.ask:
            self._waiting.appendleft(verdict.ask)
            return None
        return self._concluded(grown, verdict)

    def _searched(self, ask: Ask, page: Page) -> SliceResult:
        """Ask for the recordings of a spoilt answer apart: one odd one must not leave the others' metadata unknown."""
        self._searches += 1
        children = ask.part.children() if self._cut else ask.part.apart(page.ids)
        by_prefix = not page.ids <= set(ask.part.prefixes)
        found = SliceResult(
            ask.part,
            len(page.ids),
            because=_SPOILT,
            children=children,
            by_prefix=by_prefix,
            whole=not self._cut,
        )
        return self._waiting_for(found)

    def _concluded(self, ask: Ask, verdict: Verdict) -> SliceResult:
        if verdict.kind == "proven":
            return _proven(ask.part, ask.seen, lenient=ask.lenient)
        result = _proven(ask.part, ask.seen, lenient=ask.lenient)
        return self._split(replace(result, proven=False, because=verdict.because))

    def _split(self, result: SliceResult) -> SliceResult:
        self._proofs += 1
        children = result.slice.children() if self._proofs <= MOST_PROOFS else ()
        return self._waiting_for(replace(result, children=children))

    def _waiting_for(self, result: SliceResult) -> SliceResult:
        self._waiting.extendleft(Ask(one) for one in reversed(result.children))
        return result

    def _not_well(self, result: SliceResult) -> bool:
        settled = result.proven or bool(result.children)
        self._stuck += not settled and not result.slice.children()
        return self._stuck >= MOST_STUCK or (self._splits >= MOST_SPLITS and not settled)


def _proven(part: Slice, seen: Iterable[str], *, lenient: bool) -> SliceResult:
    ids = set(seen)
    by_prefix = bool(part.prefixes) and not ids <= set(part.prefixes)
    return SliceResult(part, len(ids), proven=True, by_prefix=by_prefix, lenient=lenient)
