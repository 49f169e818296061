"""The words that compare texts: name, meeting, metadata, owner, origin."""

import re
from collections.abc import Callable

from bbbkeep.retention.conditions import Condition, MetadataIs, MetadataPresent, TextIs
from bbbkeep.retention.facts import collapsed
from bbbkeep.retention.matching import OPERATORS, Operator, Wanted, regex_problem
from bbbkeep.retention.presence import TextPresent
from bbbkeep.retention.words import Context, Schema, Word, closed, one_key, some, text
from bbbkeep.strict_yaml import Value, shown

METADATA_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
MAX_TEXT = 500
PRESENT = "present"

SYSTEM_KEY, SERVER_KEY = "bbb-origin", "bbb-origin-server-name"


def metadata_key(value: Value) -> str:
    """Read a metadata key as servers store it: in lower case."""
    key = value.text()
    if not METADATA_KEY.fullmatch(key):
        raise value.fail(f"{shown(key)} is no metadata key", "a letter, then letters, digits and hyphens")
    return key.lower()


def short_text(value: Value) -> str:
    """Read a text to compare with."""
    found = collapsed(value.text())
    if len(found) > MAX_TEXT:
        raise value.fail(f"is longer than {MAX_TEXT} characters")
    return found


def _compared(
    value: Value,
    found: Callable[[Wanted], Condition],
    present: Callable[[bool], Condition],
    *,
    beside: str = "",
    any_case: bool = False,
) -> Condition:
    """Read a text, one comparison, or `present`; the key *beside* it is read elsewhere."""
    if isinstance(value.plain, str):
        return found(Wanted("equals", (short_text(value),), any_case))
    entries = value.only(*OPERATORS, PRESENT, *filter(None, [beside])).mapping()
    used = [word for word in (*OPERATORS, PRESENT) if word in entries]
    if len(used) != 1:
        known = ", ".join((*OPERATORS, PRESENT))
        raise value.fail(f"needs one comparison, not {len(used)}", f"write one of {known}")
    [word] = used
    if word == PRESENT:
        return present(entries[PRESENT].flag())
    return found(_wanted(entries[word], word, any_case=any_case))


def _wanted(value: Value, operator: str, *, any_case: bool) -> Wanted:
    items = value.items() if operator == "in" else [value]
    if not items:
        raise value.fail("is empty", "name at least one value")
    if operator == "regex":
        return Wanted("regex", (_regex(value),), any_case)
    known: Operator = OPERATORS[OPERATORS.index(operator)]
    return Wanted(known, tuple(sorted({short_text(item) for item in items})), any_case)


def _regex(value: Value) -> str:
    pattern = value.text()
    if len(pattern) > MAX_TEXT:
        raise value.fail(f"is longer than {MAX_TEXT} characters")
    problem = regex_problem(pattern)
    if problem:
        remedy = "write it as RE2 knows it: without lookaround and backreferences"
        raise value.fail(f"{shown(pattern)} can't be searched for: {problem}", remedy)
    return pattern


def _name(value: Value, _context: Context) -> Condition:
    return _compared(value, lambda wanted: TextIs("name", wanted), lambda there: TextPresent("name", there))


def _meeting(value: Value, _context: Context) -> Condition:
    return _compared(
        value, lambda wanted: TextIs("meeting_id", wanted), lambda there: TextPresent("meeting_id", there)
    )


def _metadata(value: Value, _context: Context) -> Condition:
    entries = value.mapping()
    if len(entries) == 1 and "key" not in entries:
        [(key, wanted)] = entries.items()
        return MetadataIs(_short_key(value, key), Wanted("equals", (short_text(wanted),)))
    if entries and not {"key", PRESENT, *OPERATORS} & set(entries):
        raise value.fail(
            f"names {len(entries)} keys at once", "write one `metadata` for each key, in a list below `all`"
        )
    key = metadata_key(value.only("key", PRESENT, *OPERATORS).need("key"))
    return _of_key(value, key, beside="key")


