"""What every word of a policy has: what reads it, what to say of it, and how an editor checks it.

docs/policy.md and docs/policy.schema.json are generated from these words, so
that a policy is obeyed as both say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bbbkeep.retention.calendars import EVERYBODYS, Period
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.spans import Span
from bbbkeep.strict_yaml import Value

Schema = dict[str, Any]

KNOWN_FOR = Span(hours=30 * 24, text="30d")
"""How long an answer about text tracks counts where the policy does not say."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of a policy says about the words of its conditions."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    periods: Mapping[str, Period] = field(default_factory=lambda: EVERYBODYS)
    days: Mapping[str, date] = field(default_factory=dict)
    owner_key: str | None = None
    known_for: Span = KNOWN_FOR


Parser = Callable[[Value, Context], Condition]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a condition: `takes` and `unknown` are Markdown for docs/policy.md."""

    parse: Parser
    takes: str
    unknown: str
    schema: Schema


def text(pattern: str | None = None, *, described: str = "") -> Schema:
    """Return the schema of a text."""
    found: Schema = {"type": "string", "minLength": 1}
    return (
        found | ({"pattern": pattern} if pattern else {}) | ({"description": described} if described else {})
    )


def closed(
    properties: Mapping[str, Schema], *, required: tuple[str, ...] = (), described: str = ""
) -> Schema:
    """Return the schema of a mapping that has these keys and no others."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if required:
        found["required"] = list(required)
    return found | ({"description": described} if described else {})


def some(of: Schema, *, least: int = 1) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": of, "minItems": least}


def one_or_some(of: Schema) -> Schema:
    return {"anyOf": [of, some(of)]}


def one_key(properties: Mapping[str, Schema], **beside: Schema) -> Schema:
    """Return the schema of a mapping with exactly one of these keys; those *beside* may stand there, too."""
    found = closed({**properties, **beside})
    return found | {"oneOf": [{"required": [key]} for key in properties]}
