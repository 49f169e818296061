"""How a text is compared: equals, in, glob, contains.

Upper and lower case matter, runs of whitespace do not.  Every comparison
takes linear time, whatever a server sends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Literal

from bbbkeep.retention.facts import collapsed, plainly

Operator = Literal["equals", "in", "glob", "contains"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A comparison and what it compares with: one value, or several for `in`."""

    operator: Operator
    values: tuple[str, ...]

    def met(self, text: str) -> bool:
        return _MET[self.operator](collapsed(text), self.values)

    def sentence(self) -> str:
        values = " or ".join(plainly(value) for value in self.values)
        return f"{_SAID[self.operator]} {values}"


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
_SAID: dict[Operator, str] = {"equals": "is", "in": "is", "glob": "looks like", "contains": "contains"}
