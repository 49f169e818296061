"""Write down what was deleted, for whoever must prove it, and hold such a file to the chain of events.

A proof is a file of JSON lines: one for each deletion, and a last one that
says how many there are and the head of the chain up to which they are all.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bbbkeep.errors import UsageError
from bbbkeep.ledger import events
from bbbkeep.ledger.deletions import Deletion, Walk, deletions
from bbbkeep.operations.auditing import Head, noted_head
from bbbkeep.site import Site

PROBLEMS_LISTED = 200
LONGEST_LINE = 10_000


@dataclass(slots=True)
class Proof:
    """A pass over the deletions up to *head*, of a chain that holds: `count` and `unproven` are known at its end."""

    site: Site
    head: Head
    since: datetime | None = None
    count: int = 0
    unproven: tuple[str, ...] = ()

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Yield each deletion as plain values, and forget it."""
        walk, self.count = Walk(), 0
        with self.site.ledger.read() as conn:
            for one in deletions(conn, self.site.key, walk, since=self.since, until=self.head[0]):
                self.count += 1
                yield _line(one)
        self.unproven = walk.unproven

    def seal(self) -> dict[str, Any]:
        """Return the last line of a proof."""
        return {
            "server": self.site.key,
            "since": self.since.isoformat() if self.since else None,
            "count": self.count,
            "head": "{}:{}".format(*self.head),
        }


def proof_lines(found: Proof) -> Iterator[str]:
    """Yield the lines of a proof."""
    yield from (_spelled(one) for one in found.lines())
    yield _spelled(found.seal())


@dataclass(slots=True)
class Comparison:
    """What a file says, held to the chain; `left_out` counts the problems beyond PROBLEMS_LISTED."""

    file: str
    lines: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0

    def note(self, line: int | None, record_id: str | None, problem: str) -> None:
        if len(self.problems) == PROBLEMS_LISTED:
            self.left_out += 1
            return
        self.problems.append({"line": line, "record_id": record_id, "problem": problem})

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"whole": not self.problems, **asdict(self)}


def compare(site: Site, path: Path) -> Comparison:
    """Hold the proof at *path* to the chain: no line of it edited, missing or from elsewhere.

    Raises:
        UsageError: the file can't be read.
    """
    result = Comparison(str(path))
    told, seal = _read(path, result)
    with site.ledger.read() as conn:
        scope = _scope(conn, site, seal, told, result)
        for one in deletions(conn, site.key, Walk(), since=scope.since, until=scope.until):
            if one.outcome_seq >= scope.first:
                _hold(_line(one), told.pop(one.outcome_seq, None), result)
    for number, text in sorted(told.values()):
        problem = "foreign: the chain tells of no such deletion, at least not in what the file says it holds"
        result.note(number, _record_id(text), problem)
    return result


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which deletions a proof must hold."""

    since: datetime | None = None
    first: int = 0
    until: int | None = None


_Told = dict[int, tuple[int, str]]
"""Number of the outcome's event -> number of the line, and the line."""

_Seal = tuple[int, Mapping[str, Any]]


def _read(path: Path, result: Comparison) -> tuple[_Told, _Seal | None]:
    told: _Told = {}
    seal: _Seal | None = None
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
                if seal is not None:
                    result.note(number, None, "foreign: it stands after the line that ends a proof")
                    break
                seal = _take(number, text.rstrip("\r\n"), told, result)
    except OSError as error:
        problem = f"{path}: can't be read ({error.strerror})"
        raise UsageError(f"{problem}; name a file that `audit deletions --out` wrote") from None
    return told, seal


def _take(number: int, text: str, told: _Told, result: Comparison) -> _Seal | None:
    """Take down one line; return it where it is the last line of a proof."""
    content = _object(text)
    if content.keys() == _SEAL:
        return number, content
    seq = content.get("outcome_seq")
    if content.keys() != _FIELDS or not isinstance(seq, int) or isinstance(seq, bool):
        result.note(number, _record_id(text), "edited: no line of a proof looks like this")
    elif seq in told:
        result.note(number, _record_id(text), f"repeated: line {told[seq][0]} tells of the same event {seq}")
    else:
        result.lines += 1
        told[seq] = (number, text)
    return None


def _scope(conn: Connection, site: Site, seal: _Seal | None, told: _Told, result: Comparison) -> _Scope:
    """Say what the file must hold; one without a last line is held to what lies between its own lines."""
    between = _Scope(first=min(told, default=0), until=max(told, default=0))
    if seal is None:
        result.note(None, None, "cut: the last line, which says how many deletions there are, is missing")
        return between
    number, content = seal
    try:
        head, since = noted_head(content["head"]), _since(content["since"])
    except (AttributeError, TypeError, ValueError, UsageError):
        result.note(number, None, "edited: no proof ends with such a line")
        return between
    if content["server"] != site.key:
        result.note(number, None, f"foreign: the file is of {content['server']}, not of {site.key}")
    if not _in_chain(conn, site, head):
        problem = (
            f"its head {content['head']} is not in this chain: edited, or the chain was cut or rewritten"
        )
        result.note(number, None, problem)
    if content["count"] != result.lines:
        result.note(number, None, f"it counts {content['count']} deletions; the file holds {result.lines}")
    return _Scope(since, until=head[0])


def _since(written: str | None) -> datetime | None:
    if written is None:
        return None
    return datetime.fromisoformat(written).astimezone(UTC)


def _in_chain(conn: Connection, site: Site, head: Head) -> bool:
    seq, digest = head
    if not 0 < seq <= events.head(conn, site.key)[0]:
        return head == (0, events.NOTHING)
    found = next(events.events(conn, site.key, after=seq - 1), None)
    return found is not None and found.hash == digest


def _hold(known: Mapping[str, Any], told: tuple[int, str] | None, result: Comparison) -> None:
    record_id = str(known["record_id"])
    if told is None:
        result.note(
            None, record_id, f"missing: the chain tells of its deletion in event {known['outcome_seq']}"
        )
        return
    number, text = told
    content = _object(text)
    wrong = [
        f"{name} is {known[name]!r} in the chain" for name in sorted(known) if content[name] != known[name]
    ]
    if wrong:
        result.note(number, record_id, f"edited: {', '.join(wrong)}")


def _line(one: Deletion) -> dict[str, Any]:
    return {**asdict(one), "deleted_at": one.deleted_at.isoformat()}


def _spelled(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True)


def _object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _record_id(text: str) -> str | None:
    found = _object(text).get("record_id")
    return found if isinstance(found, str) else None


_FIELDS = Deletion.__dataclass_fields__.keys()
_SEAL = {"server", "since", "count", "head"}
