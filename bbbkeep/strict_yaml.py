"""Read the YAML that people write, and know where each value stands.

Stricter than YAML, because a file that decides about deleting must say one
thing only: no duplicate keys, tabs, anchors, aliases, merge keys or tags, and
text is never guessed to be a date, an octal number or a "yes".  Free of any
schema: who reads a document asks its values for what they must be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from bbbkeep.errors import FileError

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
_SHOWN = 80

Place = tuple[int, int]
Steps = tuple[str | int, ...]

# YAML 1.2's core schema, narrower still: 1.1 reads `no` as false, 012 as 10, 1:30 as 90 and 2024-02-30 as an error.
_PLAIN = (
    (re.compile(r"|~|null", re.ASCII), lambda _: None),
    (re.compile(r"true|false", re.ASCII), lambda text: text == "true"),
    (re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII), int),
    (re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}", re.ASCII), float),
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file's plain values, and the line and column of each (from 1)."""

    path: Path
    data: dict[str, Any]
    error: type[FileError]
    values: Mapping[Steps, Place] = field(repr=False)
    keys: Mapping[Steps, Place] = field(repr=False)

    def place(self, steps: Steps) -> Place:
        """Return line and column of a value, or of the nearest one around it that is written."""
        while steps and steps not in self.values:
            steps = steps[:-1]
        return self.values[steps]

    def fail(self, steps: Steps, problem: str, remedy: str = "") -> FileError:
        """Build this file's kind of error, at the value that *steps* lead to."""
        return self.error(self.path, problem, remedy, *self.place(steps))

    @property
    def root(self) -> "Value":
        """The whole document, to be asked for its keys."""
        return Value(self)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a document that can be asked to be what it must be, and knows its place."""

    document: Document
    steps: Steps = ()

    @property
    def plain(self) -> Any:
        """The value itself: None, bool, int, float, str, list or dict."""
        found: Any = self.document.data
        for step in self.steps:
            found = found[step]
        return found

    @property
    def label(self) -> str:
        """How a message calls it: `rules[0].when`."""
        parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)
        return "".join(parts).lstrip(".") or "the file"

    @property
    def place(self) -> tuple[Path, int, int]:
        """File, line and column in which it stands."""
        return (self.document.path, *self.document.place(self.steps))

    def fail(self, problem: str, remedy: str = "") -> FileError:
        """Build the error that this value is wrong."""
        return self.document.fail(self.steps, f"{self.label}: {problem}", remedy)

    def only(self, *known: str) -> "Value":
        """Refuse any key that is not one of *known*, naming the nearest that is."""
        for key in self.mapping():
            if key not in known:
                place = self.document.keys[*self.steps, key]
                remedy = did_you_mean(key, known)
                raise self.document.error(self.document.path, f"unknown key {shown(key)}", remedy, *place)
        return self

    def mapping(self) -> dict[str, "Value"]:
        if not isinstance(self.plain, dict):
            raise self.fail(f"must be keys and values, not {shown(self.plain)}")
        return {key: Value(self.document, (*self.steps, key)) for key in self.plain}

    def get(self, key: str) -> "Value | None":
        """Return the value of *key*, or None where the key is not written."""
        return self.mapping().get(key)

    def need(self, key: str) -> "Value":
        """Return the value of *key*, which must be written."""
        found = self.get(key)
        if found is None:
            raise self.fail(f"{key} is missing", f"add `{key}:`")
        return found

    def items(self) -> list["Value"]:
        """Return a list's values; it may be empty."""
        if not isinstance(self.plain, list):
            raise self.fail(f"must be a list, not {shown(self.plain)}")
        return [Value(self.document, (*self.steps, index)) for index in range(len(self.plain))]

    def text(self, *, empty: bool = False) -> str:
        """Return text, which must not be blank unless *empty* is allowed; a number or true is not text."""
        plain = self.plain
        if isinstance(plain, bool | int | float):
            raise self.fail(f"must be text, not {shown(plain)}", "put it in quotes")
        if not isinstance(plain, str) or not (plain.strip() or empty):
            raise self.fail(f"must be text, not {shown(plain)}")
        return plain

    def flag(self) -> bool:
        if not isinstance(self.plain, bool):
            raise self.fail(f"must be true or false, not {shown(self.plain)}")
        return self.plain

    def number(self, low: float, high: float) -> float:
        plain = self.plain
        if isinstance(plain, bool) or not isinstance(plain, int | float) or not low <= plain <= high:
            raise self.fail(f"must be a number from {low} to {high}, not {shown(plain)}")
        return plain

    def whole(self, low: int, high: int) -> int:
        number = self.number(low, high)
        if not isinstance(number, int):
            raise self.fail(f"must be a whole number, not {shown(number)}")
        return number

    def choice(self, *options: str) -> str:
        if self.plain not in options:
            remedy = did_you_mean(str(self.plain), options)
            raise self.fail(f"must be one of {', '.join(options)}, not {shown(self.plain)}", remedy)
        return str(self.plain)


