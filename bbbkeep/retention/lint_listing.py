"""Hold a policy to the recordings of a listing: what it names there and nobody has.

Pure.  A misspelt key or value is no mistake that a policy shows by itself;
that none of some thousand recordings has it is.
"""

from collections.abc import Iterator
from datetime import datetime

from bbbkeep.model import InventoryRow
from bbbkeep.retention.combining import leaves
from bbbkeep.retention.conditions import Condition, MetadataIs, MetadataPresent, TextIs
from bbbkeep.retention.facts import Facts, facts_of
from bbbkeep.retention.lint import Finding
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.truth import Truth
from bbbkeep.strict_yaml import did_you_mean

MOST_KEYS = 1000
"""How many metadata keys are remembered to tell which one was meant."""


class Listing:
    """Looks at recordings one by one and keeps only what none of them has shown yet."""

    def __init__(self, policy: Policy, *, now: datetime) -> None:
        self.count = 0
        self._policy, self._now = policy, now
        today = now.astimezone(policy.zone).date()
        self._protections = [one for one in policy.protections if one.until is None or one.until >= today]
        self._parts = [(each.name, each.when) for each in self._protections]
        self._parts += [(each.name, each.when) for each in policy.keeps if each.when is not None]
        self._parts += [(each.name, each.when) for each in (*policy.rules, *policy.edits)]
        self._unmet = {leaf for _, when in self._parts for leaf in leaves(when) if _is_named(leaf)}
        self._unseen = {leaf.key for leaf in self._unmet if isinstance(leaf, MetadataIs | MetadataPresent)}
        self._keys: set[str] = set()
        self._matched = dict.fromkeys((each.name for each in self._protections), 0)
        self._spared = dict(self._matched)

    def look(self, row: InventoryRow) -> None:
        """Look at one recording."""
        facts = facts_of(row, self._policy.zone, self._now)
        self.count += 1
        self._unmet -= {leaf for leaf in self._unmet if leaf.truth(facts) is Truth.YES}
        self._look_at_keys(facts)
        for each in self._protections:
            truth = each.truth(facts)
            self._matched[each.name] += truth is Truth.YES
            self._spared[each.name] += truth is not Truth.NO

    def _look_at_keys(self, facts: Facts) -> None:
        keys = facts.metadata or {}
        self._unseen -= keys.keys()
        if len(self._keys) < MOST_KEYS:
            self._keys |= keys.keys()

    def findings(self) -> Iterator[Finding]:
        """Return what the recordings have shown."""
        if not self.count:
            yield Finding("note", "", "the last listing holds no recording to compare with")
            return
        for name, matched in self._matched.items():
            message = self._of_protection(matched, self._spared[name])
            if message:
                yield Finding("warning", name, message)
        for name, when in self._parts:
            for leaf in dict.fromkeys(leaf for leaf in leaves(when) if leaf in self._unmet):
                yield from self._unheard_of(name, leaf)

    def _of_protection(self, matched: int, spared: int) -> str:
        """Say what is odd about a protection that matched so many, and could not be ruled out for so many."""
        if spared == self.count:
            unknown = "" if matched == spared else ", because it can't be ruled out"
            return f"protects all {self.count} recordings listed{unknown}: no rule acts on any of them"
        if matched:
            return ""
        if spared:
            return f"protects none of the {self.count} recordings listed for certain, and {spared} because it can't be ruled out"
        return f"protects none of the {self.count} recordings listed"

    def _unheard_of(self, name: str, leaf: Condition) -> Iterator[Finding]:
        if isinstance(leaf, MetadataIs | MetadataPresent) and leaf.key in self._unseen:
            remedy = did_you_mean(leaf.key, sorted(self._keys)) if self._keys else "none has any key"
            yield Finding("warning", name, f"no recording listed has the metadata key {leaf.key}; {remedy}")
        else:
            yield Finding("note", name, f"of no recording listed it is true that {leaf.sentence()}")


def _is_named(leaf: Condition) -> bool:
    """Tell whether a condition names what somebody else wrote, and so may have misspelt it."""
    return isinstance(leaf, MetadataIs | TextIs) or (isinstance(leaf, MetadataPresent) and leaf.present)
