"""The words of a condition in a policy file: one entry of CONDITIONS for each.

To add a condition: write its class beside conditions.py, its parser with what
it takes and what makes it unknown in a grammar_*.py, and name it in CONDITIONS.
"""

from bbbkeep.model import STATES
from bbbkeep.retention.combining import All, AnyOf, Not
from bbbkeep.retention.conditions import Condition, StateIs
from bbbkeep.retention.grammar_ages import AGES
from bbbkeep.retention.grammar_measures import MEASURES
from bbbkeep.retention.grammar_texts import TEXTS
from bbbkeep.retention.words import Context, Schema, Word, one_or_some, some
from bbbkeep.strict_yaml import Value


def condition(value: Value, context: Context) -> Condition:
    """Read a condition; several words in one mapping must all be met."""
    words = value.only(*CONDITIONS).mapping()
    if not words:
        raise value.fail("is empty", "an empty condition never means everything: say when")
    found = tuple(CONDITIONS[word].parse(inner, context) for word, inner in words.items())
    return found[0] if len(found) == 1 else All(found)


def _all(value: Value, context: Context) -> Condition:
    return All(_several(value, context))


def _any(value: Value, context: Context) -> Condition:
    return AnyOf(_several(value, context))


def _not(value: Value, context: Context) -> Condition:
    return Not(condition(value, context))


def _several(value: Value, context: Context) -> tuple[Condition, ...]:
    found = tuple(condition(item, context) for item in value.items())
    if not found:
        raise value.fail("is empty", "an empty list never means everything: name the conditions")
    return found


def _state(value: Value, _context: Context) -> Condition:
    values = value.items() if isinstance(value.plain, list) else [value]
    states = tuple(sorted({item.choice("published", "unpublished", *STATES) for item in values}))
    if not states:
        raise value.fail("is empty", "write published, unpublished, or both")
    return StateIs(states)


CONDITION: Schema = {"$ref": "#/$defs/condition"}
_SOME = some(CONDITION)
_STATE: Schema = one_or_some({"enum": list(STATES)})

CONDITIONS: dict[str, Word] = {
    **AGES,
    "state": Word(
        _state,
        "`published`, `unpublished`, or a list; recordings in other states are never acted on",
        "the server tells none that BigBlueButton has",
        _STATE,
    ),
    **TEXTS,
    **MEASURES,
    "all": Word(
        _all,
        "a list of conditions; unmet where one of them is unmet",
        "none is unmet and one is unknown",
        _SOME,
    ),
    "any": Word(
        _any, "a list of conditions; met where one of them is met", "none is met and one is unknown", _SOME
    ),
    "not": Word(_not, "one condition, which must be unmet", "that condition is unknown", CONDITION),
}
"""Word in a policy file -> what reads it."""
