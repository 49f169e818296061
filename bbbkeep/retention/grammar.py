"""The words of a condition in a policy file: one entry of CONDITIONS for each.

To add a condition: write its class in conditions.py, its parser here, and
name it in CONDITIONS.
"""

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bbbkeep.model import STATES
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Age, Before, Condition, MetadataIs, MetadataPresent, StateIs, TextIs
from bbbkeep.retention.facts import ANCHORS, Anchor, collapsed
from bbbkeep.retention.matching import Operator, Wanted
from bbbkeep.retention.spans import MAX_YEARS, YEARS, midnight, read_date, read_span
from bbbkeep.strict_yaml import Value, shown

METADATA_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
MAX_TEXT = 500

Parser = Callable[[Value, ZoneInfo], Condition]


def condition(value: Value, zone: ZoneInfo) -> Condition:
    """Read a condition; several words in one mapping must all be met."""
    words = value.only(*CONDITIONS).mapping()
    if not words:
        raise value.fail("is empty", "an empty condition never means everything: say when")
    found = tuple(CONDITIONS[word](inner, zone) for word, inner in words.items())
    return found[0] if len(found) == 1 else All(found)


def metadata_key(value: Value) -> str:
    """Read a metadata key as servers store it: in lower case."""
    key = value.text()
    if not METADATA_KEY.fullmatch(key):
        raise value.fail(f"{shown(key)} is no metadata key", "a letter, then letters, digits and hyphens")
    return key.lower()


def _all(value: Value, zone: ZoneInfo) -> Condition:
    return All(_several(value, zone))


def _any(value: Value, zone: ZoneInfo) -> Condition:
    return AnyOf(_several(value, zone))


def _not(value: Value, zone: ZoneInfo) -> Condition:
    return Not(condition(value, zone))


def _several(value: Value, zone: ZoneInfo) -> tuple[Condition, ...]:
    found = tuple(condition(item, zone) for item in value.items())
    if not found:
        raise value.fail("is empty", "an empty list never means everything: name the conditions")
    return found


def _state(value: Value, _zone: ZoneInfo) -> Condition:
    values = value.items() if isinstance(value.plain, list) else [value]
    states = tuple(sorted({item.choice("published", "unpublished", *STATES) for item in values}))
    if not states:
        raise value.fail("is empty", "write published, unpublished, or both")
    return StateIs(states)


def _age(value: Value, zone: ZoneInfo) -> Condition:
    value.only("from", "over", "before")
    anchor: Anchor = ANCHORS[ANCHORS.index(value.need("from").choice(*ANCHORS))]
    over, before = value.get("over"), value.get("before")
    if over is not None and before is None:
        return _over(over, anchor)
    if before is not None and over is None:
        return _before(before, anchor, zone)
    raise value.fail("needs `over` or `before`, and only one", "write `over: 180d` or `before: 2024-01-01`")


def _over(value: Value, anchor: Anchor) -> Condition:
    text = value.text()
    span = read_span(text)
    if span is None:
        problem = f"{shown(text)} is no span of at most {MAX_YEARS} years"
        raise value.fail(problem, "write 36h, 180d, 26w, 18mo (months) or 2y")
    return Age(anchor, span)


def _before(value: Value, anchor: Anchor, zone: ZoneInfo) -> Condition:
    text = value.text()
    day = read_date(text)
    if day is None or day.year not in YEARS:
        raise value.fail(f"{shown(text)} is no date from 2000 on that exists", "write it as 2024-02-29")
    return Before(anchor, midnight(day, zone), text)


def _metadata(value: Value, _zone: ZoneInfo) -> Condition:
    entries = value.mapping()
    if len(entries) == 1 and "key" not in entries:
        [(key, wanted)] = entries.items()
        return MetadataIs(_short_key(value, key), Wanted("equals", (_text(wanted),)))
    value.only("key", "present", *_METADATA_OPERATORS)
    key = metadata_key(value.need("key"))
    present = value.get("present")
    if present is None:
        return MetadataIs(key, _wanted(value, _METADATA_OPERATORS, beside="key"))
    if set(entries) != {"key", "present"}:
        raise value.fail(
            "`present` stands alone beside `key`", "a comparison needs the key to be present anyway"
        )
    return MetadataPresent(key, present.flag())


def _short_key(value: Value, key: str) -> str:
    if key in ("present", *_METADATA_OPERATORS) or not METADATA_KEY.fullmatch(key):
        raise value.fail(
            f"{shown(key)} needs a key", "write {key: category, equals: test} or {category: test}"
        )
    return key.lower()


def _name(value: Value, _zone: ZoneInfo) -> Condition:
    return TextIs("name", _wanted(value, ("equals", "in", "glob", "contains")))


def _meeting(value: Value, _zone: ZoneInfo) -> Condition:
    return TextIs("meeting_id", _wanted(value, ("equals", "in")))


def _wanted(value: Value, operators: tuple[Operator, ...], *, beside: str = "") -> Wanted:
    if isinstance(value.plain, str):
        return Wanted("equals", (_text(value),))
    entries = value.only(*operators, *filter(None, [beside])).mapping()
    used = [operator for operator in operators if operator in entries]
    if len(used) != 1:
        raise value.fail("needs one comparison", "write one of " + ", ".join(operators))
    [operator] = used
    wanted = entries[operator]
    items = wanted.items() if operator == "in" else [wanted]
    if not items:
        raise wanted.fail("is empty", "name at least one value")
    return Wanted(operator, tuple(sorted({_text(item) for item in items})))


def _text(value: Value) -> str:
    text = collapsed(value.text())
    if len(text) > MAX_TEXT:
        raise value.fail(f"is longer than {MAX_TEXT} characters")
    return text


_METADATA_OPERATORS: tuple[Operator, ...] = ("equals", "in", "glob")

CONDITIONS: dict[str, Parser] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "state": _state,
    "age": _age,
    "metadata": _metadata,
    "name": _name,
    "meeting": _meeting,
}
"""Word in a policy file -> what reads it."""
