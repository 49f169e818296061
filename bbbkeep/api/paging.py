"""What one more answer means for a slice: proven, another page, or to be split.  Pure.

Where answers may be cut without a word, a slice is proven in one of two
ways.  The page that begins with the last entry we hold brings nothing else;
if entries shifted meanwhile, it does not begin with that entry.  Or, where
offsets are ignored: the server has answered with more entries at once, so
this answer was not cut, or it holds the one recording that the whole ID names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bbbkeep.api.slices import Slice
from bbbkeep.counted import many

LAST_OFFSET = 9_999
"""BBBLB takes no offset from 10,000 on, and answers with its first page."""

MOST_RESTARTS = 3
"""Times that a slice is listed anew because its entries shifted."""


@dataclass(slots=True)
class Page:
    """What one answer held: `entries` as the server counts them, `ids` those that the slice holds."""

    seconds: float = 0
    lenient: bool = False
    stored: bool = True
    because: str = ""
    first: str = ""
    last: str = ""
    entries: int = 0
    strays: int = 0
    ids: set[str] = field(default_factory=set)

    @property
    def flaw(self) -> str:
        """Why the answer proves nothing, whatever else is asked; empty if it may."""
        if self.because or not self.strays:
            return self.because
        return f"{many(self.strays, 'recording in the answer does', 'recordings in the answer do')} not begin with the prefix that was asked for"

    def note(self, part: Slice, record_ids: Sequence[str]) -> None:
        """Add a batch that is not empty, in the order of the answer."""
        self.first, self.last = self.first or record_ids[0], record_ids[-1]
        self.entries += len(record_ids)
        held = {one for one in record_ids if part.holds(one)}
        self.strays += sum(one not in held and not part.explains(one) for one in record_ids)
        self.ids |= held


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a slice from *offset* on, and what earlier pages of it showed."""

    part: Slice
    offset: int = 0
    first: str = ""
    last: str = ""
    received: int = 0
    widest: int = 0
    """The most entries that one answer for this slice held."""
    seen: frozenset[str] = frozenset()
    lenient: bool = False
    restarts: int = 0


@dataclass(slots=True)
class Memory:
    """What a sweep has learned of a server whose answers may be cut."""

    largest: int = 1
    """The most entries that any answer held; even a server that cuts shows one, if there are any."""
    pages: bool = True
    """False once it ignored an offset, or did not take one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes next; `ask` only for "again", `because` only where nothing is proven."""

    kind: Literal["proven", "again", "split"]
    because: str = ""
    ask: Ask | None = None


_PROVEN = Verdict("proven")


def judge(ask: Ask, page: Page, memory: Memory) -> tuple[Ask, Verdict]:
    """Return *ask* with what *page* showed, and what comes next for its slice."""
    overlap = ask.received - ask.offset
    begins_as_expected = ask.offset in (0, ask.received) or page.first == ask.last
    memory.largest = max(memory.largest, page.entries)
    if _ignored(ask, page, overlap):
        return ask, _offset_ignored(ask, memory)
    if not begins_as_expected:
        return ask, _shifted(ask)
    grown = _grown(ask, page, overlap)
    if page.entries <= overlap:
        return grown, _PROVEN
    if ask.offset and grown.seen == ask.seen and page.ids:
        return grown, Verdict("split", f"the page at offset {ask.offset} brings nothing new")
    return grown, _next(grown, memory)


def _ignored(ask: Ask, page: Page, overlap: int) -> bool:
    """Tell whether the first page came again, whatever offset was asked for."""
    if ask.offset == 0 or not page.entries or page.first != ask.first:
        return False
    return ask.first != ask.last or page.entries > overlap  # a recording may come twice, once for each format


def no_page(ask: Ask, memory: Memory) -> Verdict:
    """Return what comes next where the server does not answer an offset."""
    return _offset_ignored(ask, memory)


def _grown(ask: Ask, page: Page, overlap: int) -> Ask:
    return replace(
        ask,
        first=ask.first or page.first,
        last=page.last or ask.last,
        received=ask.received + max(0, page.entries - overlap),
        widest=max(ask.widest, page.entries),
        seen=ask.seen | page.ids,
        lenient=ask.lenient or page.lenient,
    )


def _next(ask: Ask, memory: Memory) -> Verdict:
    if not memory.pages:
        return _by_size(ask, memory)
    if memory.largest == 1 and ask.received > 1:
        return Verdict("split", "its answers hold one recording each, which no overlap can join")
    offset = max(ask.received - 1, 1)
    if offset > LAST_OFFSET:
        return Verdict("split", f"it holds more than {LAST_OFFSET:,} recordings, and no page begins later")
    return Verdict("again", ask=replace(ask, offset=offset))


def _offset_ignored(ask: Ask, memory: Memory) -> Verdict:
    if ask.received > ask.widest:
        return Verdict("split", f"the server ignores offset {ask.offset}, having taken others")
    memory.pages = False
    return _by_size(ask, memory)


def _by_size(ask: Ask, memory: Memory) -> Verdict:
    if ask.received < memory.largest or ask.part.is_one(ask.seen):
        return _PROVEN
    return Verdict("split", f"nothing shows that an answer with {ask.received} recordings was not cut")


def _shifted(ask: Ask) -> Verdict:
    if ask.restarts >= MOST_RESTARTS:
        return Verdict("split", f"its entries shifted while it was listed, {ask.restarts + 1} times")
    return Verdict("again", ask=Ask(ask.part, restarts=ask.restarts + 1))
