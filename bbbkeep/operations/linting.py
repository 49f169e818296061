"""Look a policy file over: by itself, with its lists of holds, and against the last listing of a server."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bbbkeep.errors import PolicyError
from bbbkeep.ledger import inventory, sweeps
from bbbkeep.retention.hold_files import read_holds
from bbbkeep.retention.holds import holds
from bbbkeep.retention.lint import Finding, lint
from bbbkeep.retention.lint_calendar import of_calendars
from bbbkeep.retention.lint_listing import Listing
from bbbkeep.retention.load import load_policy
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site
from bbbkeep.strict_yaml import Place, load


@dataclass(frozen=True, slots=True)
class Linted:
    """A policy that can be obeyed, and what is odd about it all the same.

    `compared` is how many recordings of the server's last listing it was held
    to; None: to no listing.
    """

    path: Path
    policy: Policy
    findings: Sequence[tuple[Place | None, Finding]]
    compared: int | None = None

    @property
    def warnings(self) -> int:
        return sum(one.level == "warning" for _, one in self.findings)

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "policy": str(self.path),
            "policy_digest": self.policy.digest,
            "sentences": list(self.policy.sentences()),
            "compared_with": self.compared,
            "warnings": self.warnings,
            "findings": [_finding(self.path, place, one) for place, one in self.findings],
        }


def linted(path: Path, site: Site | None, *, now: datetime) -> Linted:
    """Read the policy at *path* and look it over, against the last listing of *site* if there is one.

    Raises:
        PolicyError, HoldListError: it can't be obeyed as written.
    """
    policy = load_policy(path)
    found = [*lint(policy, now=now), *of_calendars(policy, now), *_of_lists(policy, now)]
    compared = None
    if site is not None:
        listing, found_there = _against(site, policy, now)
        found += found_there
        compared = listing.count if listing else None
    places = _places(path)
    ordered = sorted(found, key=lambda one: (one.level != "warning", places.get(one.name, (0, 0))))
    return Linted(path, policy, [(places.get(one.name), one) for one in ordered], compared)


def _of_lists(policy: Policy, now: datetime) -> Iterator[Finding]:
    """Find lists of holds that hold nothing, or nothing any more."""
    for path in policy.hold_files:
        listed = read_holds([path])
        if not listed:
            yield Finding("note", "", f"{path} lists no recording")
        elif not any(holds(value, now, policy.zone) for value in listed.values()):
            yield Finding("warning", "", f"{path}: none of its {len(listed)} holds is in force any more")


def _against(site: Site, policy: Policy, now: datetime) -> tuple[Listing | None, list[Finding]]:
    with site.ledger.read() as conn:
        if sweeps.last_complete(conn, site.key) is None:
            message = f"{site.server.name} was never listed whole: run `bbbkeep inventory`, then check again"
            return None, [Finding("note", "", message)]
        listing = Listing(policy, now=now)
        for row in inventory.rows(conn, site.key, tracks=policy.asks_for_tracks):
            listing.look(row)
    return listing, list(listing.findings())


def _places(path: Path) -> dict[str, Place]:
    """Return where each rule and protection is written, by its name; names are given once."""
    document = load(path, PolicyError)
    found: dict[str, Place] = {}
    for section in ("protect", "keep", "rules"):
        for number, entry in enumerate(document.data.get(section) or ()):
            found[entry["name"]] = document.place((section, number))
    return found


def _finding(path: Path, place: Place | None, one: Finding) -> dict[str, Any]:
    line, column = place or (None, None)
    return {**asdict(one), "name": one.name or None, "file": str(path), "line": line, "column": column}
