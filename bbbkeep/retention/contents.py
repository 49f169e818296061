"""Conditions over what a recording is made of: playback formats, text tracks, breakout rooms.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal

from bbbkeep.captions.language import canonical, is_language
from bbbkeep.model import InventoryRow
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import Facts, plainly
from bbbkeep.retention.spans import Span
from bbbkeep.retention.truth import Truth, all_of, any_of, known, opposite

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask

Share = Literal["has", "any_of", "none_of", "only"]
SHARES: tuple[Share, ...] = ("has", "any_of", "none_of", "only")

_SAID: dict[Share, str] = {
    "has": "have {all}",
    "any_of": "have {any}",
    "none_of": "don't have {any}",
    "only": "are only {any}",
}
_ISBREAKOUT = "isbreakout"
UNNAMED = "unknown"
"""What `api/parse.py` calls a playback format whose type the server does not tell."""


@dataclass(frozen=True, slots=True)
class FormatsAre(Condition):
    """Which playback formats the server lists; a recording without any has formats that nobody knows."""

    word: ClassVar[str] = "formats"
    share: Share
    types: tuple[str, ...]

    def truth(self, facts: Facts) -> Truth:
        return self.answer(types_of(facts.row))

    def mask(self, columns: "Columns") -> "Mask":
        return columns.told("formats", types_of).mask(self.answer)

    def answer(self, listed: frozenset[str]) -> Truth:
        whole = bool(listed) and UNNAMED not in listed
        absent = Truth.NO if whole else Truth.UNKNOWN
        there = [Truth.YES if one in listed else absent for one in self.types]
        wanted = [known(one in self.types) for one in listed if one != UNNAMED]
        return _share(self.share, there, wanted if whole else [*wanted, Truth.UNKNOWN])

    def sentence(self) -> str:
        return f"formats {_said(self.share, self.types)}"

    def fact(self, facts: Facts) -> str:
        listed = types_of(facts.row)
        return f"formats are {plainly(', '.join(sorted(listed)))}" if listed else "formats are unknown"

    @property
    def names(self) -> tuple[str, ...]:
        return ("formats",)


@dataclass(frozen=True, slots=True)
class CaptionsAre(Condition):
    """Which languages the text tracks have, as far as the last answer counts as knowledge.

    `langs` are RFC 5646 tags: `de` includes `de-AT`.  Without any, `none_of`
    asks for no track at all and `any_of` for one in whatever language.
    """

    word: ClassVar[str] = "captions"
    share: Share
    langs: tuple[str, ...]
    known_for: Span

    def told(self, row: InventoryRow, now: datetime) -> frozenset[str] | None:
        """Return the languages; None where nobody asked, the server does not tell, or it was too long ago."""
        found = row.tracks
        if found is None or found.tracks is None:
            return None
        fresh = timedelta() <= now - found.asked_at <= timedelta(hours=self.known_for.hours)
        return frozenset(one.lang for one in found.tracks) if fresh else None

    def truth(self, facts: Facts) -> Truth:
        return self.answer(self.told(facts.row, facts.now))

    def mask(self, columns: "Columns") -> "Mask":
        now = columns.now
        name = ("langs", self.known_for, now)
        return columns.told(name, lambda row: self.told(row, now)).mask(self.answer)

    def answer(self, found: frozenset[str] | None) -> Truth:
        if found is None:
            return Truth.UNKNOWN
        if not self.langs:
            return known(bool(found) is (self.share == "any_of"))
        there = [any_of(covers(lang, one) for one in found) for lang in self.langs]
        others = [any_of(covers(lang, one) for lang in self.langs) for one in found]
        return _share(self.share, there, others or [Truth.NO])

    def sentence(self) -> str:
        anything = "are there" if self.share == "any_of" else "are none"
        said = _said(self.share, self.langs) if self.langs else anything
        return f"captions {said} (as asked within {self.known_for.text})"

    def fact(self, facts: Facts) -> str:
        told = self.told(facts.row, facts.now)
        if told is not None:
            langs = sorted(map(plainly, told))
            return f"captions are {', '.join(langs) if langs else 'none'}"
        answer = facts.row.tracks
        if answer is None:
            return "captions are unknown: never asked"
        if answer.tracks is None:
            return "captions are unknown: the server does not tell"
        return f"captions are unknown: asked on {answer.asked_at.astimezone(facts.zone):%Y-%m-%d}"

    @property
    def names(self) -> tuple[str, ...]:
        return ("captions",)


@dataclass(frozen=True, slots=True)
class BreakoutIs(Condition):
    """Whether the meeting was a breakout room, which some servers tell in the metadata only, and some not at all."""

    word: ClassVar[str] = "breakout"
    breakout: bool

    def told(self, facts: Facts) -> bool | None:
        if facts.recording.is_breakout is not None:
            return facts.recording.is_breakout
        values = (facts.metadata or {}).get(_ISBREAKOUT, frozenset())
        return {frozenset({"true"}): True, frozenset({"false"}): False}.get(values)

    def truth(self, facts: Facts) -> Truth:
        told = self.told(facts)
        return Truth.UNKNOWN if told is None else known(told is self.breakout)

    def sentence(self) -> str:
        return "it is a breakout room" if self.breakout else "it is no breakout room"

    def fact(self, facts: Facts) -> str:
        told = self.told(facts)
        return "whether it is a breakout room is unknown" if told is None else BreakoutIs(told).sentence()

    @property
    def names(self) -> tuple[str, ...]:
        return ("breakout",)


@lru_cache(maxsize=4096)
def covers(wanted: str, lang: str) -> Truth:
    """Tell whether a track in *lang* is one in *wanted*: `de` covers `de-AT`; of a plain `de`, `de-AT` is unknown."""
    if not is_language(lang):
        return Truth.UNKNOWN
    tag = canonical(lang)
    if tag == wanted or tag.startswith(f"{wanted}-"):
        return Truth.YES
    if tag.partition("-")[0] != wanted.partition("-")[0]:
        return Truth.NO
    # Of one language: two regions differ, all else (a region beside a script, one tag within the other) may not.
    return known(False) if _region(tag) and _region(wanted) else Truth.UNKNOWN


def _region(tag: str) -> str | None:
    parts = tag.split("-")
    regions = (part for part in parts[1:] if len(part) == len("AT") or part.isdigit())
    return next(regions, None) if len(parts) == len(("lang", "region")) else None


def types_of(row: InventoryRow) -> frozenset[str]:
    """Return the types of the formats that a server lists, in lower case."""
    return frozenset(one.type.lower() for one in row.recording.formats)


def _share(share: Share, wanted_is_there: Sequence[Truth], there_is_wanted: Iterable[Truth]) -> Truth:
    if share == "has":
        return all_of(wanted_is_there)
    if share == "only":
        return all_of(there_is_wanted)
    found = any_of(wanted_is_there)
    return found if share == "any_of" else opposite(found)


def _said(share: Share, names: Sequence[str]) -> str:
    return _SAID[share].format(all=" and ".join(names), any=" or ".join(names))
