"""In what the kinds of server differ: one frozen record for each profile."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Dialect:
    """The choices one kind of server makes.

    `total` is where a page says how many recordings there are; `languages`
    is the spelling of a region that an upload may use (`en_US` or `en-US`).
    """

    name: str
    version: str
    algorithms: frozenset[str]
    total: Literal["element"]
    languages: Literal["underscore"]


DIALECTS = {
    "bbb30": Dialect(
        name="bbb30",
        version="3.0.19",
        algorithms=frozenset({"sha1", "sha256", "sha384", "sha512"}),
        total="element",
        languages="underscore",
    ),
}
"""Profile name -> what it does differently."""
