"""What a policy makes of a recording as items of a plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bbbkeep.api.profiles import Profile, profile_named
from bbbkeep.model import InventoryRow
from bbbkeep.operations.graces import since_of
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem
from bbbkeep.retention.decide import History
from bbbkeep.retention.edits import Edits, RuleEdit, edits
from bbbkeep.retention.facts import Facts
from bbbkeep.retention.policy import Policy
from bbbkeep.retention.verdict import Verdict
from bbbkeep.site import Site

if TYPE_CHECKING:
    from bbbkeep.retention.sift import Sifted


@dataclass(slots=True)
class Wanted:
    """What a policy makes of one chunk after the other; `given_up` was tried on too many nights."""

    profile: Profile
    deeds: list[PlanItem] = field(default_factory=list)
    sets: list[PlanItem] = field(default_factory=list)
    kept: int = 0
    given_up: list[Mapping[str, str]] = field(default_factory=list)
    left: list[Mapping[str, str]] = field(default_factory=list)

    def look(self, chunk: "Sifted") -> None:
        """Take up what was judged together; nobody looks at each recording that is kept."""
        self.kept += int((~chunk.act).sum())
        for row, verdict in chunk.due():
            if verdict.act:
                self.deeds.append(deed_item(self.profile, row, verdict))
            if verdict.given_up:
                self.given_up.append(_left(row, "failed", verdict.given_up))

    def set(self, row: InventoryRow, edits: Edits) -> None:
        """Take up what rules set."""
        self.sets += edit_items(row, edits.made)
        self.given_up += (_left(row, "failed", because) for because in edits.given_up)
        self.left += (_left(row, "skipped", because) for because in edits.left)


def _left(row: InventoryRow, outcome: str, because: str) -> Mapping[str, str]:
    return {"record_id": row.recording.record_id, "outcome": outcome, "because": because}


def require_fitting(site: Site, policy: Policy) -> None:
    """Refuse a policy that this kind of server can't carry out as its author means it.

    Raises:
        PolicyError: it unpublishes before it deletes, and then this server leaves files behind.
    """
    profile = profile_named(site.profile)
    for rule in policy.rules:
        if rule.grace and profile.leaves_files and not rule.accept_leftovers:
            left = f"{profile.server} leaves the files of unpublished recordings on its disk when it deletes them"
            remedy = "write `action: delete`, or add `accept_leftovers:` with the reason"
            raise rule.error(f"rule {rule.name} unpublishes first; {left}", remedy)


def edits_of(site: Site, facts: Facts, policy: Policy, known: History) -> Edits:
    """Return what rules set; nothing on a server that is known to store no metadata, and that is said."""
    found = edits(facts, policy, known)
    unstored = ACTIONS["set_metadata"].unstored(profile_named(site.profile)) if found.made else None
    if unstored is None:
        return found
    left = (*found.left, *(f"rule {one.rule} sets nothing: {unstored}" for one in found.made))
    return Edits(left=left, given_up=found.given_up)


def deed_item(profile: Profile, row: InventoryRow, verdict: Verdict) -> PlanItem:
    """Return what a verdict does."""
    action = ACTIONS[str(verdict.action)]
    return PlanItem(
        number=0,
        record_id=verdict.record_id,
        action=action.name,
        fingerprint=action.fingerprint(row.recording, {}),
        reasons=verdict.reasons,
        rule=verdict.rule,
        due=verdict.due.isoformat() if verdict.due else None,
        size_bytes=verdict.size_bytes,
        undo=undo_of(profile, action.name),
        params={"name": row.recording.name, **since_of(row)},
    )


def edit_items(row: InventoryRow, made: tuple[RuleEdit, ...]) -> Iterator[PlanItem]:
    """Return what rules set, one write for each rule."""
    action = ACTIONS["set_metadata"]
    for edit in made:
        params = {"changes": {one.edit.key: {"old": one.old, "new": one.new} for one in edit.changes}}
        yield PlanItem(
            number=0,
            record_id=row.recording.record_id,
            action=action.name,
            fingerprint=action.fingerprint(row.recording, params),
            reasons=edit.reasons,
            rule=edit.rule,
            size_bytes=row.recording.whole_size,
            undo="metadata can be set back",
            params=params,
        )


def undo_of(profile: Profile, action: str) -> str:
    """Say what can be undone on this kind of server."""
    if action == "begin_grace":
        return "nothing is written"
    if action != "delete":
        return "it can be published again"
    left = f"; it leaves {profile.left_after_delete}" if profile.left_after_delete else ""
    return f"no call brings it back{left}"