def _short_key(value: Value, key: str) -> str:
    if key in (PRESENT, *OPERATORS) or not METADATA_KEY.fullmatch(key):
        raise value.fail(
            f"{shown(key)} needs a key", "write {key: category, equals: test} or {category: test}"
        )
    return key.lower()


def _owner(value: Value, context: Context) -> Condition:
    if context.owner_key is None:
        remedy = "add `owner: {metadata: KEY}` at the top of the policy: the key that holds the owner"
        raise value.fail("the policy does not say where the owner stands", remedy)
    return _of_key(value, context.owner_key, any_case=True)


def _origin(value: Value, _context: Context) -> Condition:
    inner = value.get("server") if isinstance(value.plain, dict) else None
    if inner is None:
        return _of_key(value, SYSTEM_KEY, any_case=True)
    value.only("server")
    return _of_key(inner, SERVER_KEY, any_case=True)


def _of_key(value: Value, key: str, *, beside: str = "", any_case: bool = False) -> Condition:
    return _compared(
        value,
        lambda wanted: MetadataIs(key, wanted),
        lambda there: MetadataPresent(key, there),
        beside=beside,
        any_case=any_case,
    )


_COMPARISONS: dict[str, Schema] = {
    "equals": text(),
    "in": some(text()),
    "glob": text(described="* and ? stand for any characters and for any one"),
    "regex": text(described="RE2; found anywhere in the text unless ^ and $ bind it"),
    "contains": text(),
    PRESENT: {"type": "boolean"},
}
_KEY = text(rf"^{METADATA_KEY.pattern}$")
COMPARED: Schema = {"anyOf": [text(), one_key(_COMPARISONS)]}
_METADATA: Schema = {
    "anyOf": [
        one_key(_COMPARISONS, key=_KEY) | {"required": ["key"]},
        {
            "type": "object",
            "propertyNames": {"pattern": _KEY["pattern"], "not": {"enum": ["key", *_COMPARISONS]}},
            "additionalProperties": text(),
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}

_OPERATORS_SAID = "`equals`, `in`, `glob`, `regex`, `contains` or `present`"
_NO_METADATA = "the answer's metadata could not be read strictly; a key that is not there is a fact"

TEXTS: dict[str, Word] = {
    "name": Word(
        _name,
        f'the recording\'s name, as `Test` or `{{glob: "Test *"}}`, with {_OPERATORS_SAID}',
        "the server tells no name, or an empty one",
        COMPARED,
    ),
    "meeting": Word(
        _meeting,
        f"the front end's meeting ID, as `room-7` or `{{in: [room-7, room-8]}}`, with {_OPERATORS_SAID}",
        "the server tells no meeting ID, or only the recording's own",
        COMPARED,
    ),
    "metadata": Word(
        _metadata,
        f"`{{category: test}}`, or `{{key: category, in: [a, b]}}` with {_OPERATORS_SAID}; "
        "the key in any letter case; an absent key meets only `present: false`",
        f"{_NO_METADATA}; also where one key stands there in two spellings and only one value meets",
        _METADATA,
    ),
    "owner": Word(
        _owner,
        f"the value of the metadata key that `owner:` at the top names, with {_OPERATORS_SAID}, in any letter case",
        _NO_METADATA,
        COMPARED,
    ),
    "origin": Word(
        _origin,
        f"the software that held the meeting (metadata `{SYSTEM_KEY}`), as `Moodle` or `{{in: [Moodle, Greenlight]}}`; "
        f'or its host (`{SERVER_KEY}`), as `{{server: moodle.example.org}}` or `{{server: {{glob: "*.example.org"}}}}`; '
        "in any letter case",
        _NO_METADATA,
        {"anyOf": [COMPARED, closed({"server": COMPARED}, required=("server",))]},
    ),
}
