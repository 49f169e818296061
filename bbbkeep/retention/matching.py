"""How a text is compared: equals, in, glob, regex, contains.

Upper and lower case matter unless a comparison says otherwise, runs of
whitespace do not.  Every comparison takes linear time, whatever a server
sends: regular expressions are RE2's, which never go back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from bbbkeep.retention.facts import plainly

if TYPE_CHECKING:
    import re2

Operator = Literal["equals", "in", "glob", "regex", "contains"]
OPERATORS: tuple[Operator, ...] = ("equals", "in", "glob", "regex", "contains")


@dataclass(frozen=True)
class Wanted:
    """A comparison and its values, more than one only for `in`; `any_case`: letter case means nothing."""

    operator: Operator
    values: tuple[str, ...]
    any_case: bool = False

    @property
    def folded(self) -> "Wanted":
        """The comparison to make with a text in one letter case; a regular expression stays as it is."""
        if not self.any_case or self.operator == "regex":
            return self
        return Wanted(self.operator, tuple(sorted({value.casefold() for value in self.values})))

    def met(self, text: str) -> bool:
        """Compare with *text*, whose whitespace is collapsed."""
        return bool(self.test(text))

    def sentence(self) -> str:
        values = " or ".join(plainly(value) for value in self.values)
        return f"{_SAID[self.operator]} {values}{' in any letter case' if self.any_case else ''}"

    @cached_property
    def test(self) -> Callable[[str], object]:
        """Find what `met` tells, and the same function each time."""
        if self.operator == "regex":
            return _matching(self.values, any_case=self.any_case)
        test = _TESTS[self.operator](tuple(map(str.casefold, self.values)) if self.any_case else self.values)
        return (lambda text: test(text.casefold())) if self.any_case else test


def regex_problem(pattern: str) -> str:
    """Say why RE2 does not take *pattern*, or return ""."""
    import re2

    try:
        _compiled(pattern, any_case=False)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return ""


def _matching(patterns: tuple[str, ...], *, any_case: bool) -> Callable[[str], object]:
    """Return what tells whether one of the regular expressions is found anywhere in a text."""
    found = [_compiled(pattern, any_case=any_case) for pattern in patterns]
    return lambda text: any(pattern.search(_utf8(text)) is not None for pattern in found)


@lru_cache(maxsize=256)
def _compiled(pattern: str, *, any_case: bool) -> "re2._Regexp":
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not any_case
    return re2.compile(_utf8(pattern), options)


def _utf8(text: str) -> bytes:
    # As bytes, because a text from a server may hold half a character, which no encoding takes.
    return text.encode(errors="replace")


def _equal(values: tuple[str, ...]) -> Callable[[str], object]:
    return frozenset(values).__contains__


def _alike(globs: tuple[str, ...]) -> Callable[[str], object]:
    """Only `*` and `?` are special in a glob: `[Test] *` is how people name meetings."""
    # translate() writes each part between stars as an atomic group, so nothing is tried twice.
    return re.compile("|".join(translate(glob.replace("[", "[[]")) for glob in globs)).match


def _containing(values: tuple[str, ...]) -> Callable[[str], object]:
    return re.compile("|".join(map(re.escape, values))).search


_TESTS: dict[Operator, Callable[[tuple[str, ...]], Callable[[str], object]]] = {
    "equals": _equal,
    "in": _equal,
    "glob": _alike,
    "contains": _containing,
}
_SAID: dict[Operator, str] = {
    "equals": "is",
    "in": "is",
    "glob": "looks like",
    "regex": "matches",
    "contains": "contains",
}
