"""Which items go in one request: those that a server is told the same about.  Pure."""

from collections.abc import Hashable, Iterator, Sequence
from urllib.parse import quote

from bbbkeep.api.profiles import Profile
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem

_FIXED = 300
"""Characters of a query beside ids and values: checksum, names of parameters."""

_COMMA = len("%2C")


def batches(items: Sequence[PlanItem], profile: Profile) -> Iterator[list[PlanItem]]:
    """Cut *items* into requests under the profile's limits.

    A recording that comes up more than once is written to in the order of
    the plan: then only neighbours go together.
    """
    distinct = len({item.record_id for item in items}) == len(items)
    for key, group in _grouped(items) if distinct else _neighbours(items):
        most = 1 if key is None else _most(group, key, profile)
        yield from (group[start : start + most] for start in range(0, len(group), most))


def _key(item: PlanItem) -> Hashable | None:
    together = ACTIONS[item.action].together(item.params)
    return None if together is None else (item.action, together)


def _grouped(items: Sequence[PlanItem]) -> Iterator[tuple[Hashable | None, list[PlanItem]]]:
    groups: dict[Hashable | None, list[PlanItem]] = {}
    for item in items:
        groups.setdefault(_key(item), []).append(item)
    yield from groups.items()


def _neighbours(items: Sequence[PlanItem]) -> Iterator[tuple[Hashable | None, list[PlanItem]]]:
    group: list[PlanItem] = []
    for item in items:
        repeated = any(item.record_id == one.record_id for one in group)
        if group and (repeated or _key(item) != _key(group[0])):
            yield _key(group[0]), group
            group = []
        group.append(item)
    if group:
        yield _key(group[0]), group


def _most(group: Sequence[PlanItem], key: Hashable, profile: Profile) -> int:
    room = profile.max_query - _FIXED - len(quote(str(key)))
    longest = max(len(item.record_id) for item in group) + _COMMA
    return max(1, min(profile.max_ids, room // longest))
