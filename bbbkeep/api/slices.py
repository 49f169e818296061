"""Parts of the space of record IDs, and how one is split so that its children cover it.  Pure."""

from dataclasses import dataclass
from typing import Self

from bbbkeep.errors import UsageError

_HEX, _DIGITS = "0123456789abcdef", "0123456789"
_HASH, _WHOLE = 40, 54

ALPHABET = f"{_HEX}ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
"""Every character that a record ID may hold."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The record IDs that begin with one of `prefixes`; no prefix: all of them.

    One that has to be split becomes smaller requests for every character an
    ID may go on with: the likely ones each alone, all others in one.  Below
    the 40th digit of an ID that is `-`, then 13 digits.
    """

    prefixes: tuple[str, ...]

    @classmethod
    def first(cls) -> tuple[Self, ...]:
        """Return the slices that a sweep begins with."""
        return cls._below("")

    @classmethod
    def everything(cls) -> Self:
        return cls(())

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the slice with this key.

        Raises:
            UsageError: no slice has it.
        """
        prefixes = tuple(key.split(",")) if key else ()
        if not all(prefix and set(prefix) <= set(ALPHABET) for prefix in prefixes):
            raise UsageError(f"{key[:80]!r} is not the key of a slice")
        return cls(prefixes)

    @property
    def key(self) -> str:
        """The slice as text, for whoever remembers it."""
        return ",".join(self.prefixes)

    def holds(self, record_id: str) -> bool:
        return record_id.startswith(self.prefixes)

    def explains(self, record_id: str) -> bool:
        """Whether a server that compares IDs in any letter case (LIKE in SQLite) may answer with this one."""
        return record_id.lower().startswith(tuple(prefix.lower() for prefix in self.prefixes))

    def children(self) -> tuple[Self, ...]:
        """Return slices that together hold what this one holds; none if it can't be split."""
        if len(self.prefixes) > 1:
            half = len(self.prefixes) // 2
            return (type(self)(self.prefixes[:half]), type(self)(self.prefixes[half:]))
        prefix = self.key
        return self._below(prefix) if len(prefix) < _WHOLE else ()

    @classmethod
    def _below(cls, prefix: str) -> tuple[Self, ...]:
        likely = _HEX
        if len(prefix) >= _HASH:
            likely = "-" if len(prefix) == _HASH else _DIGITS
        others = tuple(prefix + letter for letter in ALPHABET if letter not in likely)
        return (*(cls((prefix + letter,)) for letter in likely), cls(others))
