"""What a check-up found: one line for each thing that was looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bbbkeep.errors import KeepError
from bbbkeep.exits import worst

Level = Literal["ok", "note", "warning", "error"]
"""A note is neither good nor bad: it says what there is to know."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `exit` is the code that an error of it amounts to."""

    name: str
    text: str
    level: Level = "ok"
    exit: int = 0

    def document(self) -> dict[str, str]:
        return {"name": self.name, "level": self.level, "text": self.text}


@dataclass(slots=True)
class CheckUp:
    """All that was looked at on one subject: bbbkeep itself, or one server."""

    subject: str
    facts: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def add(self, name: str, text: str) -> None:
        self.checks.append(Check(name, text))

    def note(self, name: str, text: str) -> None:
        self.checks.append(Check(name, text, "note"))

    def warn(self, name: str, text: str) -> None:
        self.checks.append(Check(name, text, "warning"))

    def fail(self, name: str, text: str, code: int) -> None:
        self.checks.append(Check(name, text, "error", code))

    def failed(self, name: str, error: KeepError) -> None:
        self.fail(name, str(error), error.exit_code)

    @property
    def exit(self) -> int:
        return worst(check.exit for check in self.checks)

    def document(self) -> dict[str, Any]:
        return {**self.facts, "checks": [check.document() for check in self.checks]}


def exit_of(found: Iterable[CheckUp]) -> int:
    return worst(one.exit for one in found)


def in_bytes(count: int) -> str:
    """Return a number of bytes for people: `1.2 GB`."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:  # noqa: PLR2004 - SI's own step
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


_UNITS: Sequence[tuple[str, float]] = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def in_time(span: timedelta) -> str:
    """Return a span for people, in the largest unit that it holds twice: `26 hours`."""
    seconds = abs(span.total_seconds())
    name, unit = next((pair for pair in _UNITS if seconds >= 2 * pair[1]), _UNITS[-1])
    count = int(seconds // unit)
    return f"{count} {name if count != 1 else name.removesuffix('s')}"
