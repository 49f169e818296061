"""Compare edits with the inventory: what would change, from which value to which.

Pure.  What the inventory does not prove is not edited: a recording that it
does not hold, or one whose metadata could not be read, is skipped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bbbkeep.metadata.sheet import Edit, comparable
from bbbkeep.model import Recording


@dataclass(frozen=True, slots=True)
class Change:
    """One key of one recording: the value it has and the one it is to have; None is absent.

    `stored_key` is the key as the server spells it now; some keep upper case.
    """

    edit: Edit
    old: str | None
    stored_key: str | None

    @property
    def new(self) -> str | None:
        return self.edit.value

    @property
    def changes(self) -> bool:
        return comparable(self.old) != comparable(self.new)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An edit that can't be planned, and why."""

    edit: Edit
    because: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Every edit once, each in the order of the sheet."""

    changed: tuple[Change, ...]
    unchanged: tuple[Change, ...]
    skipped: tuple[Skipped, ...]


def changes(edits: Iterable[Edit], recordings: Mapping[str, Recording]) -> Changes:
    """Compare each edit with its recording in the inventory (*recordings*, by record_id)."""
    found = [_compare(edit, recordings.get(edit.record_id)) for edit in edits]
    compared = [each for each in found if isinstance(each, Change)]
    return Changes(
        changed=tuple(each for each in compared if each.changes),
        unchanged=tuple(each for each in compared if not each.changes),
        skipped=tuple(each for each in found if isinstance(each, Skipped)),
    )


def _compare(edit: Edit, recording: Recording | None) -> Change | Skipped:
    if recording is None:
        return Skipped(edit, "the recording is not in the inventory")
    if recording.metadata is None:
        return Skipped(edit, "the recording's metadata could not be read, so what would change is unknown")
    stored = [key for key in recording.metadata if key.lower() == edit.key]
    if len(stored) > 1:
        return Skipped(edit, f"the server keeps {len(stored)} spellings of {edit.key}: {', '.join(stored)}")
    if not stored:
        return Change(edit, None, None)
    return Change(edit, recording.metadata[stored[0]], stored[0])
