"""The words of an action in a policy file: `delete`, `unpublish`, and those that say more."""

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import quote

from bbbkeep.metadata.sheet import MAX_WRITE, REMOVE, key_problem, value_problem
from bbbkeep.retention.facts import collapsed
from bbbkeep.retention.policy import Action
from bbbkeep.retention.spans import MAX_YEARS, Span, read_span
from bbbkeep.strict_yaml import Value, shown

GRACE, SET = "unpublish_then_delete", "set"
_FORMS = f"write delete, unpublish, {{{GRACE}: 30d}} or {{{SET}: {{key: value}}}}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action asks for."""

    action: Action
    grace: Span | None = None
    sets: tuple[tuple[str, str], ...] = ()


def read_action(value: Value) -> Asked:
    """Read the action of a rule."""
    if value.plain in ("delete", "unpublish"):
        return Asked("delete" if value.plain == "delete" else "unpublish")
    if not isinstance(value.plain, dict):
        problem = f"must be one of delete, unpublish, {GRACE}, {SET}, not {shown(value.plain)}"
        near = get_close_matches(str(value.plain)[:100].lower(), ("delete", "unpublish"), n=1)
        raise value.fail(problem, f"did you mean {near[0]}?" if near else _FORMS)
    words = value.only(GRACE, SET).mapping()
    if len(words) != 1:
        raise value.fail("needs one action", _FORMS)
    [(word, inner)] = words.items()
    return Asked("delete", grace=_grace(inner)) if word == GRACE else Asked("set", sets=_sets(inner))


def _grace(value: Value) -> Span:
    text = value.text()
    span = read_span(text)
    if span is None:
        problem = f"{shown(text)} is no span of at most {MAX_YEARS} years"
        raise value.fail(problem, "write 36h, 30d, 4w, 6mo (months) or 1y")
    return span


def _sets(value: Value) -> tuple[tuple[str, str], ...]:
    """Read keys and values; what a metadata sheet may not write, a policy may not either."""
    found: dict[str, str] = {}
    for key, inner in value.mapping().items():
        text = collapsed(inner.text())
        problem = key_problem(key) or value_problem(text)
        if problem is None and text == REMOVE:
            problem = "`set` gives values; it removes no key"
        if problem is None and key.lower() in found:
            problem = f"key {key.lower()} is written twice, in other letter cases"
        if problem is not None:
            raise inner.fail(problem)
        found[key.lower()] = text
    if not found:
        raise value.fail("is empty", "name the keys and their values")
    if sum(len(quote(key + text, safe="")) + len("&meta_=") for key, text in found.items()) > MAX_WRITE:
        raise value.fail("is longer than one request can be", "spread it over several rules")
    return tuple(sorted(found.items()))
