"""The sections of a policy: what each takes, for docs/policy.md, and how an editor checks it.

`load.py` and `load_parts.py` read them; no section is read that is not named here.
"""

import json
from dataclasses import dataclass

from bbbkeep.retention.action_words import GRACE, SET
from bbbkeep.retention.facts import ANCHORS
from bbbkeep.retention.grammar import CONDITION, CONDITIONS
from bbbkeep.retention.grammar_measures import KNOWN_FOR_SCHEMA
from bbbkeep.retention.grammar_texts import METADATA_KEY
from bbbkeep.retention.keeping import OFS, PERS
from bbbkeep.retention.policy import HOLD_KEY, MODES, GuardLimits
from bbbkeep.retention.spans import SPAN
from bbbkeep.retention.words import Schema, closed, some, text

MAX_NAME = 80
MAX_NEWEST = 10_000
MAX_RULES = 200
MAX_COUNT = 1_000_000

_DAY = text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_MONTH_DAY = text(r"^[0-9]{2}-[0-9]{2}$")
_NAME: Schema = text() | {"maxLength": MAX_NAME}
_KEY = text(f"^{METADATA_KEY.pattern}$")
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": MAX_COUNT}
_NAMES = ("max_deletes", "max_unpublishes", "max_share_percent")
_LIMITS = ", ".join(f"`{name}` ({GuardLimits().in_force(name):g})" for name in _NAMES)


@dataclass(frozen=True, slots=True)
class Section:
    """One key at the top of a policy; `takes` is Markdown."""

    takes: str
    schema: Schema
    needed: bool = False


_ACTION: Schema = {
    "anyOf": [
        {"enum": ["delete", "unpublish"]},
        closed({GRACE: text(f"^{SPAN.pattern}$")}, required=(GRACE,)),
        closed(
            {
                SET: {
                    "type": "object",
                    "propertyNames": _KEY,
                    "additionalProperties": text(),
                    "minProperties": 1,
                }
            },
            required=(SET,),
        ),
    ]
}
_RULE = closed(
    {
        "name": _NAME,
        "action": _ACTION,
        "when": CONDITION,
        "allow_unbounded": text(),
        "accept_leftovers": text(),
    },
    required=("name", "action", "when"),
)
_PROTECTION = closed(
    {"name": _NAME, "when": CONDITION, "until": _DAY, "reason": text()}, required=("name", "when")
)
_KEEP = closed(
    {
        "name": _NAME,
        "newest": {"type": "integer", "minimum": 1, "maximum": MAX_NEWEST},
        "of": {"enum": list(OFS)},
        "per": {"enum": list(PERS)},
        "from": {"enum": list(ANCHORS)},
        "when": CONDITION,
        "reason": text(),
    },
    required=("name", "newest"),
)
_GUARDS = closed(
    {
        "max_deletes": _COUNT,
        "max_unpublishes": _COUNT,
        "max_share_percent": {"type": "number", "minimum": 0, "maximum": 100},
        "reason": text(),
    }
)
_CALENDAR: Schema = {
    "type": "object",
    "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]*$", "not": {"enum": ["year", "month"]}},
    "additionalProperties": {"anyOf": [_DAY, some(_MONTH_DAY), some(_DAY, least=2)]},
}

SECTIONS: dict[str, Section] = {
    "mode": Section(
        "`act`: an approved policy is carried out; `report`: it only says what would be due",
        {"enum": list(MODES)},
        needed=True,
    ),
    "timezone": Section(
        "a name such as `Europe/Berlin`, in which days, months and years count; without it `UTC`", text()
    ),
    "hold": Section(
        f"`metadata`: the key that [holds](#holds) a recording (`{HOLD_KEY}`); `files`: CSV lists of holds, beside the key",
        closed({"metadata": _KEY, "files": some(text())}),
    ),
    "guards": Section(
        f"what one run, and any 24 hours, may take away at the most: {_LIMITS}; anything looser needs a `reason`; "
        "where bbbkeep.yaml names one too, the tighter one counts",
        _GUARDS,
    ),
    "calendar": Section(
        "[periods and days](#the-sites-calendar) by name: `semester: [04-01, 10-01]`, `term: [2026-04-13, 2026-10-12]`, "
        "`move: 2025-07-01`",
        _CALENDAR,
    ),
    "owner": Section(
        "`metadata`: the key whose value is the owner, for the condition `owner`",
        closed({"metadata": _KEY}, required=("metadata",)),
    ),
    "captions": Section(
        "`known_for`: how long an answer about text tracks counts as knowledge (`30d`), for the condition `captions`",
        closed({"known_for": KNOWN_FOR_SCHEMA}, required=("known_for",)),
    ),
    "protect": Section(
        "a list of `name` and `when` ([a condition](#conditions)): what meets it is never acted on; `until: 2027-03-31` "
        "ends it after that day; `reason` is shown",
        some(_PROTECTION, least=0),
    ),
    "keep": Section(
        "a list of [keep rules](#what-is-kept-in-any-case): `name`, `newest` (how many), `of` (`meeting` or `site`), "
        "`per` (`month` or `year`), `from` (the date that counts: `end`, `start` or `first_seen`), `when`, `reason`",
        some(_KEEP, least=0),
    ),
    "rules": Section(
        "a list of `name`, [`action`](#actions) and `when` ([a condition](#conditions)); of those that delete or "
        'unpublish the first that matches decides, and each needs an age, or `allow_unbounded: "why"`',
        some(_RULE, least=0),
        needed=True,
    ),
}
"""Key -> section, in the order of the documents."""


def schema_text() -> str:
    """Return the JSON Schema of a policy, as docs/policy.schema.json holds it."""
    condition = closed({word: one.schema | {"description": one.takes} for word, one in CONDITIONS.items()})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A retention policy of bbbkeep",
        **closed(
            {key: one.schema | {"description": one.takes} for key, one in SECTIONS.items()},
            required=tuple(key for key, one in SECTIONS.items() if one.needed),
        ),
        "$defs": {"condition": condition | {"minProperties": 1}},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
