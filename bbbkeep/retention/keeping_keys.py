"""The metadata keys by which a policy keeps recordings: one that is misspelt lets them go.

Pure.  A misspelt key in a plain condition selects nothing; inside `protect`,
or where its absence selects, it selects everything.
"""

from collections.abc import Iterator, Mapping

from bbbkeep.retention.combining import Not
from bbbkeep.retention.conditions import Condition, MetadataIs, MetadataPresent
from bbbkeep.retention.policy import Policy


def keeping_keys(policy: Policy) -> Mapping[str, str]:
    """Return each key, in lower case, and the name of the first protection, keep rule or rule that keeps by it."""
    found: dict[str, str] = {}
    for protection in policy.protections:
        for key in _keys(protection.when, keeps=True):
            found.setdefault(key, f"protection {protection.name}")
    for keep in policy.keeps:
        for key in _keys(keep.when, keeps=True) if keep.when else ():
            found.setdefault(key, f"keep rule {keep.name}")
    for rule in (*policy.rules, *policy.edits):
        for key in _keys(rule.when, keeps=False):
            found.setdefault(key, f"rule {rule.name}")
    return found


def _keys(condition: Condition, *, keeps: bool) -> Iterator[str]:
    if isinstance(condition, MetadataIs) and keeps:
        yield condition.key
    if isinstance(condition, MetadataPresent) and (keeps or not condition.present):
        yield condition.key
    for part in condition.parts:
        yield from _keys(part, keeps=keeps or isinstance(condition, Not))