def load(path: Path, error: type[FileError]) -> Document:
    """Read a file of at most MAX_BYTES; whatever is wrong with it is an *error*."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as reason:
        raise error(path, f"can't be read: {reason.strerror}", "check its name and permissions") from None
    if len(raw) > MAX_BYTES:
        raise error(path, f"is larger than {MAX_BYTES} bytes", "this is not a file that people write")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        raise error(path, f"byte {reason.start} is not UTF-8", "save the file as UTF-8", line) from None
    return loads(text, path, error)


def loads(text: str, path: Path, error: type[FileError]) -> Document:
    """Read *text*; *path* only names it in errors."""
    if len(text) > MAX_BYTES:
        raise error(path, f"is larger than {MAX_BYTES} characters", "this is not a file that people write")
    if "\t" in text:
        raise error(
            path, "holds a tab", r"use spaces, or \t in double quotes", *_place(text, text.index("\t"))
        )
    try:
        root = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as reason:
        problem = (
            "holds more than one document" if "another document" in str(reason.problem) else reason.problem
        )
        raise error(path, problem or "is not YAML", "", *_marked(reason.problem_mark)) from None
    except yaml.reader.ReaderError as reason:
        problem = f"character U+{int(reason.character):04X} is not allowed"
        raise error(path, problem, "remove it", *_place(text, reason.position)) from None
    return _document(root, path, error)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Name the nearest of *known*, or all of them."""
    near = get_close_matches(word[:100].lower(), known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "known here: " + ", ".join(known)


def shown(value: object) -> str:
    """Quote a value for a message: bounded, on one line, without control characters."""
    text = repr(value) if isinstance(value, str | int | float) else type(value).__name__
    words = {"NoneType": "nothing", "dict": "keys and values", "list": "a list"}
    return words.get(text, text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


class _Loader(yaml.SafeLoader):
    """A SafeLoader that composes nodes without anchors, aliases, tags or depth; it constructs nothing."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's parser has no annotations
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refuse("anchors and aliases are not used here: write the value out", event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _refuse("tags (`!...`) are not used here: quote the text", event.start_mark)
        if self.depth >= MAX_DEPTH:
            raise _refuse(f"nested deeper than {MAX_DEPTH} levels", event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refuse(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _document(root: yaml.Node | None, path: Path, error: type[FileError]) -> Document:
    if not isinstance(root, yaml.MappingNode):
        found = "holds nothing" if root is None else "must hold keys and values"
        raise error(path, found, "start it with `key: value`")
    values: dict[Steps, Place] = {}
    keys: dict[Steps, Place] = {}
    document = Document(path, {}, error, values, keys)
    document.data.update(_plain(root, (), document, values, keys))
    return document


def _plain(
    node: yaml.Node, steps: Steps, document: Document, values: dict[Steps, Place], keys: dict[Steps, Place]
) -> Any:
    values[steps] = _marked(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*steps, index), document, values, keys) for index, item in enumerate(node.value)
        ]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node, document)
        if key in found:
            problem = f"key {shown(key)} is written twice (first in line {keys[*steps, key][0]})"
            raise document.error(document.path, problem, "keep one of them", *_marked(key_node.start_mark))
        keys[*steps, key] = _marked(key_node.start_mark)
        found[key] = _plain(value_node, (*steps, key), document, values, keys)
    return found


def _key(node: yaml.Node, document: Document) -> str:
    key = _scalar(node) if isinstance(node, yaml.ScalarNode) else None
    if isinstance(key, str) and key and key != "<<":
        return key
    problem = (
        "merge keys (`<<`) are not used here" if key == "<<" else f"a key must be text, not {shown(key)}"
    )
    raise document.error(document.path, problem, "write it out, or quote it", *_marked(node.start_mark))


def _scalar(node: yaml.ScalarNode) -> Any:
    if node.style is None:
        for pattern, convert in _PLAIN:
            if pattern.fullmatch(node.value):
                return convert(node.value)
    return node.value


def _marked(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _place(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
