"""The parts of docs/policy.md that are made from the words of the grammar, so that they say what is obeyed."""

import re
from collections.abc import Callable, Mapping

from bbbkeep.retention.grammar import CONDITIONS
from bbbkeep.retention.sections import SECTIONS

_MARKED = "<!-- made from the grammar: {0} -->\n{1}<!-- end of {0} -->"


def conditions_table() -> str:
    """Return the conditions: word, what it takes, when it is unknown."""
    rows = (f"| `{word}` | {one.takes} | {one.unknown} |" for word, one in CONDITIONS.items())
    return "\n".join(("| word | takes | unknown where |", "|---|---|---|", *rows)) + "\n"


def sections_table() -> str:
    """Return the sections of a policy: key and what it takes."""
    rows = (f"| `{key}`{' (needed)' if one.needed else ''} | {one.takes} |" for key, one in SECTIONS.items())
    return "\n".join(("| key | takes |", "|---|---|", *rows)) + "\n"


PARTS: Mapping[str, Callable[[], str]] = {"sections": sections_table, "conditions": conditions_table}
"""Name of a part, as docs/policy.md marks it -> what writes it."""


def brought_up_to_date(document: str) -> str:
    """Return docs/policy.md with every marked part written anew."""
    for name, write in PARTS.items():
        part = re.compile(_MARKED.format(re.escape(name), "(?s:.*?)"))
        document = part.sub(lambda _, name=name, write=write: _MARKED.format(name, write()), document)  # type: ignore[misc]
    return document
