"""Which recordings lack which caption language, and how old that knowledge is."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bbbkeep.captions.language import canonical, same
from bbbkeep.ledger.tracks import Known
from bbbkeep.operations.known_tracks import known_tracks
from bbbkeep.site import Site

_PUBLISHED = ("published",)


@dataclass(frozen=True, slots=True)
class Lacking:
    """One published recording that lacks a language, or of whose tracks nothing is known (`has` is None)."""

    record_id: str
    name: str | None
    lacks: tuple[str, ...]
    has: tuple[str, ...] | None
    asked_at: datetime | None

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "record_id": self.record_id,
            "name": self.name,
            "lacks": list(self.lacks),
            "has": None if self.has is None else list(self.has),
            "asked_at": moment(self.asked_at),
        }


@dataclass(slots=True)
class Age:
    """How old knowledge of text tracks is: questions asked, the oldest and the newest, and how many were never."""

    asked: int = 0
    never: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None

    def add(self, known: Known | None) -> None:
        if known is None or known.tracks is None:
            self.never += 1
            return
        self.asked += 1
        self.oldest = min(self.oldest or known.asked_at, known.asked_at)
        self.newest = max(self.newest or known.asked_at, known.asked_at)

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "asked": self.asked,
            "never_asked": self.never,
            "oldest": moment(self.oldest),
            "newest": moment(self.newest),
        }


@dataclass(slots=True)
class Coverage:
    """What published recordings have, counted while they are read; *langs* are those that each should have.

    Without *langs*, a recording lacks captions where it has no track at all.
    """

    site: Site
    langs: Sequence[str]
    kind: str | None = None
    recordings: int = 0
    age: Age = field(default_factory=Age)
    languages: Counter[str] = field(default_factory=Counter)

    def lacking(self) -> Iterator[Lacking]:
        """Yield the recordings that lack a language, and those of which nothing is known."""
        for row, known in known_tracks(self.site, _PUBLISHED):
            self.recordings += 1
            self.age.add(known)
            has = self._has(known)
            self.languages.update(set(has or ()))
            lacks = tuple(lang for lang in self.langs if not any(same(lang, one) for one in has or ()))
            if lacks if self.langs else not has:
                recording = row.recording
                asked_at = known.asked_at if known else None
                yield Lacking(recording.record_id, recording.name, lacks, has, asked_at)

    def _has(self, known: Known | None) -> tuple[str, ...] | None:
        if known is None or known.tracks is None:
            return None
        return tuple(one.lang for one in known.tracks if self.kind in {None, one.kind})

    def figures(self) -> dict[str, Any]:
        """Return what was counted."""
        return {
            "recordings": self.recordings,
            "languages": dict(sorted(self.languages.items())),
            "knowledge": self.age.document(),
        }


def coverage_of(site: Site, langs: Sequence[str], kind: str | None) -> Coverage:
    """Return a count that has not begun.

    Raises:
        CaptionError: not a language.
    """
    return Coverage(site, [canonical(lang) for lang in langs], kind)


def coverage_document(coverage: Coverage, *, ascii_only: bool = False) -> Iterator[str]:
    """Return the JSON document's text, a piece at a time; what was counted comes last."""
    head = {"server": coverage.site.server.name, "langs": list(coverage.langs), "kind": coverage.kind}
    yield json.dumps(head, ensure_ascii=ascii_only)[:-1] + ', "lacking": ['
    for number, one in enumerate(coverage.lacking()):
        yield (",\n" if number else "\n") + json.dumps(one.document(), ensure_ascii=ascii_only)
    yield "\n], " + json.dumps(coverage.figures(), ensure_ascii=ascii_only)[1:] + "\n"


def knowledge(site: Site) -> Age:
    """Return how old what is known of the published recordings' text tracks is."""
    age = Age()
    for _, known in known_tracks(site, _PUBLISHED):
        age.add(known)
    return age


def moment(at: datetime | None) -> str | None:
    """Return a time as documents have it."""
    return at.isoformat(timespec="seconds") if at else None
