"""How a text is compared: equals, in, glob, regex, contains.

Upper and lower case matter unless a comparison says otherwise, runs of
whitespace do not.  Every comparison takes linear time, whatever a server
sends: regular expressions are RE2's, which never go back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from bbbkeep.retention.facts import collapsed, plainly

if TYPE_CHECKING:
    import re2

Operator = Literal["equals", "in", "glob", "regex", "contains"]
OPERATORS: tuple[Operator, ...] = ("equals", "in", "glob", "regex", "contains")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A comparison and its values, more than one only for `in`; `any_case`: letter case means nothing."""

    operator: Operator
    values: tuple[str, ...]
    any_case: bool = False

    def met(self, text: str) -> bool:
        text = collapsed(text)
        if self.operator == "regex":
            return any(_found(value, text, any_case=self.any_case) for value in self.values)
        if not self.any_case:
            return _MET[self.operator](text, self.values)
        return _MET[self.operator](text.casefold(), tuple(value.casefold() for value in self.values))

    def sentence(self) -> str:
        values = " or ".join(plainly(value) for value in self.values)
        return f"{_SAID[self.operator]} {values}{' in any letter case' if self.any_case else ''}"


def regex_problem(pattern: str) -> str:
    """Say why RE2 does not take *pattern*, or return ""."""
    import re2

    try:
        _compiled(pattern, any_case=False)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return ""


def _found(pattern: str, text: str, *, any_case: bool) -> bool:
    """Tell whether a regular expression is found anywhere in *text*."""
    return _compiled(pattern, any_case=any_case).search(_utf8(text)) is not None


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


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    """Compile a glob in which only `*` and `?` are special: `[Test] *` is how people name meetings."""
    # translate() writes each part between stars as an atomic group, so nothing is tried twice.
    return re.compile(translate(glob.replace("[", "[[]")))


_MET: dict[Operator, Callable[[str, tuple[str, ...]], bool]] = {
    "equals": lambda text, values: text in values,
    "in": lambda text, values: text in values,
    "glob": lambda text, values: any(_pattern(value).match(text) for value in values),
    "contains": lambda text, values: any(value in text for value in values),
}
_SAID: dict[Operator, str] = {
    "equals": "is",
    "in": "is",
    "glob": "looks like",
    "regex": "matches",
    "contains": "contains",
}
