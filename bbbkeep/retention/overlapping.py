"""Which texts two comparisons have in common: all of one, or none.

Pure, and silent where it can't be told.
"""

import re

from bbbkeep.retention.matching import Wanted

LISTED = ("equals", "in")
_STARS = re.compile(r"[*?]+")


def includes(wide: Wanted, narrow: Wanted) -> bool:
    """Tell whether every text that meets *narrow* meets *wide*."""
    if wide == narrow or _takes_all(wide):
        return True
    if narrow.operator in LISTED:
        return all(wide.met(value) for value in narrow.values)
    return all(
        any(_within(narrow.operator, value, wide, one) for one in wide.values) for value in narrow.values
    )


def apart(one: Wanted, other: Wanted) -> bool:
    """Tell whether no text meets both."""
    for listed, against in ((one, other), (other, one)):
        if listed.operator in LISTED:
            return not any(against.met(value) for value in listed.values)
    if one.operator == other.operator == "glob":
        return all(_begin_apart(a, b) for a in one.values for b in other.values)
    return False


def _takes_all(wanted: Wanted) -> bool:
    return wanted.operator == "glob" and any(value and set(value) == {"*"} for value in wanted.values)


def _within(operator: str, value: str, wide: Wanted, one: str) -> bool:
    """Tell whether each text that has (or looks like) *value* meets one value of *wide*."""
    if operator == wide.operator and value == one:
        return True
    if wide.operator != "contains":
        return False
    if operator == "glob":
        return any(one in piece for piece in _STARS.split(value))
    return operator == "contains" and one in value


def _begin_apart(one: str, other: str) -> bool:
    first, second = (_STARS.split(glob, maxsplit=1)[0] for glob in (one, other))
    return not (first.startswith(second) or second.startswith(first))
